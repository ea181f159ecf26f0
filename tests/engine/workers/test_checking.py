from typing import Any, cast

import msgspec

from backend.engine.workers.checking import checking
from backend.engine.workers.child import Channel
from backend.engine.workers.work import CheckTask
from backend.facts import Reading
from tests.cli.playing import ask
from tests.engine.workers.test_answering import known


class Heard:
    def __init__(self) -> None:
        self.said: Any = None

    def send(self, message: bytes) -> None:
        self.said = msgspec.json.decode(message)


def checked(policy: str) -> Any:
    channel = Heard()
    checking(known(), cast(Channel, channel), msgspec.json.encode(CheckTask(policy)))
    return channel.said


def test_it_is_found_as_the_shell_finds_it(tmp_path: Any) -> None:
    policy = "- hq-pc1 must reach br-pc1 on https, by way of hq-gw\n- 10.1.1.0/24 must not reach br-pc1 on 22,443\n"
    file = tmp_path / "policy.yaml"
    file.write_text(policy)
    found = checked(policy)["result"]
    assert found == msgspec.to_builtins(ask(f"check {file} -j", Reading(known().network)).document)
    assert [each["state"] for each in found["expectations"]] == ["kept", "broken"]


def test_what_is_no_policy_is_told_with_its_line() -> None:
    for policy, said in (
        ("- hq-pc1 must reach nobody on 22", "line 1: 'nobody' is no address"),
        ("- hq-pc1 must reach br-pc1 on 22, by way of nowhere", "line 1: 'nowhere' is no router of demo"),
        ("", "is empty"),
    ):
        error = checked(policy)["error"]
        assert said in error["message"]
        assert error["field"] == "policy"

"""`job submit`, as a person types it."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from msgspec import structs

from backend.cli.command import FAILURE, NO, YES, Shell
from backend.cli.error import UsageError
from backend.cli.who.link import Link
from backend.config import Config
from backend.engine.protocol import Code, EngineError
from tests.cli.asked import tsimsh
from tests.cli.networks import write_small
from tests.cli.playing import KNOWN, shell_of, told
from tests.engine.process import EngineProcess

pytestmark = pytest.mark.serial
ASKED = "-s hq-pc1 -d dc-db1 -P 443,icmp"


def test_its_id_is_printed_and_the_test_goes_on(by_engine: Shell, engine: EngineProcess) -> None:
    answer = told(f"job submit {ASKED} --mode predict --priority low --sport 5000 --tos 8 --ttl 9", by_engine)
    assert answer.code == YES
    job = engine.ask("job", job=answer.text)
    assert (job["mode"], job["priority"], job["source_port"]) == ("predict", "low", 5000)
    assert len(job["services"]) == 2


def test_as_json_it_is_the_test(by_engine: Shell) -> None:
    assert told(f"job submit {ASKED} --mode predict -j", by_engine).document["status"] == "queued"


def test_who_waits_gets_the_result(by_engine: Shell) -> None:
    answer = told(f"job submit {ASKED} --mode predict --wait", by_engine)
    assert answer.code == NO
    assert "443/tcp    denied_forward: rejected by dc-fw" in answer.text
    assert told("job submit -s hq-pc1 -d hq-pc2 -P icmp --mode predict --wait -j", by_engine).code == YES


@pytest.mark.root
def test_a_trace_is_proved_in_its_order(by_engine: Shell, tmp_path: Path) -> None:
    file = tmp_path / "trace.json"
    file.write_text(json.dumps(told("trace -s hq-pc1 -d dc-db1 -j", by_engine).document))
    result = told(f"job submit {ASKED} --trace {file} --wait -j", by_engine).document
    assert result["asked"]["trace"]["path"]
    assert result["proof"]["by"] == "proof"


@pytest.mark.root
def test_one_that_fails_is_a_failure_with_the_reason(engine: EngineProcess) -> None:
    engine_of = {"TSIM_FACTS": "", "TSIM_STATE": str(engine.config.state)}
    done = tsimsh("job submit -s 127.0.0.1 -d br-pc1 -P 22 --wait", **engine_of)
    assert (done.returncode, done.stdout) == (3, "")
    assert "has failed: 127.0.0.1 is no address that a packet comes from" in done.stderr
    done = tsimsh("job submit -s 127.0.0.1 -d br-pc1 -P 22 --wait -j", **engine_of)
    assert json.loads(done.stdout)["success"] is False


@pytest.mark.parametrize(
    ("line", "named"),
    [
        ("-s nobody -d dc-db1 -P 443", "source: 'nobody' is neither"),
        ("-s hq-pc1 -d dc-db1 -P 1-50", "at most 10 services"),
        ("-s hq-pc1 -d dc-db1 -P 1 --mode guess", "guess"),
        ("-s hq-pc1 -d dc-db1 -P 1 --trace /nowhere", "/nowhere: No such file"),
    ],
)
def test_what_is_wrong_is_said_at_once(by_engine: Shell, line: str, named: str) -> None:
    with pytest.raises(UsageError, match=named):
        told(f"job submit {line}", by_engine)


@pytest.mark.parametrize("words", ["--facts {facts} job list", "--no-engine job submit -s a -d b -P 1"])
def test_where_no_engine_is_wanted_there_are_no_tests(words: str, tmp_path: Path) -> None:
    done = tsimsh(words.format(facts=tmp_path))
    assert (done.returncode, done.stdout) == (2, "")
    assert "the engine was not to be asked, and nobody else can" in done.stderr


def test_a_test_is_never_about_other_facts_than_those_named(engine: EngineProcess, tmp_path: Path) -> None:
    named = {"TSIM_FACTS": str(write_small(tmp_path / "small")), "TSIM_STATE": str(engine.config.state)}
    done = tsimsh("job submit -s pc -d gw-b -P 22", **named)
    assert (done.returncode, done.stdout) == (3, "")
    assert "the engine has demo@" in done.stderr
    assert "and not small@" in done.stderr
    same = named | {"TSIM_FACTS": str(engine.config.facts)}
    assert tsimsh(f"job submit {ASKED} --mode predict", **same).returncode == 0


def test_where_none_can_be_started_the_reason_is_told() -> None:
    done = tsimsh("job list -j", TSIM_FACTS="")
    assert done.returncode == 3
    assert "the engine has no place in /dev/null/state" in json.loads(done.stdout)["error"]


class Leaving(Link):
    """To an engine that takes a test and is gone then."""

    def ask(self, call: str, **_: Any) -> Any:
        return {"health": {"network": KNOWN.network.label}, "submit": {"id": "1f2e"}}[call]

    def events(self, call: str, **_: Any) -> Iterator[Any]:
        yield {"event": {"data": {}, "percent": 0, "phase": "queued", "message": "waits"}}
        raise EngineError(Code.UNAVAILABLE, "the engine ended")


def test_who_waits_learns_of_the_test_when_the_engine_is_gone() -> None:
    shell = structs.replace(shell_of(KNOWN), link=Leaving(Config()))
    answer = told("job submit -s a -d b -P 22 --wait", shell)
    assert (answer.code, answer.text) == (FAILURE, "the engine ended; the test is kept: job watch 1f2e")

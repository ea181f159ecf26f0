import os
import signal
import threading
from base64 import b64decode, b64encode
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from backend.engine import EngineError
from tests.crash.family import children
from tests.engine.desk import FLOW, Desk, Person
from tests.engine.process import EngineProcess
from tests.engine.sent import packings, tar, zipped
from tests.small import write_small_network
from tests.waiting import wait_for

pytestmark = pytest.mark.serial
PIECE = 1 << 19
MIB = 1 << 20
CASES = list(packings({"a": b""}))


@pytest.fixture
def admin(desk: Desk) -> Iterator[Person]:
    """What was active before is so again, and nothing of what was sent is left."""
    before = desk.engine.plain("health")["network"]
    yield desk.person("admin")
    assert spooled(desk.engine) == []
    assert list((desk.engine.config.state / "drafts").iterdir()) == []
    desk.engine.ask("activate", network=before)
    wait_for(lambda: in_memory(desk) == 1, "the end of other facts")


@pytest.fixture
def files(tmp_path: Path) -> dict[str, bytes]:
    """Another network than the engine's, with a name of its own."""
    directory = write_small_network(tmp_path / "made", dropped=[80])
    return {f"sent/{file.name}": file.read_bytes() for file in sorted(directory.iterdir())}


def in_memory(desk: Desk) -> int:
    number: int = desk.engine.plain("metrics")["processes"]["snapshots"]
    return number


def spooled(engine: EngineProcess) -> list[str]:
    return os.listdir(engine.config.state / "uploads")


def begun(person: Person, sent: Mapping[str, bytes], **params: Any) -> str:
    upload: str = person.ask("upload_begin", **params)["upload"]
    for name, data in sent.items():
        for at in range(0, max(len(data), 1), PIECE):
            piece = b64encode(data[at : at + PIECE]).decode()
            person.ask("upload_part", upload=upload, file=name, at=at, data=piece)
    return upload


def test_a_network_that_is_sent_is_kept_and_can_be_asked_about(
    desk: Desk, admin: Person, files: dict[str, bytes]
) -> None:
    active = desk.engine.plain("health")["network"]
    data = tar({**files, "sent/README": b""})
    upload = begun(admin, {"lab.tar": data}, bytes=len(data))
    assert len(spooled(desk.engine)) == 1
    done = admin.ask("upload_end", upload=upload)
    network = done["network"]
    assert (network["name"], network["origin"], network["created_by"]) == ("sent", "upload", admin.name)
    assert (network["routers"], network["is_active"], done["ignored"]) == (2, False, ["sent/README"])
    assert desk.engine.plain("health")["network"] == active
    assert desk.person().ask("trace", question=FLOW, network=network["label"])["verdict"]
    entries = [(each["what"], each["object"]) for each in admin.ask("audit", who=admin.name)["entries"]]
    assert entries == [("upload", network["label"])]


@pytest.mark.parametrize("name", CASES)
def test_each_kind_of_archive_gives_the_same_network(admin: Person, files: dict[str, bytes], name: str) -> None:
    label = admin.ask("upload_end", upload=begun(admin, {name: packings(files)[name]}, name="mine"))["network"]["label"]
    alone = {each.rpartition("/")[2]: content for each, content in files.items()}
    again = admin.ask("upload_end", upload=begun(admin, alone, name="mine"), activate=True)
    assert (again["network"]["label"], again["network"]["is_active"]) == (label, True)
    assert label.startswith("mine@")


def test_what_is_fetched_is_what_was_sent_and_always_the_same(
    desk: Desk, admin: Person, files: dict[str, bytes]
) -> None:
    label = admin.ask("upload_end", upload=begun(admin, {"x.zip": zipped(files)}))["network"]["label"]

    def fetched() -> bytes:
        first, *pieces = list(admin.stream("download", network=label))
        assert (first["network"]["label"], first["file"]) == (label, f"{label}.tar.gz")
        return b"".join(b64decode(piece["data"]) for piece in pieces)

    data = fetched()
    assert fetched() == data
    again = admin.ask("upload_end", upload=begun(admin, {"x.tar.gz": data}))
    assert again["network"]["label"] == label


def test_to_validate_says_the_same_and_keeps_nothing(desk: Desk, admin: Person, files: dict[str, bytes]) -> None:
    files["sent/gw-a_facts.txt"] = files["sent/gw-a_facts.txt"].replace(b"32766:\t", b"32766:\tnonsense ")
    kept = admin.ask("networks")["kept"]
    said = admin.ask("validate", upload=begun(admin, {"x.tar": tar(files)}))
    assert (said["network"]["name"], said["network"]["routers"], said["ignored"]) == ("sent", 2, [])
    assert said["routers"] == ["gw-a", "gw-b"]
    assert said["diagnostics"][0]["file"] == "gw-a_facts.txt"
    assert "nonsense" in str(said["diagnostics"])
    assert admin.ask("networks")["kept"] == kept
    wait_for(lambda: in_memory(desk) == 1, "the end of what was read")


@pytest.mark.parametrize("call", ["upload_end", "validate"])
@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("x.tar", tar({"../x_facts.txt": b""}), ("x.tar: ", "../x_facts.txt leads out")),
        ("x.tar.gz", b"\x1f\x8b broken", ("x.tar.gz: it is no archive",)),
        ("x_facts.txt", b"", ("x_facts.txt: ", "no line '=== TSIM_SECTION_START")),
        ("x_facts.txt", b"\0" * 5000, ("x_facts.txt", "holds no facts that can be read")),
        ("notes", b"", ("there are no facts in it", "notes")),
    ],
    ids=["outside", "broken", "empty", "zeros", "notes"],
)
def test_what_cannot_be_used_is_told_by_file_and_reason_and_is_gone(
    desk: Desk, admin: Person, call: str, name: str, data: bytes, words: tuple[str, ...]
) -> None:
    kept = admin.ask("networks")["kept"]
    refused = admin.refused(call, upload=begun(admin, {name: data}))
    assert (refused.code, refused.field) == ("bad_value", "upload")
    assert all(word in refused.message for word in words), refused.message
    assert "drafts" not in refused.message
    assert admin.ask("networks")["kept"] == kept
    assert spooled(desk.engine) == []


def test_only_an_administrator_sends_and_fetches(desk: Desk, admin: Person) -> None:
    upload, person = begun(admin, {}), desk.person()
    piece: dict[str, Any] = {"file": "x", "at": 0, "data": ""}
    of_upload: dict[str, Any] = {"upload": upload}
    assert person.refused("upload_begin").code == "forbidden"
    for call, params in (("upload_part", piece), ("upload_end", {}), ("validate", {}), ("upload_cancel", {})):
        assert person.refused(call, **of_upload, **params).code == "forbidden", call
        assert desk.person("admin").refused(call, **of_upload, **params).code == "not_found", call
    with pytest.raises(EngineError) as caught:
        list(person.stream("download"))
    assert caught.value.code == "forbidden"
    assert admin.ask("upload_cancel", upload=upload) == {"removed": True}
    assert admin.refused("upload_end", upload=upload).code == "not_found"


@pytest.mark.parametrize(
    ("call", "params", "field"),
    [
        ("upload_begin", {"name": "../x"}, "name"),
        ("upload_begin", {"name": "facts"}, "name"),
        ("upload_begin", {"name": "x" * 65}, "name"),
        ("upload_begin", {"bytes": -1}, "bytes"),
        ("upload_part", {"upload": "x", "file": "x", "at": 0, "data": "no base 64!"}, "data"),
        ("upload_part", {"upload": "x", "file": "", "at": 0, "data": ""}, "file"),
        ("upload_part", {"upload": "x", "file": "x", "at": -1, "data": ""}, "at"),
    ],
)
def test_parameters_that_are_wrong_are_named(admin: Person, call: str, params: dict[str, Any], field: str) -> None:
    refused = admin.refused(call, **params)
    assert (refused.code, refused.field) == ("bad_value", field)


def test_a_name_that_says_nothing_is_not_taken_from_an_archive(admin: Person, files: dict[str, bytes]) -> None:
    for directory in ("facts/", "...", "ä ö/"):
        named = {f"{directory}{name.rpartition('/')[2]}" if "/" in directory else name.rpartition("/")[2]: content
                 for name, content in files.items()}  # fmt: skip
        said = admin.ask("validate", upload=begun(admin, {"???.tar": tar(named)}))
        assert said["network"]["name"] == "uploaded"


def test_who_goes_away_meanwhile_leaves_nothing(desk: Desk, admin: Person, files: dict[str, bytes]) -> None:
    upload = begun(admin, {"x.tar": tar(files)})
    with pytest.raises(EngineError) as caught:
        desk.engine.client.call("validate", {"session": admin.session, "upload": upload}, deadline_s=0.01)
    assert caught.value.code == "timeout"
    wait_for(lambda: spooled(desk.engine) == [], "the end of what was begun")
    wait_for(lambda: in_memory(desk) == 1, "the end of its processes")


def test_a_process_that_is_killed_over_it_is_told_and_the_next_one_is_read(
    desk: Desk, admin: Person, files: dict[str, bytes]
) -> None:
    before = children(desk.engine.pid)
    upload = begun(admin, {"x.tar": tar({**files, **{f"sent/beside{n}": bytes(MIB) for n in range(60)}})})
    outcome: list[EngineError] = []
    thread = threading.Thread(target=lambda: outcome.append(admin.refused("validate", upload=upload)))
    thread.start()
    wait_for(lambda: children(desk.engine.pid) - before, "the process that unpacks")
    for process in children(desk.engine.pid) - before:
        os.kill(process, signal.SIGKILL)
    thread.join()
    assert outcome[0].code == "internal"
    assert spooled(desk.engine) == []
    assert admin.ask("validate", upload=begun(admin, {"x.tar": tar(files)}))["network"]["routers"] == 2

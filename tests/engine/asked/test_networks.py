from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.engine.desk import FLOW, Desk, Person
from tests.waiting import wait_for

pytestmark = pytest.mark.serial


@pytest.fixture
def admin(desk: Desk) -> Person:
    return desk.person("admin")


@pytest.fixture
def facts(desk: Desk, admin: Person) -> Iterator[Path]:
    """Of a router, which may be changed; what was active is so again after the test."""
    before = desk.engine.plain("health")["network"]
    file = desk.engine.config.facts / "gw-b_facts.txt"
    kept = file.read_bytes()
    yield file
    file.write_bytes(kept)
    admin.ask("reload")
    assert desk.engine.plain("health")["network"] == before


def changed(facts: Path, text: str = "") -> None:
    facts.write_text(facts.read_text().replace("10.0.2.1/24", "10.0.2.9/24") + text)


def in_memory(desk: Desk) -> int:
    number: int = desk.engine.plain("metrics")["processes"]["snapshots"]
    return number


def test_what_is_active_and_what_is_kept_can_be_seen_by_all(desk: Desk) -> None:
    person = desk.person()
    active = desk.engine.plain("health")["network"]
    found = person.ask("networks")
    (kept,) = [each for each in found["kept"] if each["is_active"]]
    assert (kept["label"], kept["name"], kept["origin"], kept["routers"]) == (active, "small", "directory", 2)
    assert kept["bytes"] == sum(file.stat().st_size for file in desk.engine.config.facts.iterdir())
    (loaded,) = found["networks"]
    assert loaded["name"] == "small"
    topology = person.ask("topology")
    assert [router["name"] for router in topology["routers"]] == ["gw-a", "gw-b"]
    assert person.ask("topology", network=active) == topology


def test_new_facts_are_taken_by_a_call_and_the_ones_before_can_be_chosen_again(
    desk: Desk, admin: Person, facts: Path
) -> None:
    before = desk.engine.plain("health")["network"]
    changed(facts)
    assert desk.engine.plain("health")["network"] == before
    after = admin.ask("reload")["active"]
    assert after == desk.engine.plain("health")["network"] != before
    assert "10.0.2.9" in str(admin.ask("topology"))
    assert "10.0.2.9" not in str(admin.ask("topology", network=before)), "those before can still be looked at"
    assert admin.ask("trace", question=FLOW, network=before)["verdict"]
    wait_for(lambda: in_memory(desk) == 1, "those before to be closed again")
    assert admin.ask("activate", network=before) == {"active": before}
    assert "10.0.2.9" not in str(admin.ask("topology"))
    assert [each["label"] for each in admin.ask("networks")["kept"] if each["is_active"]] == [before]


def test_what_two_networks_say_differently_is_told_to_whoever_has_signed_in(
    desk: Desk, admin: Person, facts: Path
) -> None:
    before = desk.engine.plain("health")["network"]
    changed(facts)
    after = admin.ask("reload")["active"]
    person = desk.person()
    found = person.ask("changes", network=before)
    assert (found["before"], found["after"], found["same"], found["cut"], found["notes"]) == (before, after, 1, 0, [])
    ((name, sections),) = [(each["name"], each["sections"]) for each in found["routers"]]
    assert name == "gw-b"
    interfaces = next(each for each in sections if each["kind"] == "interfaces")
    assert [(line["change"], line["text"]) for line in interfaces["lines"]] == [
        ("removed", "eth0 10.0.2.1/24 scope global"),
        ("added", "eth0 10.0.2.9/24 scope global"),
    ]
    assert person.ask("changes", network=before, other=before)["routers"] == []
    assert person.refused("changes", network=before, other="other@1").code == "not_found"
    wait_for(lambda: in_memory(desk) == 1, "the end of the facts that nobody uses")


def test_reading_the_same_again_changes_nothing(desk: Desk, admin: Person) -> None:
    before, template = admin.ask("networks"), desk.template
    assert admin.ask("reload")["active"] == desk.engine.plain("health")["network"]
    assert (admin.ask("networks"), desk.template) == (before, template)


def test_what_of_the_facts_was_not_understood_is_told_by_file_and_line(desk: Desk, admin: Person, facts: Path) -> None:
    assert admin.ask("diagnostics")["diagnostics"] == []
    facts.write_text(facts.read_text().replace("32766:\t", "32766:\tnonsense "))
    label = admin.ask("reload")["active"]
    told = desk.person().ask("diagnostics")
    assert told["network"] == label
    assert told["diagnostics"][0]["file"] == facts.name
    assert "nonsense" in str(told["diagnostics"])
    kept = next(each for each in admin.ask("networks")["kept"] if each["label"] == label)
    assert kept["diagnostics"] == len(told["diagnostics"])


def test_a_snapshot_can_be_removed_when_nothing_needs_it(desk: Desk, admin: Person, facts: Path) -> None:
    before = desk.engine.plain("health")["network"]
    refused = admin.refused("remove_network", network=before)
    assert (refused.code, "it is the active one" in refused.message) == ("bad_value", True)
    changed(facts, "# once more\n")
    with desk.halted():
        job = admin.submit()
        other = admin.ask("reload")["active"]
        refused = admin.refused("remove_network", network=before)
        assert "a test of it has not ended" in refused.message
    assert admin.ended(job)["network"] == before
    admin.ask("activate", network=before)
    assert admin.ask("remove_network", network=other) == {"removed": True}
    assert other not in [each["label"] for each in admin.ask("networks")["kept"]]
    assert admin.refused("topology", network=other).code == "not_found"


@pytest.mark.parametrize("call", ["diagnostics", "activate", "remove_network", "topology"])
def test_one_that_there_is_not_is_not_found(desk: Desk, admin: Person, call: str) -> None:
    refused = admin.refused(call, network="small@00000000")
    assert (refused.code, refused.field) == ("not_found", "network")


@pytest.mark.parametrize("call", ["activate", "remove_network"])
def test_only_an_administrator_changes_them(desk: Desk, call: str) -> None:
    assert desk.person().refused(call, network=desk.engine.plain("health")["network"]).code == "forbidden"

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from backend.store.database import Database
from backend.store.error import StoreError
from backend.store.jobs import Jobs
from backend.store.networks import Networks
from tests.store.sample import NOON, job, network

FILES = {"r1_facts.txt": b"one", os.fsdecode(b"\xff_facts.txt"): bytes(range(256)), "empty_facts.txt": b""}


@pytest.fixture
def networks(database: Database) -> Networks:
    return Networks(database)


def active(networks: Networks) -> str | None:
    found = networks.active()
    return found.label if found else None


def test_a_snapshot_is_there_after_a_restart_as_it_was(networks: Networks, opened: Callable[[], Database]) -> None:
    record = network("demo@1", diagnostics=b'[{"file": "r1"}]', bytes_=1 << 40)
    assert networks.add(record, FILES)
    again = Networks(opened())
    assert again.get("demo@1") == record
    assert again.files("demo@1") == FILES


def test_facts_take_less_room_than_they_are_long(networks: Networks, database: Database) -> None:
    line = b"-A FORWARD -s 10.1.0.0/16 -p tcp -m tcp --dport 443 -j ACCEPT\n"
    networks.add(network("demo@1"), {"r1_facts.txt": line * 10_000})
    with database.reading() as connection:
        kept = connection.exec_driver_sql("SELECT sum(length(content)) FROM network_files").scalar()
    assert kept is not None
    assert kept < len(line) * 10_000 / 20


def test_one_is_active_and_no_other(networks: Networks) -> None:
    assert active(networks) is None
    networks.add(network("demo@1", is_active=True), {})
    networks.add(network("demo@2"), {})
    assert active(networks) == "demo@1"
    networks.activate("demo@2")
    assert [(record.label, record.is_active) for record in networks.find()] == [("demo@1", False), ("demo@2", True)]
    with pytest.raises(StoreError, match="there is no network demo@3"):
        networks.activate("demo@3")
    assert active(networks) == "demo@2"


def test_threads_that_activate_at_once_leave_one(networks: Networks) -> None:
    labels = [f"demo@{number}" for number in range(6)]
    with ThreadPoolExecutor(6) as pool:
        list(pool.map(lambda label: networks.add(network(label, is_active=True), FILES), labels))
        list(pool.map(networks.activate, labels * 5))
    assert [record.is_active for record in networks.find()].count(True) == 1


def test_the_same_facts_again_are_the_same_network(networks: Networks) -> None:
    assert networks.add(network("demo@1"), FILES)
    assert not networks.add(network("demo@1", created=NOON + timedelta(days=1), is_active=True), FILES)
    found = networks.get("demo@1")
    assert found is not None
    assert (found.created, found.is_active) == (NOON, True)


def test_another_network_of_the_same_label_is_refused(networks: Networks) -> None:
    networks.add(network("demo@1"), FILES)
    with pytest.raises(StoreError, match="demo@1 cannot be added"):
        networks.add(network("demo@1", digest="another"), {})
    assert networks.files("demo@1") == FILES


def test_what_the_directory_of_facts_held_last_is_known(networks: Networks) -> None:
    one, other = "a" * 64, "b" * 64
    assert not networks.is_collected(one)
    networks.add(network("demo@1", digest=one, origin="directory"), {})
    networks.add(network("demo@2", digest=other), {})
    assert networks.is_collected(one)
    assert not networks.is_collected(other)
    networks.add(network("demo@2", digest=other, origin="directory"), {})
    assert networks.is_collected(other)


def test_newest_first(networks: Networks) -> None:
    for day in (2, 1, 3):
        networks.add(network(f"demo@{day}", created=NOON + timedelta(days=day)), {})
    assert [record.label for record in networks.find()] == ["demo@3", "demo@2", "demo@1"]


def test_what_is_not_there_is_none(networks: Networks) -> None:
    for label in ("demo@1", "", "a\0b", "\ud800"):
        assert networks.get(label) is None
        assert networks.files(label) == {}
        assert not networks.remove(label)


def test_it_goes_with_its_files_unless_something_uses_it(networks: Networks, database: Database) -> None:
    networks.add(network("demo@1", is_active=True), FILES)
    with pytest.raises(StoreError, match="it is the active one"):
        networks.remove("demo@1")
    networks.add(network("demo@2", is_active=True), FILES)
    Jobs(database).keep([job(1)])
    with pytest.raises(StoreError, match="a test of it has not ended"):
        networks.remove("demo@1")
    Jobs(database).keep([job(1, ended=NOON)])
    assert networks.remove("demo@1")
    assert networks.get("demo@1") is None
    assert networks.files("demo@1") == {}
    assert networks.files("demo@2") == FILES

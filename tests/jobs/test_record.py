"""Documents that are kept: read back they are the same, and nothing is read that this program does not know."""

import subprocess
import sys
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from backend.jobs.event import Event, EventState, Happening
from backend.jobs.job import Asked, GivenTrace, Job, Outcome, Priority
from backend.jobs.moment import Moment
from backend.jobs.phase import Mode, Phase
from backend.jobs.progress import Entered, Found, Item
from backend.jobs.record import (
    RecordError,
    decode_asked,
    decode_event,
    decode_item,
    decode_job,
    encode_asked,
    encode_event,
    encode_item,
    encode_job,
    event_record,
    job_record,
)
from backend.jobs.state import State, Status
from backend.model.answer import Stop
from backend.model.flow import Service
from backend.model.verdict import Verdict
from tests.jobs.making import asked, job, moment

NAMES = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
TIMES = st.datetimes(datetime(1970, 1, 1), datetime(9000, 1, 1), timezones=st.just(UTC))
MOMENTS = st.builds(Moment, TIMES, st.floats(0, 1e9))
STOPS = st.builds(Stop, NAMES, st.none() | NAMES, st.none() | NAMES)
TRACES = st.builds(GivenTrace, st.lists(STOPS).map(tuple), NAMES, st.lists(NAMES).map(tuple))
SERVICES = st.builds(Service, st.sampled_from(["tcp", "udp", "icmp"]), st.integers(0, 65535))
ASKED = st.builds(
    Asked,
    st.ip_addresses(),
    st.ip_addresses(),
    st.lists(SERVICES, max_size=3).map(tuple),
    NAMES,
    st.sampled_from(Mode),
    st.none() | st.integers(1, 65535),
    st.none() | NAMES,
    st.integers(0, 255),
    st.integers(1, 255),
    st.none() | TRACES,
    st.tuples(NAMES, NAMES),
)
OUTCOMES = st.builds(Outcome, SERVICES, st.sampled_from(Verdict), NAMES, NAMES)
JOBS = st.builds(
    Job,
    NAMES,
    NAMES,
    ASKED,
    MOMENTS,
    st.sampled_from(Priority),
    st.integers(0, 2**40),
    st.floats(0, 1e6),
    st.builds(State, st.sampled_from(Status), st.sampled_from(Phase), NAMES),
    st.integers(1, 2),
    st.none() | MOMENTS,
    st.none() | MOMENTS,
    st.none() | MOMENTS,
    st.lists(OUTCOMES, max_size=2).map(tuple),
)
VALUES: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**60), 2**60) | st.floats(-1e300, 1e300) | NAMES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3),
    max_leaves=5,
)
DATA = st.dictionaries(NAMES, VALUES, max_size=3)
EVENTS = st.builds(
    Event, NAMES, st.integers(1), TIMES, st.sampled_from(Phase), st.sampled_from(EventState), st.integers(0, 100),
    NAMES, DATA,
)  # fmt: skip
ITEMS: st.SearchStrategy[Item] = st.one_of(
    st.builds(Entered, st.sampled_from(Phase)),
    st.builds(Found, DATA.map(msgspec.json.encode), st.booleans()),
    st.builds(Happening, st.sampled_from(Phase), st.sampled_from(EventState), NAMES, DATA, st.integers(0, 9)),
)


@given(JOBS)
def test_a_job_is_the_same_after_it_was_kept(known: Job) -> None:
    assert decode_job(encode_job(known)) == known


@given(ASKED)
def test_a_question_is_the_same_in_another_process(known: Asked) -> None:
    assert decode_asked(encode_asked(known)) == known


@given(EVENTS.filter(lambda event: event.seq < 2**60))
def test_an_event_is_the_same_after_it_was_kept(known: Event) -> None:
    assert decode_event(encode_event(known)) == known


@given(ITEMS)
def test_what_a_test_says_is_the_same_in_the_engine(said: Item) -> None:
    assert decode_item(encode_item(said)) == said


@pytest.mark.parametrize(
    "said",
    [
        b"rubbish",
        msgspec.msgpack.encode({"type": "lived"}),
        encode_item(Found(b'{"a":', is_whole=True)),
        encode_item(Found(b'{"a":\n1}', is_whole=True)),
        encode_item(Happening(Phase.TEST, EventState.PROGRESS, "", {"a": {(1, 2): 3}})),
        encode_item(Happening(Phase.TEST, EventState.PROGRESS, "", {"a": msgspec.msgpack.Ext(1, b"x")})),
    ],
)
def test_what_could_not_be_passed_on_is_refused_when_it_comes(said: bytes) -> None:
    with pytest.raises(RecordError, match="nothing that a test says"):
        decode_item(said)


def test_a_document_can_be_read_by_others() -> None:
    document = msgspec.json.decode(encode_job(job("a1")))
    assert document["version"] == 1
    assert document["job"]["asked"]["destination"] == "10.2.1.50"
    assert document["job"]["submitted"]["time"] == "2024-05-01T12:00:00Z"


def test_what_was_kept_before_names_were_is_read_as_nobodys() -> None:
    document = msgspec.json.decode(encode_job(job("a1")))
    del document["job"]["asked"]["names"]
    assert decode_job(msgspec.json.encode(document)) == job("a1")
    del document["job"]["asked"]["ttl"]
    with pytest.raises(RecordError, match="ttl"):
        decode_job(msgspec.json.encode(document))


def test_a_record_says_what_one_looks_for() -> None:
    known = structs.replace(job("anna1"), number=7, state=State(Status.FAILED, Phase.BUILD, "x"), ended=moment(3))
    record = job_record(known)
    assert (record.id, record.user, record.number, record.status, record.mode) == (
        "anna1",
        "anna",
        7,
        "failed",
        "prove",
    )
    assert (record.source, record.destination, record.network) == ("10.1.1.50", "10.2.1.50", "demo@3f9c")
    assert (record.submitted, record.ended) == (moment().time, moment(3).time)
    assert decode_job(record.document) == known
    assert (record.words, record.verdicts) == ("anna1 anna 10.1.1.50 10.2.1.50 1/tcp", "")


def test_what_has_been_found_can_be_looked_for() -> None:
    shut = Outcome(Service("tcp", 1), Verdict.DENIED_FORWARD, "Br-gw", "DROP")
    named = structs.replace(asked(), names=("HQ-pc1", ""))
    assert job_record(structs.replace(job("a1"), asked=named)).words == "a1 a 10.1.1.50 10.2.1.50 hq-pc1 1/tcp"
    found = job_record(structs.replace(job("a1"), outcomes=(shut, Outcome(Service("icmp", 0), Verdict.ACCEPTED), shut)))
    assert found.words == "a1 a 10.1.1.50 10.2.1.50 1/tcp denied_forward br-gw drop accepted"
    assert found.verdicts == "accepted denied_forward"
    many = structs.replace(asked(), services=tuple(Service("tcp", port) for port in range(10000, 11000)))
    assert len(job_record(structs.replace(job("a1"), asked=many)).words) == 2000, "as much as an index takes"


def test_a_record_of_an_event_has_its_number() -> None:
    event = Event("a1", 7, moment().time, Phase.TEST, EventState.PROGRESS, 40, "22/tcp is reached", {"a": 1})
    record = event_record(event)
    assert (record.job, record.seq, record.time) == ("a1", 7, event.time)
    assert decode_event(record.document) == event


def test_who_tests_needs_no_database() -> None:
    code = "import sys; import backend.jobs.record, backend.jobs.pipeline; sys.exit('sqlalchemy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_a_document_of_a_newer_program_is_refused_and_not_read_by_half() -> None:
    newer = encode_job(job()).replace(b'"version":1', b'"version":2')
    with pytest.raises(RecordError, match="another version of this program: 2, not 1"):
        decode_job(newer)
    with pytest.raises(RecordError, match="unknown field `colour`"):
        decode_job(encode_job(job()).replace(b'"id"', b'"colour":"red","id"'))


@pytest.mark.parametrize("document", [b"", b"{}", b"[]", b'{"version":1}', b'{"version":1,"job":{}}', b"\xff", b"null"])
def test_what_is_no_document_is_said_to_be_none(document: bytes) -> None:
    with pytest.raises(RecordError, match="this is no job that was kept"):
        decode_job(document)
    with pytest.raises(RecordError, match="this is no event"):
        decode_event(document)
    with pytest.raises(RecordError, match="nothing that a test says"):
        decode_item(document)


def test_an_address_that_is_none_is_named() -> None:
    with pytest.raises(RecordError, match=r"10\.2\.1\.500"):
        decode_asked(encode_asked(asked()).replace(b"10.2.1.50", b"10.2.1.500"))

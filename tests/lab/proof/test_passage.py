from backend.lab.proof.passage import Map, branch, map_of, passage
from backend.lab.proof.story import Story, Visit
from backend.lab.proof.why import Why
from backend.lab.watch.event import Kind
from backend.model.verdict import Verdict
from tests.lab.proof.small import NETWORK, A, B, book, event, picture, syn, visit

PLACES: Map = map_of(
    NETWORK, {"one": "one", "two": "two", "a": "a", "b": "b", "beyond": "beyond"}, frozenset(["beyond"])
)
SENT = Visit("a", left=picture("eth0", syn()), events=[])
ONE = visit(event("FORWARD", 2), event("web", 2), left=syn(ttl=63))
TWO = Visit("two", picture("down", syn(ttl=63)), [], picture("srv", syn(ttl=62)))
THERE = Visit("b", picture("eth0", syn(ttl=62)), [])


def why(_: Visit) -> Why:
    return Why(Verdict.ACCEPTED, "", outgoing="up", via=B)


def test_a_packet_that_arrives_has_a_path_from_router_to_router_to_the_host() -> None:
    found = passage([SENT, ONE, TWO, THERE], PLACES, book(), Story(), why, B)
    assert (found.verdict, found.arrived, found.is_through) == (Verdict.ACCEPTED, "b", True)
    told = branch(found, PLACES, book())
    assert told is not None
    assert [(hop.name, hop.incoming, hop.outgoing, hop.is_router) for hop in told.hops] == [
        ("one", "lan", "up", True), ("two", "down", "srv", True), ("b", None, None, False),
    ]  # fmt: skip
    assert [str(hop.address) for hop in told.hops] == ["10.1.0.1", "10.0.0.2", "10.2.0.50"]
    places = [(step.table, step.chain, step.number) for step in told.hops[0].steps]
    assert places == [("filter", "FORWARD", 2), ("filter", "web", 2)]


def test_where_a_rule_stops_it_the_path_ends() -> None:
    stopped = visit(event("FORWARD", 4, Kind.POLICY))
    found = passage([SENT, stopped], PLACES, book(), Story(), why, B)
    assert (found.verdict, found.is_through) == (Verdict.DENIED_FORWARD, False)
    told = branch(found, PLACES, book())
    assert told is not None
    assert told.hops[-1].verdict is Verdict.DENIED_FORWARD


def test_who_is_beyond_the_network_stands_for_its_end() -> None:
    out = Visit("beyond", picture("eth0", syn(ttl=62)), [])
    assert passage([SENT, ONE, out], PLACES, book(), Story(), why, B).verdict is Verdict.EXITS_NETWORK
    lost = passage([SENT, ONE], PLACES, book(), Story(), why, B)
    assert (lost.verdict, lost.reason) == (Verdict.EXITS_NETWORK, "leaves the known network on one up")


def test_a_neighbour_that_was_asked_for_and_kept_silent_is_named() -> None:
    story = Story()
    assert passage([SENT, visit()], PLACES, book(), story, why, B).verdict is Verdict.UNKNOWN
    story.ask("one", "up", B)
    found = passage([SENT, visit()], PLACES, book(), story, why, B)
    assert (found.verdict, found.reason) == (Verdict.NEIGHBOR_UNREACHABLE, f"nobody answers for {B} on one up")


def test_a_packet_that_turns_until_it_is_too_old_is_in_a_loop() -> None:
    def old(_: Visit) -> Why:
        return Why(Verdict.TTL_EXCEEDED, "the time to live has run out")

    again = visit(came=syn(ttl=1))
    found = passage([SENT, ONE, TWO, again], PLACES, book(), Story(), old, B)
    assert (found.verdict, found.reason) == (Verdict.LOOP, "the packet comes to one again: a loop")


def test_a_rule_of_which_nothing_is_known_is_the_answer_wherever_the_packet_gets() -> None:
    found = passage([SENT, ONE, TWO, THERE], PLACES, book(("one", 4, "filter", "web", 2)), Story(), why, B)
    assert (found.verdict, found.is_through, found.is_doubtful) == (Verdict.UNKNOWN, False, True)


def test_nothing_sent_is_no_path() -> None:
    found = passage([], PLACES, book(), Story(), why, A)
    assert (found.verdict, branch(found, PLACES, book())) == (Verdict.UNKNOWN, None)

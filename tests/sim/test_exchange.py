import pytest

from backend.model.flow import Service
from backend.model.verdict import Verdict
from backend.sim.exchange import Course
from tests.sim.row import SERVER, STATEFUL, Rules, conversation, row

WEB, NAMES, ECHO = Service("tcp", 443), Service("udp", 53), Service("icmp", 0)


def course(
    near: Rules | None = None, far: Rules | None = None, service: Service = WEB, destination: str = SERVER
) -> Course:
    (only,) = conversation(row(near, far), service, destination=destination).courses()
    return only


def way(found: Course, leg: int) -> list[str]:
    return [hop.name for hop in found.legs[leg].branch.hops]


@pytest.mark.parametrize(("service", "legs"), [(WEB, 4), (NAMES, 2), (ECHO, 2)])
def test_a_conversation_is_a_question_its_answer_and_on_a_connection_data_and_its_echo(
    service: Service, legs: int
) -> None:
    found = course(service=service)
    assert (found.verdict, found.is_stopped, found.is_return, len(found.legs)) == (Verdict.ACCEPTED, False, False, legs)
    assert way(found, 0) == ["near", "far", "server"]
    assert way(found, 1) == ["far", "near", "client"]


@pytest.mark.parametrize("service", [WEB, NAMES, ECHO])
def test_the_answer_is_established_on_each_router(service: Service) -> None:
    rules = {"filter": f"{STATEFUL}-A FORWARD -m conntrack --ctstate NEW -s 10.1.0.0/24 -j ACCEPT"}
    assert course(rules, rules, service).verdict is Verdict.ACCEPTED


@pytest.mark.parametrize(
    ("near", "far", "legs", "is_return"),
    [
        ({"filter": "-A FORWARD -p tcp --dport 443 -j DROP"}, None, 1, False),
        (None, {"filter": "-A FORWARD -p tcp --dport 443 -j DROP"}, 1, False),
        (None, {"filter": "-A FORWARD -p tcp --sport 443 -j DROP"}, 2, True),
        ({"filter": ":FORWARD DROP\n-A FORWARD -p tcp --dport 443 -j ACCEPT"}, None, 2, True),
        ({"filter": "-A FORWARD -p tcp ! --syn --dport 443 -j DROP"}, None, 3, False),
        (None, {"filter": "-A FORWARD -p tcp --tcp-flags SYN,PSH PSH --sport 443 -j DROP"}, 4, True),
        ({"filter": "-A FORWARD -m conntrack --ctstate ESTABLISHED -j DROP"}, None, 2, True),
    ],
)
def test_whichever_packet_is_stopped_stops_the_conversation(
    near: Rules | None, far: Rules | None, legs: int, is_return: bool
) -> None:
    found = course(near, far)
    assert (found.verdict, found.is_return, len(found.legs)) == (Verdict.DENIED_FORWARD, is_return, legs)
    assert found.last.decision is not None


def test_an_untracked_question_leaves_its_answer_without_a_connection() -> None:
    rules = {"raw": "-A PREROUTING -i lan -j NOTRACK", "filter": f"{STATEFUL}-A FORWARD -i lan -j ACCEPT"}
    found = course(rules, service=NAMES)
    assert (found.verdict, found.is_return) == (Verdict.DENIED_FORWARD, True)


def test_a_zone_for_one_side_alone_does_not_know_the_answer() -> None:
    rules = {"raw": "-A PREROUTING -i lan -j CT --zone 5", "filter": f"{STATEFUL}-A FORWARD -i lan -j ACCEPT"}
    assert course(rules, service=NAMES).is_return
    rules["raw"] = "-A PREROUTING -j CT --zone 5"
    assert course(rules, service=NAMES).verdict is Verdict.ACCEPTED


@pytest.mark.parametrize("service", [WEB, NAMES, ECHO])
def test_what_masquerade_hides_gets_its_answer(service: Service) -> None:
    """The server answers the router; and table nat is asked of the first packet alone."""
    found = course({"nat": "-A POSTROUTING -o up -j MASQUERADE"}, service=service)
    assert found.verdict is Verdict.ACCEPTED
    assert way(found, 1) == ["far", "near", "client"]
    nat = [
        (met.router, matched.table) for leg in found.legs for met in leg.met for matched in met.matched if matched.rule
    ]
    assert nat == [("near", "nat")]


def test_the_answer_comes_from_whom_was_asked_where_dnat_is_undone() -> None:
    dnat = "-A PREROUTING -d 10.9.0.1 -p tcp --dport 443 -j DNAT --to-destination 10.2.0.50:8443"
    found = course(far={"nat": dnat}, destination="10.9.0.1")
    assert (found.verdict, found.is_own) == (Verdict.ACCEPTED, True)
    assert way(found, 0) == ["near", "far", "server"]
    assert found.legs[1].packet.source_port == 443


def test_marks_stay_on_their_router_and_those_of_connections_are_remembered_there() -> None:
    near: dict[str, str] = {
        "mangle": "-A PREROUTING -i lan -j MARK --set-mark 7\n-A PREROUTING -i lan -j CONNMARK --save-mark"
    }
    unmarked = {"filter": "-A FORWARD -m mark ! --mark 0 -j DROP"}
    assert course(near, unmarked).verdict is Verdict.ACCEPTED
    near["mangle"] += "\n-A PREROUTING -i up -j CONNMARK --restore-mark"
    near["filter"] = "-A FORWARD -i up -m mark --mark 7 -j DROP"
    assert course(near).is_return


def test_a_doubt_has_a_course_for_each_outcome() -> None:
    network = row({"filter": "-A FORWARD -i lan -m limit --limit 5/sec -j DROP"})
    verdicts = [found.verdict for found in conversation(network, NAMES).courses()]
    assert sorted(verdicts) == [Verdict.ACCEPTED, Verdict.DENIED_FORWARD]


def test_an_open_conversation_goes_on_behind_every_block() -> None:
    network = row({"filter": ":FORWARD DROP"}, {"filter": "-A FORWARD -j REJECT"})
    (found,) = conversation(network, NAMES, is_open=True).courses()
    assert [len(leg.met) for leg in found.legs] == [2, 2]
    assert {met.verdict for leg in found.legs for met in leg.met} == {Verdict.DENIED_FORWARD}

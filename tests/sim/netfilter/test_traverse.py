import pytest

from backend.sim.netfilter.traverse import Asking, Choices, End, traverse
from tests.sim.netfilter.match.asking import meeting
from tests.sim.netfilter.rules import firewall, passed, place

WEB = "tcp 10.0.0.1:4000 10.0.9.9:80"


def asked(rules: str, met: str = WEB, said: tuple[bool, ...] = (), is_open: bool = False) -> str:
    return passed(firewall(filter=rules), ("filter",), meeting(met), said, is_open=is_open).replace("filter ", "")


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        ("", "FORWARD policy"),
        (":FORWARD DROP", "FORWARD policy: DROP"),
        ("-A FORWARD -p udp -j DROP\n-A FORWARD -p tcp -j ACCEPT", "FORWARD 2"),
        ("-A FORWARD -j DROP\n-A FORWARD -j ACCEPT", "FORWARD 1: DROP"),
        ("-A FORWARD -j REJECT --reject-with tcp-reset", "FORWARD 1: REJECT"),
        ("-A FORWARD -j LOG\n-A FORWARD -p tcp\n-A FORWARD -j DROP", "FORWARD 1, FORWARD 2, FORWARD 3: DROP"),
        (":FORWARD DROP\n-A FORWARD -j RETURN\n-A FORWARD -j ACCEPT", "FORWARD 1, FORWARD policy: DROP"),
    ],
)
def test_the_first_verdict_ends_the_way_through_a_chain(rules: str, expected: str) -> None:
    assert asked(rules) == expected


ONE = ":FORWARD DROP\n:one -\n:two -\n"


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        ("-A FORWARD -j one\n-A one -j ACCEPT", "FORWARD 1, one 1"),
        ("-A FORWARD -j one\n-A FORWARD -j ACCEPT", "FORWARD 1, FORWARD 2"),
        ("-A FORWARD -j one\n-A FORWARD -j ACCEPT\n-A one -p udp -j DROP", "FORWARD 1, FORWARD 2"),
        ("-A FORWARD -j one\n-A FORWARD -j ACCEPT\n-A one -j RETURN\n-A one -j DROP", "FORWARD 1, one 1, FORWARD 2"),
        ("-A FORWARD -j one\n-A one -j two\n-A one -j ACCEPT\n-A two -j LOG", "FORWARD 1, one 1, two 1, one 2"),
        (
            "-A FORWARD -j one\n-A FORWARD -j one\n-A one -j LOG",
            "FORWARD 1, one 1, FORWARD 2, one 1, FORWARD policy: DROP",
        ),
        ("-A FORWARD -g one\n-A FORWARD -j ACCEPT\n-A one -j LOG", "FORWARD 1, one 1, FORWARD policy: DROP"),
        (
            "-A FORWARD -j one\n-A FORWARD -j ACCEPT\n-A one -g two\n-A one -j DROP\n-A two -j LOG",
            "FORWARD 1, one 1, two 1, FORWARD 2",
        ),
        (
            "-A FORWARD -j one\n-A FORWARD -j ACCEPT\n-A one -g two\n-A one -j DROP\n-A two -j RETURN\n-A two -j DROP",
            "FORWARD 1, one 1, two 1, FORWARD 2",
        ),
    ],
)
def test_jumps_come_back_and_gotos_do_not(rules: str, expected: str) -> None:
    assert asked(ONE + rules) == expected


LIMIT = "-m limit --limit 5/sec"


@pytest.mark.parametrize(
    ("rules", "said", "expected"),
    [
        (f"-A FORWARD {LIMIT} -j DROP\n-A FORWARD -j ACCEPT", (), "FORWARD 2"),
        (f"-A FORWARD {LIMIT} -j DROP\n-A FORWARD -j ACCEPT", (True,), "FORWARD 1: DROP"),
        (f"-A FORWARD {LIMIT} -j RETURN\n-A FORWARD {LIMIT} -j DROP", (False, True), "FORWARD 2: DROP"),
        (f"-A FORWARD {LIMIT} -p udp -j DROP", (True,), "FORWARD policy"),
        (f"-A FORWARD {LIMIT} -j LOG", (True,), "FORWARD policy"),
        ("-A FORWARD -m limit --frobnicate -j DROP", (True,), ": UNCERTAIN"),
        ("-A FORWARD -m limit --frobnicate -j LOG", (), "FORWARD policy"),
        ("-A FORWARD -j NFQUEUE --queue-num 0", (), "FORWARD 1: UNCERTAIN"),
    ],
)
def test_a_doubt_is_taken_as_one_says_where_it_makes_a_difference(
    rules: str, said: tuple[bool, ...], expected: str
) -> None:
    assert asked(rules, said=said) == expected


def test_doubts_are_met_in_order_and_named() -> None:
    rules = firewall(filter=f"-A FORWARD {LIMIT} -j DROP\n-A FORWARD -m statistic --mode nth --every 2 -j DROP")
    table, choices = rules.tables["filter"], Choices()
    traverse(table, table.chains["FORWARD"], meeting(WEB), Asking(choices, lambda matched: None))
    assert [place(matched) for _, matched in choices.met] == ["filter FORWARD 1", "filter FORWARD 2"]
    assert "limit" in choices.met[0][0].text
    assert "statistic" in choices.met[1][0].text


@pytest.mark.parametrize(
    ("target", "text"),
    [
        ("-j NFQUEUE --queue-num 0", "NFQUEUE: a program decides"),
        ("-j FROBNICATE", "target FROBNICATE is not known here"),
        ("-m limit --frobnicate -j DROP", "option --frobnicate is not known"),
    ],
)
def test_what_nobody_can_say_is_named(target: str, text: str) -> None:
    table = firewall(filter=f"-A FORWARD {target}").tables["filter"]
    end: End = traverse(table, table.chains["FORWARD"], meeting(WEB), Asking(Choices(), lambda matched: None))
    assert end.doubt is not None
    assert text in end.doubt.text


@pytest.mark.parametrize(
    "rules",
    [
        ":FORWARD DROP",
        "-A FORWARD -j DROP",
        "-A FORWARD -j REJECT",
        "-A FORWARD -j NFQUEUE",
        "-A FORWARD -j FROBNICATE",
        "-A FORWARD -m limit --frobnicate -j DROP",
    ],
)
def test_an_open_way_passes_all_that_would_stop(rules: str) -> None:
    assert asked(rules, is_open=True) == ""


def test_an_open_way_still_follows_the_rules_that_lead_elsewhere() -> None:
    rules = ":FORWARD DROP\n:one -\n-A FORWARD -j one\n-A FORWARD -j DROP\n-A one -j DROP\n-A one -j RETURN"
    assert asked(rules, is_open=True) == "FORWARD 1, one 2"


def test_rules_see_what_those_before_them_have_changed() -> None:
    rules = firewall(mangle="-A FORWARD -j MARK --set-xmark 0x5/0xff\n-A FORWARD -m mark --mark 0x5 -j ACCEPT")
    assert passed(rules, ("mangle",), meeting(WEB)) == "mangle FORWARD 1, mangle FORWARD 2"


@pytest.mark.parametrize("chain", ["PREROUTING", "untrack"])
def test_a_packet_is_untracked_for_the_rules_behind_the_one_that_says_so(chain: str) -> None:
    """Also where that stands in a chain of its own: the rules that wait behind the jump are other ones then."""
    lines = [":untrack -", "-A PREROUTING -p tcp -j untrack", f"-A {chain} -j NOTRACK"]
    last = "-A PREROUTING -m conntrack --ctstate UNTRACKED -j DROP"
    told = passed(firewall(raw="\n".join([*lines, last])), ("raw",), meeting(f"{WEB} hook=PREROUTING"))
    assert told.endswith("DROP")


def test_the_way_of_a_packet_that_says_little_asks_every_field() -> None:
    """A rule on ports is in doubt then; others are not."""
    rules = "-A FORWARD -p udp -j DROP\n-A FORWARD -s 10.9.0.0/16 -j DROP\n-A FORWARD -p tcp --dport 80 -j DROP"
    assert asked(rules, "tcp 10.0.0.1 10.0.9.9", said=(True,)) == "FORWARD 3: DROP"
    assert asked(rules, "tcp 10.0.0.1 10.0.9.9", said=(False,)) == "FORWARD policy"
    assert asked(rules, "udp 10.0.0.1 10.0.9.9") == "FORWARD 1: DROP"
    assert asked(rules, "icmp 10.9.0.1 10.0.9.9") == "FORWARD 2: DROP"

"""The smallest case that still shows a difference."""

from random import Random

from backend.lab.watch import craft
from backend.lab.watch.craft import Header
from backend.model.address import parse_address
from tests.oracle.cases import Case
from tests.oracle.exchanges import Exchange, Step
from tests.oracle.fates import Sent
from tests.oracle.grounds import Ground
from tests.oracle.shrink import draft, least, shrunk

RULES = """*filter
:FORWARD DROP
:one -
-A FORWARD -p tcp -j one
-A FORWARD -p udp -j ACCEPT
-A one -j ACCEPT
COMMIT
*nat
:POSTROUTING ACCEPT
-A POSTROUTING -j MASQUERADE
COMMIT
"""
SENT = Sent("lan", craft.udp(Header(parse_address("10.0.0.5"), parse_address("10.0.1.5")), 1, 2))


def test_what_is_not_needed_is_left_out() -> None:
    assert least(range(20), lambda some: {3, 17} <= set(some)) == [3, 17]
    assert least([], lambda some: True) == []


def test_a_draft_says_what_the_description_says() -> None:
    text = Ground(Random(3)).text(f"iptables = '''\n{RULES}'''\nipset = '''\ncreate a hash:ip\n'''")
    taken_apart = draft(text)
    assert draft(taken_apart.text) == taken_apart
    assert [table.name for table in taken_apart.tables] == ["filter", "nat"]


def test_a_case_keeps_what_shows_the_difference() -> None:
    text = Ground(Random(3)).text(f"iptables = '''\n{RULES}'''")
    case = Case(text, (Exchange(SENT), Exchange(SENT, (Step.REPLY, Step.AGAIN))))

    def is_bad(tried: Case) -> bool:
        return "-A FORWARD -p udp -j ACCEPT" in tried.text and any(Step.REPLY in each.then for each in tried.exchanges)

    small = shrunk(case, is_bad)
    assert small.exchanges == (Exchange(SENT, (Step.REPLY,)),)
    assert [line for line in small.text.splitlines() if line.startswith("-A")] == ["-A FORWARD -p udp -j ACCEPT"]
    assert "*nat" not in small.text
    assert "interface" not in small.text

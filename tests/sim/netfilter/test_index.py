from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.sim.netfilter.answer import Answer, every
from backend.sim.netfilter.index import is_said
from backend.sim.netfilter.meeting import Meeting
from backend.sim.netfilter.rule import CompiledChain
from tests.sim.netfilter.match.asking import meeting
from tests.sim.netfilter.rules import firewall

# Few values of each field, so that rules and packets meet; ends of ranges and their neighbours among them.
PREFIXES = ("10.0.0.0/8", "10.0.0.128/25", "10.0.0.1/32", "10.0.1.0/24", "0.0.0.0/0")
ADDRESSES = ("0.0.0.0", "10.0.0.0", "10.0.0.1", "10.0.0.127", "10.0.0.128", "10.0.1.255", "10.1.0.0", "255.255.255.255")
PORTS = (0, 1, 79, 80, 81, 443, 1024, 65535)
RANGES = ("80", "79:81", ":80", "1024:", "0:65535")
LISTS = ("80", "1,80:443", "79,81")
PROTOCOLS = ("tcp", "udp", "icmp", "sctp", "47", "gre", "all")
DEVICES = ("eth0", "eth1", "eth+", "+", "ppp0", "eth10")
STATES = ("NEW", "ESTABLISHED", "RELATED", "INVALID", "UNTRACKED")


def maybe_not(options: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.builds(str.__add__, st.sampled_from(("", "! ")), options)


def option(name: str, values: tuple[str, ...]) -> st.SearchStrategy[str]:
    return maybe_not(st.sampled_from(values).map(lambda value: f"{name} {value}"))


def some(*options: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Any of them, in their order."""
    return st.tuples(*(st.one_of(st.just(""), each) for each in options)).map(
        lambda words: " ".join(filter(None, words))
    )


ADDRESSED = some(option("-s", PREFIXES), option("-d", PREFIXES), option("-i", DEVICES), option("-o", DEVICES))
WITH_PORTS = st.sampled_from(("tcp", "udp")).flatmap(
    lambda name: some(option("--sport", RANGES), option("--dport", RANGES)).map(
        lambda said: f"-p {name} -m {name} {said}"
    )
)
WITH_LISTS = option("--dports", LISTS).map(lambda said: f"-p udp -m multiport {said}")
EITHER_WAY = option("--ports", LISTS).map(lambda said: f"-p tcp -m multiport {said}")
CARRIED = st.one_of(st.just(""), option("-p", PROTOCOLS), WITH_PORTS, WITH_LISTS, EITHER_WAY)
STATEFUL = st.one_of(
    st.just(""),
    option("-m state --state", ("NEW", "RELATED,ESTABLISHED")),
    option("-m conntrack --ctstate", (*STATES, "NEW,DNAT")),
    st.just("-m conntrack --ctstate ESTABLISHED --ctproto 6"),
    st.just("-m mark --mark 0x1/0x3"),
    st.just("-m limit --limit 5/sec"),
).map(lambda text: text.replace("! -m state", "-m state !").replace("! -m conntrack", "-m conntrack !"))
RULES = st.tuples(ADDRESSED, CARRIED, STATEFUL).map(lambda words: " ".join(filter(None, words)))


def address(port: int | None) -> st.SearchStrategy[str]:
    return st.sampled_from(ADDRESSES).map(lambda text: text if port is None else f"{text}:{port}")


@st.composite
def packets(draw: st.DrawFn) -> str:
    protocol = draw(st.sampled_from(("tcp", "udp", "sctp", "icmp", "47", "-")))
    ports = [draw(st.sampled_from(PORTS)) if protocol in ("tcp", "udp", "sctp") else None for _ in range(2)]
    if draw(st.booleans()) and draw(st.booleans()):
        ports[draw(st.sampled_from((0, 1)))] = None
    ends = [draw(address(port)) for port in ports]
    devices = f"iif={draw(st.sampled_from(('eth0', 'ppp0', '')))} oif={draw(st.sampled_from(('eth10', 'eth1', '')))}"
    mark, state = draw(st.sampled_from((0, 1, 5))), draw(st.sampled_from(STATES))
    return f"{protocol} {ends[0]} {ends[1]} {devices} mark={mark} state={state}"


@given(st.lists(RULES, min_size=1, max_size=12), packets())
def test_the_index_and_what_is_left_say_the_same_as_every_match_of_every_rule(rules: list[str], packet: str) -> None:
    chain, met = forward(rules), meeting(packet)
    assert list(by_index(chain, met)) == [every(check(met) for check in rule.all_checks()) for rule in chain.rules]


def forward(rules: list[str]) -> CompiledChain:
    return (
        firewall(filter="\n".join(f"-A FORWARD {rule} -j ACCEPT" for rule in rules)).tables["filter"].chains["FORWARD"]
    )


def by_index(chain: CompiledChain, met: Meeting) -> Iterator[Answer]:
    candidates = chain.index.candidates(met)
    for number, rule in enumerate(chain.rules):
        checks = rule.checks if is_said(met.packet) else rule.all_checks()
        yield bool(candidates >> number & 1) and every(check(met) for check in checks)


@pytest.mark.parametrize(
    ("packet", "expected"),
    [
        ("tcp 10.0.0.1:1 10.0.0.2:2", True),
        ("tcp 10.0.0.1 10.0.0.2:2", False),
        ("tcp 10.0.0.1:1 10.0.0.2", False),
        ("icmp 10.0.0.1 10.0.0.2", True),
        ("- 10.0.0.1 10.0.0.2", False),
    ],
)
def test_an_index_needs_a_protocol_and_where_that_has_them_ports(packet: str, expected: bool) -> None:
    assert is_said(meeting(packet).packet) is expected


def test_only_rules_that_may_match_are_asked() -> None:
    chain = forward([f"-s 10.0.{number}.0/24" for number in range(200)])
    met = meeting("tcp 10.0.77.5:4000 10.9.9.9:80")
    assert chain.index.candidates(met) == 1 << 77

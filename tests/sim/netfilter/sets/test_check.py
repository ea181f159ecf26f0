"""The hurried way says what the thorough one says, of sets of every type and of packets of all sorts."""

from random import Random

import pytest

from backend.sim.netfilter.sets.asking import Question, ask
from backend.sim.netfilter.sets.check import check
from backend.sim.packet import Packet
from tests.sim.build import packet
from tests.sim.netfilter.sets.build import icmp, meeting, sets

ADDRESSES = [f"10.0.{high}.{low}" for high in (0, 1) for low in (0, 1, 127, 128)]
NETS = ["10.0.0.0/16", "10.0.0.0/24", "10.0.1.0/24", "10.0.0.0/25", "10.0.0.128/25", "10.0.0.1", "10.0.1.127"]
SERVICES = ["tcp/1/80", "tcp/80/1", "udp/53/53", "icmp", "gre", "sctp/7/80", "tcp/80", "tcp", ""]
PORTS = ["tcp:80", "tcp:1", "udp:53", "icmp:echo-request", "gre:0", "sctp:80", "icmp:3/1"]


def saved(kind: str, random: Random) -> str:
    parts = kind.partition(":")[2].split(",")
    words = {"net": NETS, "ip": ADDRESSES, "port": PORTS, "mark": ["0x1", "0x2"], "iface": ["eth0", "eth1"]}
    endings = random.choice([" timeout 60", ""])
    lines = [f"create s {kind} timeout 0"]
    for _ in range(random.randrange(12)):
        option = random.choice(["", "", " nomatch", endings] if "net" in parts else ["", endings])
        lines.append(f"add s {','.join(random.choice(words[part]) for part in parts)}{option}")
    return "\n".join([*lines, "create p bitmap:port range 0-90", "add p 80", "create l list:set", "add l p", "add l s"])


def packets() -> list[Packet]:
    random = Random(1)
    found = []
    for _ in range(150):
        seen = packet(random.choice(ADDRESSES), random.choice(ADDRESSES), random.choice(SERVICES), random.randrange(3))
        if seen.protocol == 1:
            seen = random.choice([seen, icmp(seen, 8, 0), icmp(seen, 3, 1)])
        found.append(seen)
    return found


@pytest.mark.parametrize(
    "kind",
    [
        "hash:ip", "hash:net", "hash:net,net", "hash:ip,port", "hash:net,port", "hash:ip,port,ip", "hash:ip,port,net",
        "hash:ip,mark", "hash:net,port,net", "hash:net,iface",
    ],
)  # fmt: skip
@pytest.mark.parametrize("wants_nomatch", [False, True])
def test_both_ways_agree(kind: str, wants_nomatch: bool) -> None:
    random = Random(kind)
    seen = packets()
    for _ in range(15):
        made = sets(saved(kind, random))
        directions = tuple(random.choice([True, False]) for _ in range(3))
        question = Question(directions, wants_nomatch)
        for name in ("s", "p", "l"):
            ready = check(made[name], question, 4)
            for each in seen:
                met = meeting(each)
                assert ready(met) == ask(made[name], met, question)


def test_of_the_other_family_nobody_is_a_member() -> None:
    made = sets("create s hash:net\nadd s 10.0.0.0/8\n")["s"]
    assert check(made, Question((True,)), 6)(meeting(packet("2001:db8::1", "2001:db8::2"))) is False


def test_a_change_on_the_way_counts() -> None:
    for text in ("", "add s 10.0.0.1\n", "add s 10.0.0.1\nadd s 10.0.0.2 timeout 5\n"):
        ready = check(sets(f"create s hash:ip timeout 0\n{text}")["s"], Question((True,)), 4)
        met = meeting(packet("10.0.0.3", "10.0.0.4"))
        assert ready(met) is False
        met.changed_sets = {("s", ("10.0.0.3",)): True}
        assert ready(met) is True


def test_counters_are_asked_for_thoroughly() -> None:
    made = sets("create s hash:ip counters\nadd s 10.0.0.1\n")["s"]
    question = Question((True,), counting="--bytes-lt 5")
    met = meeting(packet("10.0.0.1", "10.0.0.4"))
    assert check(made, question, 4)(met) == ask(made, met, question) is not True

"""The kernel is the referee: members of random sets of every type, asked for by ipset and met by real packets."""

import pytest

from backend.model.address import Family
from backend.sim.netfilter.answer import Check
from backend.sim.netfilter.meeting import Meeting
from tests.sim.build import packet
from tests.sim.netfilter.sets.build import icmp, matching, meeting
from tests.sim.netfilter.sets.dice import Dice, has_type, kinds, parts_of
from tests.sim.netfilter.sets.referee import DEVICES, Sender, add_rule, leaving, network, told_by_ipset

pytestmark = [pytest.mark.root, pytest.mark.serial]
ROUNDS = 6
PACKETS = 150
ALL = kinds()
ASKED = [each for each in ALL if not each[0].endswith(("mark", "mac"))]


def compared(check: Check, dice: Dice, what: tuple[str, str]) -> int:
    """How many of some packets are members, as both say."""
    sender = Sender(dice.family)
    seen = 0
    for _ in range(PACKETS):
        met = leaving(dice.packet(), dice.random.choice(DEVICES))
        answer = check(met)
        assert answer is sender.is_dropped(met), (*what, met.packet, met.oif)
        seen += answer is True
    sender.close()
    return seen


@pytest.mark.parametrize(("kind", "family"), ALL)
def test_packets_are_members_as_the_kernel_says(kind: str, family: Family) -> None:
    if not has_type(kind):
        pytest.skip(f"the kernel has no {kind}")
    dice = Dice(f"{kind} {family}", family)
    seen = 0
    for _ in range(ROUNDS):
        with network():
            saved = dice.created(kind)
            option = dice.random.choice(("", "", " --return-nomatch"))
            text = f"--match-set {dice.random.choice('sssl')} {dice.flags()}{option}"
            add_rule(family, f"-m set {text} -j DROP")
            seen += compared(matching(text, saved, family), dice, (text, saved))
    assert seen or "mac" in kind


@pytest.mark.parametrize(
    ("kind", "family"), [each for each in kinds() if "mark" not in each[0] and "mac" not in each[0]]
)
def test_elements_are_members_as_ipset_says(kind: str, family: Family) -> None:
    if not has_type(kind):
        pytest.skip(f"the kernel has no {kind}")
    dice = Dice(f"elements {kind} {family}", family)
    parts = [part.replace("net", "ip") for part in parts_of(kind)]
    for _ in range(ROUNDS):
        with network():
            saved = dice.created(kind)
            check = matching("--match-set s src,dst,dst", saved, family)
            elements = [",".join(dice.part(part) for part in parts) for _ in range(PACKETS)]
            elements = [each for each in elements if "physdev" not in each]
            for element, said in zip(elements, told_by_ipset([f"s {each}" for each in elements]), strict=True):
                if said is not None:
                    assert check(met_by(element.split(","), parts)) is said, (element, saved)


def met_by(elements: list[str], parts: list[str]) -> Meeting:
    """What a rule with the flags `src,dst,dst` takes for that element."""
    said = dict(zip(reversed(parts), reversed(elements), strict=True))
    source = elements[0] if parts[0] == "ip" else "10.0.0.1"
    destination = elements[-1] if parts[-1] == "ip" else source
    protocol, _, port = said.get("port", f"tcp:{said.get('number', '1')}").rpartition(":")
    name = "ipv6-icmp" if protocol == "icmpv6" else protocol
    if "/" in port:
        kind, code = port.split("/")
        return meeting(icmp(packet(source, destination, name), int(kind), int(code)))
    service = name if name == "gre" else f"{name}/{port}/{port}"
    return meeting(packet(source, destination, service), oif=said.get("iface", "eth1"))

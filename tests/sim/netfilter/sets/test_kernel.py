"""The kernel is the referee: members of random sets of every type, asked for by ipset and met by real packets."""

import pytest

from backend.model.address import Family
from backend.sim.netfilter.answer import Check
from backend.sim.netfilter.meeting import Meeting
from backend.sim.netfilter.sets.compile import PARTS
from tests.sim.build import packet
from tests.sim.netfilter.sets.build import icmp, matching, meeting
from tests.sim.netfilter.sets.referee import DEVICES, Dice, Sender, has_type, leaving, network, run, told_by_ipset

pytestmark = [pytest.mark.root, pytest.mark.serial]
ROUNDS = 6
PACKETS = 150
OPTIONS = {"bitmap:ip": ("range 10.0.0.0/23", "range 10.0.0.0/23 netmask 25"), "bitmap:port": ("range 0-443",)}
OPTIONS["bitmap:ip,mac"] = OPTIONS["bitmap:ip"][:1]
MASKED = {
    4: ("netmask 25", "bitmask 255.255.0.255"),
    6: ("netmask 121", "bitmask ffff:ffff:ffff:ffff::ffff"),
}
MASKABLE = ("hash:ip", "hash:ip,port", "hash:net,net")


def parts_of(kind: str) -> list[str]:
    return ["number"] if kind == "bitmap:port" else kind.partition(":")[2].split(",")


def created(kind: str, family: Family, dice: Dice) -> str:
    """A random set `s`, and lists of it and of another, as `ipset save` tells them after the kernel has them."""
    options = dice.random.choice(OPTIONS.get(kind, (f"family inet{'6' * (family == 6)}",)))
    if kind == "hash:mac":
        options = ""
    if kind in MASKABLE and dice.random.random() < 0.5:
        mask = dice.random.choice(MASKED[family][: 1 if kind == "hash:ip" else 2])
        options += f" {mask}"
    entries = "".join(f"add s {dice.entry(parts_of(kind))}\n" for _ in range(dice.random.randrange(1, 14)))
    others = "create p bitmap:port range 0-443\nadd p 80\ncreate l list:set\nadd l p\nadd l s\n"
    run("ipset", "-exist", "restore", text=f"create s {kind} {options}\n{entries}{others}")
    return run("ipset", "save")


def kinds() -> list[tuple[str, Family]]:
    both: tuple[Family, ...] = (4, 6)
    return [(kind, family) for kind in sorted(PARTS) for family in both if family == 4 or kind.startswith("hash:")]


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
    tool = "iptables" if family == 4 else "ip6tables"
    seen = 0
    for _ in range(ROUNDS):
        with network():
            saved = created(kind, family, dice)
            flags = ",".join(dice.random.choice(("src", "dst")) for _ in range(dice.random.choice((1, 2, 3, 3, 3))))
            option = dice.random.choice(("", "", " --return-nomatch"))
            text = f"--match-set {dice.random.choice('sssl')} {flags}{option}"
            run(tool, "-t", "raw", "-A", "OUTPUT", "-m", "set", *text.split(), "-j", "DROP")
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
            saved = created(kind, family, dice)
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

"""What carries a rule is compared with the set itself, where the kernel has it, on real packets."""

import os
import random
import socket
import struct
import subprocess
from collections.abc import Iterator

import pytest

from backend.facts.iptables import rule_text
from backend.lab.build import tool
from backend.lab.build.restore import Restore
from backend.lab.kernel.namespace import inside, new_network
from backend.lab.plan.carrier import MOST, CarrierError, carried
from backend.lab.plan.operation import Backend, RuleLine
from backend.model.address import Family
from backend.model.firewall import Rule
from tests.lab.saved import ruleset, sets

HEAD = "*filter\n:FORWARD ACCEPT [0:0]\n:own - [0:0]\n"
MACS = "create m hash:mac\nadd m 02:00:00:00:00:01\nadd m 02:00:00:00:00:02\n"
PAIRS = "create p hash:net,net\nadd p 10.0.0.0/8,10.1.0.0/16\nadd p 10.2.0.0/16,0.0.0.0/0\n"
SERVICES = "create s hash:net,port,net\nadd s 10.0.0.0/8,tcp:80,10.1.0.0/16\nadd s 10.0.0.0/8,udp:53,10.1.0.0/16\n"
MARKS = "create k hash:ip,mark\nadd k 10.0.0.1,0x5\nadd k 10.0.0.1,0x6\n"


def rule(text: str, family: Family = 4) -> Rule:
    return ruleset(f"{HEAD}-A FORWARD {text}\nCOMMIT\n", family).tables[0].chains[0].rules[0]


def texts(text: str, saved: str, family: Family = 4) -> list[str]:
    lacking = {each.name: each for each in sets(saved)}
    return [rule_text(each).removeprefix("-A FORWARD ") for each in carried(rule(text, family), family, lacking)]


def test_each_entry_becomes_a_rule() -> None:
    assert texts("-i eth0 -m set --match-set m src -j DROP", MACS) == [
        "-i eth0 -m mac --mac-source 02:00:00:00:00:01 -j DROP",
        "-i eth0 -m mac --mac-source 02:00:00:00:00:02 -j DROP",
    ]
    nets = "-m iprange --src-range 10.0.0.0-10.255.255.255 -m multiport --dports {} "
    nets += "-m iprange --dst-range 10.1.0.0-10.1.255.255 -m conntrack --ctstate NEW -j own"
    assert texts("-m set --match-set s src,dst,dst -m conntrack --ctstate NEW -j own", SERVICES) == [
        f"-p tcp {nets.format(80)}",
        f"-p udp {nets.format(53)}",
    ]


def test_an_entry_of_another_protocol_than_the_rule_becomes_nothing() -> None:
    for protocol in ("-p tcp", "-p 6", "! -p udp"):
        assert [
            text.startswith("-p tcp") for text in texts(f"{protocol} -m set --match-set s src,dst,dst", SERVICES)
        ] == [True]
    assert texts("-p icmp -m set --match-set s src,dst,dst -j DROP", SERVICES) == []


def test_two_sets_in_one_rule_become_every_pair() -> None:
    found = texts("-m set --match-set m src -m set --match-set p src,dst -j DROP", MACS + PAIRS)
    assert len(found) == 4
    assert all("--mac-source" in text and "--dst-range" in text for text in found)


def test_an_empty_set_becomes_nothing_since_no_packet_is_in_it() -> None:
    assert texts("-m set --match-set m src -j DROP", "create m hash:mac\n") == []


@pytest.mark.parametrize(
    ("text", "saved", "reason"),
    [
        ("-m set ! --match-set m src -j DROP", MACS, "asked of each entry at once"),
        ("-m set --match-set m dst -j DROP", MACS, "MAC address that a packet is sent to"),
        ("-m set --match-set p src -j DROP", PAIRS, "asked for 1 of 2"),
        ("-m set --match-set m src --packets-gt 5 -j DROP", MACS, "counters"),
        ("-m set --match-set m src -m set --match-set x src ! --update-counters -j DROP", MACS, "counters"),
        ("-j SET --add-set m src", MACS, "target SET changes a set"),
        ("-m limit --limit 1/s -m set --match-set m src -j DROP", MACS, "match limit would be asked once for each"),
        ("-m set --match-set p src,dst -j own", PAIRS, "meet the target twice"),
        ("-m set --match-set p src,dst", PAIRS, "meet the target twice"),
        ("-m set --match-set k src,src -j MARK --set-xmark 0x6/0xffffffff", MARKS, "MARK may change the mark"),
        ("-m set --match-set k src,src -j own", MARKS, "own may change the mark"),
        ("-m set --match-set m src -j DROP", MACS.replace("mac\nadd", "mac timeout 5\nadd", 1), "option timeout"),
        ("-m set --match-set m src -j DROP", MACS + "add m 02:00:00:00:00:03 timeout 9\n", "entry with options"),
        ("-m set --match-set p src,dst -j DROP", PAIRS + "add p 10.0.0.0/9,10.0.0.0/8 nomatch\n", "entry with options"),
        ("-m set --match-set x src -j DROP", "create x hash:net,iface\nadd x 10.0.0.0/8,eth0\n", "hash:net,iface"),
        ("-m set --match-set p src,dst -j DROP", PAIRS + "add p 10.0.0.0/8\n", "expected 2 elements"),
    ],
)  # fmt: skip
def test_what_would_not_be_exact_is_not_carried(text: str, saved: str, reason: str) -> None:
    with pytest.raises(CarrierError, match=reason):
        texts(text, saved)


def test_a_goto_and_what_only_tells_are_exact() -> None:
    assert len(texts("-m set --match-set p src,dst -g own", PAIRS)) == 2
    assert len(texts("-m set --match-set k src,src -j LOG", MARKS)) == 2


def test_so_many_entries_and_no_more() -> None:
    def saved(count: int) -> str:
        return "create m hash:mac\n" + "".join(f"add m 02:00:00:00:{n >> 8:02x}:{n & 255:02x}\n" for n in range(count))

    assert len(texts("-m set --match-set m src -j DROP", saved(MOST))) == MOST
    with pytest.raises(CarrierError, match="more than"):
        texts("-m set --match-set m src -j DROP", saved(MOST + 1))


def test_a_set_of_the_other_family_is_not_carried() -> None:
    with pytest.raises(CarrierError, match="IPv4 matches no packet of IPv6"):
        texts("-m set --match-set p src,dst -j DROP", PAIRS, 6)


@pytest.fixture
def namespace() -> Iterator[int]:
    """Where packets can be sent from and to all of 10.0.0.0/8."""
    with new_network() as descriptor:
        subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
        subprocess.run(["ip", "route", "add", "local", "10.0.0.0/8", "dev", "lo"], check=True)
    yield descriptor
    os.close(descriptor)


@pytest.mark.root
@pytest.mark.serial
@pytest.mark.parametrize("kind", list(Backend))
def test_what_stands_for_the_lacking_types_is_taken_by_the_kernel(kind: Backend, namespace: int) -> None:
    saved = {
        each.name: each
        for each in sets(MACS + PAIRS + SERVICES + MARKS + "create b hash:ip,mac\nadd b 10.0.0.1,02:00:00:00:00:01\n")
    }
    flags = {"m": "src", "p": "src,dst", "s": "src,dst,dst", "k": "src,src", "b": "src,src"}
    lines = [RuleLine("*filter", "filter"), RuleLine(":FORWARD ACCEPT [0:0]", "filter")]
    for name, flag in flags.items():
        for each in carried(rule(f"-m set --match-set {name} {flag} -j DROP"), 4, saved):
            lines.append(RuleLine(rule_text(each), "filter", "FORWARD", 1))
    assert Restore(namespace, kind, 4, 1).load([*lines, RuleLine("COMMIT", "filter")]) is None


HELD = """create one hash:ip,port
create two hash:net,port
create three hash:ip,port,net
create four hash:net
"""
FLAGS = {"one": "src,dst", "two": "dst,src", "three": "dst,dst,src", "four": "dst"}


def held(chance: random.Random) -> str:
    """Entries that no packet has two of, so that it is exact whatever the target does."""
    lines = [HELD.strip(), "add four 10.0.0.0/29", "add four 10.0.1.8/30", "add four 10.0.3.0/28"]
    for number in chance.sample(range(64), 24):
        address, port = f"10.0.{number >> 4}.{number & 15}", f"{chance.choice(('tcp', 'udp'))}:{chance.randint(1, 4)}"
        net = f"10.0.0.0/{chance.randint(22, 29)}"
        lines += [f"add one {address},{port}", f"add two {address}/32,{port}", f"add three {address},{port},{net}"]
    return "\n".join(lines) + "\n"


def marking(saved: str) -> list[str]:
    """Each set gives a packet that is in it one mark, and what stands for the set another; then those are counted that
    have one mark and not the other."""
    found = {each.name: each for each in sets(saved)}
    lines = []
    for at, (name, flags) in enumerate(FLAGS.items()):
        one, other = 1 << 2 * at, 2 << 2 * at
        text = f"-m set --match-set {name} {flags} -j MARK --set-xmark {{0:#x}}/{{0:#x}}"
        lines += [f"-A FORWARD {text.format(one)}"]
        lines += [rule_text(each) for each in carried(rule(text.format(other)), 4, found)]
        for mark in (one, other, one | other):
            lines.append(f"-A FORWARD -m mark --mark {mark:#x}/{one | other:#x} -m comment --comment {name}")
    return [line.replace("FORWARD", "OUTPUT") for line in lines]


def packet(chance: random.Random) -> bytes:
    source, destination = (bytes([10, 0, chance.randint(0, 3), chance.randint(0, 15)]) for _ in range(2))
    protocol = chance.choice((6, 17))
    ports = struct.pack(">HH", chance.randint(1, 4), chance.randint(1, 4))
    rest = ports + (struct.pack(">IIBBHHH", 0, 0, 0x50, 2, 0, 0, 0) if protocol == 6 else struct.pack(">HH", 8, 0))
    return struct.pack(">BBHHHBBH", 0x45, 0, 20 + len(rest), 0, 0, 64, protocol, 0) + source + destination + rest


@pytest.mark.root
@pytest.mark.serial
@pytest.mark.parametrize("seed", range(3))
def test_the_same_packets_match_as_with_the_set_itself(namespace: int, seed: int) -> None:
    chance = random.Random(seed)
    saved = held(chance)
    assert tool.run(namespace, ["ipset", "restore"], saved).is_done
    text = "\n".join(["*mangle", ":OUTPUT ACCEPT [0:0]", *marking(saved), "COMMIT\n"])
    assert tool.run(namespace, ["iptables-legacy-restore"], text).is_done
    with inside(namespace):
        sender = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_RAW)
    with sender:
        for _ in range(3000):
            data = packet(chance)
            sender.sendto(data, (socket.inet_ntoa(data[16:20]), 0))
    with inside(namespace):
        done = subprocess.run(["iptables-legacy-save", "-c"], capture_output=True, text=True, check=True)
    counted = [line for line in done.stdout.splitlines() if "--comment" in line]
    packets = [int(line[1:].partition(":")[0]) for line in counted]
    for name, (with_set, without_set, with_both) in zip(FLAGS, zip(*[iter(packets)] * 3, strict=True), strict=True):
        assert (with_set, without_set) == (0, 0), name
        assert with_both > 0, name

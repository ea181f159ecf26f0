import pytest

from backend.model.firewall import Option
from backend.sim.netfilter.answer import Doubt
from backend.sim.netfilter.meeting import Hook
from backend.sim.netfilter.sets.match import named
from tests.sim.build import packet
from tests.sim.netfilter.sets.build import asked, bare, icmp, matching, meeting, rule, scope, tcp

EXPECTED = "expected a set and up to 6 times src or dst"
NETS = """create nets hash:net
add nets 10.0.0.0/8
add nets 10.1.0.0/16 nomatch
add nets 10.1.1.0/24
"""


@pytest.mark.parametrize(
    ("source", "is_member"), [("10.0.0.1", True), ("10.1.0.1", False), ("10.1.1.1", True), ("11.0.0.1", False)]
)
def test_the_most_specific_network_decides(source: str, is_member: bool) -> None:
    seen = tcp(source, "192.0.2.1")
    assert asked("--match-set nets src", NETS, seen) is is_member
    assert asked("! --match-set nets src", NETS, seen) is not is_member
    assert asked("--match-set nets dst", NETS, seen) is False
    assert asked("--match-set nets src --return-nomatch", NETS, seen) is (source == "10.1.0.1")
    assert asked("--set nets src ! --update-counters ! --update-subcounters", NETS, seen) is is_member


@pytest.mark.parametrize(
    ("flags", "is_member"),
    [
        ("src,dst", True),
        ("dst,src", False),
        ("src,src", False),
        ("dst,dst", False),
        ("src", False),
        ("src,dst,dst", True),
    ],
)
def test_each_part_has_its_direction(flags: str, is_member: bool) -> None:
    saved = "create s hash:ip,port\nadd s 10.0.0.1,tcp:80\n"
    assert asked(f"--match-set s {flags}", saved, tcp("10.0.0.1", "11.0.0.1")) is is_member


def test_three_parts() -> None:
    saved = "create s hash:ip,port,net\nadd s 10.0.0.1,udp:53,11.0.0.0/8\n"
    seen = meeting(packet("10.0.0.1", "11.0.0.1", "udp/1000/53"))
    assert asked("--match-set s src,dst,dst", saved, seen) is True
    assert asked("--match-set s src,src,dst", saved, seen) is False
    assert asked("--match-set s src,dst,src", saved, seen) is False


def test_interfaces() -> None:
    saved = "create s hash:net,iface\nadd s 10.0.0.0/8,eth0\n"
    seen = meeting(packet("10.0.0.1", "10.0.0.2"), "eth0", "eth1")
    assert asked("--match-set s src,src", saved, seen) is True
    assert asked("--match-set s dst,src", saved, seen) is True
    assert asked("--match-set s src,dst", saved, seen) is False


def test_marks() -> None:
    saved = "create s hash:ip,mark markmask 0x000000f0\nadd s 10.0.0.1,0x00000010\n"
    assert asked("--match-set s src,src", saved, tcp("10.0.0.1", "11.0.0.1", mark=0x1F)) is True
    assert asked("--match-set s src,src", saved, tcp("10.0.0.1", "11.0.0.1", mark=0x2F)) is False


def test_netmask_and_bitmask() -> None:
    saved = (
        "create s hash:ip netmask 24\nadd s 10.0.0.0\ncreate b hash:ip,port bitmask 255.0.0.255\nadd b 10.0.0.1,80\n"
    )
    assert asked("--match-set s src", saved, tcp("10.0.0.77", "11.0.0.1")) is True
    assert asked("--match-set b src,dst", saved, tcp("10.9.9.1", "11.0.0.1")) is True
    assert asked("--match-set b src,dst", saved, tcp("10.9.9.2", "11.0.0.1")) is False


def test_ports_alone() -> None:
    saved = "create s bitmap:port range 0-100\nadd s 80\n"
    assert asked("--match-set s dst", saved, tcp("10.0.0.1", "11.0.0.1")) is True
    assert asked("--match-set s dst", saved, meeting(packet("2001:db8::1", "2001:db8::2", "udp/80"))) is True
    assert asked("--match-set s dst", saved, meeting(packet("10.0.0.1", "11.0.0.1", "sctp/80"))) is False
    assert asked("--match-set s src", saved, meeting(packet("10.0.0.1", "11.0.0.1", "tcp/80"))) == Doubt(
        "set s: the flow names no source port"
    )


def test_icmp() -> None:
    saved = "create s hash:ip,port\nadd s 10.0.0.1,icmp:echo-request\nadd s 10.0.0.2,gre:0\n"
    ping = packet("10.0.0.1", "11.0.0.1", "icmp")
    assert asked("--match-set s src,src", saved, meeting(icmp(ping, 8, 0))) is True
    assert asked("--match-set s src,src", saved, meeting(icmp(ping, 0, 0))) is False
    assert asked("--match-set s src,src", saved, meeting(bare(ping))) == Doubt("set s: the flow names no ICMP type")
    assert asked("--match-set s src,src", saved, meeting(packet("10.0.0.2", "11.0.0.1", "gre"))) is True


def test_mac_addresses() -> None:
    saved = """create s bitmap:ip,mac range 10.0.0.0/24
add s 10.0.0.1
add s 10.0.0.2,02:00:00:00:00:01
create h hash:ip,mac
add h 10.0.0.2,02:00:00:00:00:01
create m hash:mac
add m 02:00:00:00:00:01
create none hash:mac
"""
    unknown = "the flow names no MAC address"
    one, two, three = (tcp(f"10.0.0.{number}", "11.0.0.1") for number in (1, 2, 3))
    assert asked("--match-set s src,src", saved, one) is True
    assert asked("--match-set s src,src", saved, two) == Doubt(f"set s: {unknown}")
    assert asked("--match-set s src,src", saved, three) is False
    assert asked("--match-set h src,src", saved, one) is False
    assert asked("! --match-set h src,src", saved, two) == Doubt(f"set h: {unknown}")
    assert asked("--match-set m src", saved, one) == Doubt(f"set m: {unknown}")
    assert asked("--match-set none src", saved, one) is False
    own = meeting(packet("10.0.0.1", "11.0.0.1"), "", "eth0", Hook.OUTPUT)
    assert asked("--match-set s src,src", saved, own) is False
    assert asked("--match-set m src", saved, own) is False


def test_lists() -> None:
    saved = f"create l list:set\ncreate p hash:ip,port\nadd p 12.0.0.1,80\n{NETS}add l nets\nadd l p\n"
    assert asked("--match-set l src", saved, tcp("10.0.0.1", "11.0.0.1")) is True
    assert asked("--match-set l src,dst", saved, tcp("12.0.0.1", "11.0.0.1")) is True
    assert asked("--match-set l src", saved, tcp("12.0.0.1", "11.0.0.1")) is False
    assert asked("--match-set l src --return-nomatch", saved, tcp("10.1.0.1", "11.0.0.1")) is True


@pytest.mark.parametrize(
    ("text", "saved", "doubt"),
    [
        ("--match-set s src", None, "set s: ipset_save is not in the facts"),
        ("--match-set s src", "create t hash:ip\n", "set s is not in the facts"),
        ("--match-set s left", "create s hash:ip\n", f"set: --match-set s left: {EXPECTED}"),
        ("--match-set s", "create s hash:ip\n", f"set: --match-set s: {EXPECTED}"),
        ("--match-set s src --colour red", "create s hash:ip\n", "set: --colour"),
        ("--return-nomatch", "", "set: one --match-set is needed"),
        ("--match-set s src", "create s hash:colour\n", "set s: nobody knows the type hash:colour"),
    ],
)
def test_what_nobody_can_say(text: str, saved: str | None, doubt: str) -> None:
    for negation in ("", "! "):
        check = matching(negation * text.startswith("--match-set") + text, saved)
        answer = check(tcp("10.0.0.1", "11.0.0.1"))
        assert answer == Doubt(doubt, is_unknown=True)


def test_counters() -> None:
    saved = "create c hash:ip counters\nadd c 10.0.0.1 packets 5 bytes 500\ncreate n hash:ip\nadd n 10.0.0.1\n"
    seen = tcp("10.0.0.1", "11.0.0.1")
    assert asked("--match-set c src --packets-gt 5 ! --bytes-eq 7", saved, seen) == Doubt(
        "set c: --packets-gt 5, ! --bytes-eq 7"
    )
    assert asked("--match-set c dst --packets-gt 5", saved, seen) is False
    assert asked("--match-set n src --packets-gt 5", saved, seen) is True


def test_the_set_and_its_flags() -> None:
    option = rule("-m set --match-set s src,dst").matches[0].options[0]
    found = named(option, scope("create s hash:ip,port\n"))
    assert not isinstance(found, Doubt)
    assert (found[0].name, found[1]) == ("s", (True, False))
    assert isinstance(named(Option("--match-set", ("s", "src," * 6 + "src")), scope("create s hash:ip\n")), Doubt)

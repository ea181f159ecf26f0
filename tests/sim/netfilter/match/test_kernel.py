"""The kernel as the referee: rules without a target count what they match, and each count must be our answer.

One namespace, a veth pair on either side; packets are put on the far end of one and forwarded out of the other.
"""

import subprocess
from collections.abc import Iterator

import pytest

from backend.facts.iptables import read_ruleset
from backend.model.address import Family
from backend.model.firewall import Rule
from backend.model.interface import Interface
from backend.model.network import Router
from backend.sim.netfilter.answer import Answer, Doubt, every
from backend.sim.netfilter.match import compile_match
from backend.sim.netfilter.meeting import Hook, Meeting
from backend.sim.netfilter.scope import Scope
from backend.sim.netfilter.tracking import track
from backend.sim.packet import forwarded
from tests.facts.sample import read
from tests.sim.build import router
from tests.sim.netfilter.match.asking import meeting
from tests.sim.netfilter.match.raw import frame

pytestmark = [pytest.mark.root, pytest.mark.serial]

SETUP = """
ip link add r0 type veth peer name a0 && ip link add r1 type veth peer name b1
ip link set r0 address 02:00:00:00:00:fe
for i in a0 b1; do echo 1 > /proc/sys/net/ipv6/conf/$i/disable_ipv6; done
for i in lo r0 a0 r1 b1; do ip link set $i up; done
ip addr add 10.0.0.254/24 dev r0; ip addr add 10.0.1.254/24 dev r1
ip -6 addr add 2001:db8::254/64 dev r0 nodad; ip -6 addr add 2001:db8:1::254/64 dev r1 nodad
ip route add 10.9.0.0/16 via 10.0.1.9; ip route add blackhole 10.66.0.0/16; ip route add 10.8.0.0/16 via 10.0.0.8
ip -6 route add 2001:db8:9::/48 via 2001:db8:1::9; ip -6 route add unreachable 2001:db8:66::/48
ip -6 route add 2001:db8:8::/48 via 2001:db8::8
ip neigh add 10.0.1.9 dev r1 lladdr 02:00:00:00:00:09; ip neigh add 2001:db8:1::9 dev r1 lladdr 02:00:00:00:00:09
for i in all default r0 r1; do echo 0 > /proc/sys/net/ipv4/conf/$i/rp_filter; done
echo 1 > /proc/sys/net/ipv4/ip_forward; echo 1 > /proc/sys/net/ipv6/conf/all/forwarding
echo 0 > /proc/sys/net/netfilter/nf_conntrack_checksum
echo ready; exec sleep 600
"""
ROUTER = router("""
routes = [
    "10.9.0.0/16 via 10.0.1.9", "blackhole 10.66.0.0/16", "10.8.0.0/16 via 10.0.0.8",
    "2001:db8:9::/48 via 2001:db8:1::9", "unreachable 2001:db8:66::/48", "2001:db8:8::/48 via 2001:db8::8",
]
interface = [
    { name = "r0", addresses = ["10.0.0.254/24", "2001:db8::254/64"] },
    { name = "r1", addresses = ["10.0.1.254/24", "2001:db8:1::254/64"] },
]
""")
MODEL = Router("r", interfaces=(Interface("r0"), Interface("r1")))

BOTH = """
-p tcp
! -p udp
-p 6 -m tcp --dport 80
-p tcp -m tcp ! --dport 80
-p tcp -m tcp --sport 1024:65535 --dport :1023
-p tcp -m tcp --syn
-p tcp -m tcp ! --syn
-p tcp -m tcp --tcp-flags ALL NONE
-p tcp -m tcp --tcp-flags SYN,ACK SYN,ACK
-p tcp -m tcp ! --tcp-flags FIN,PSH,URG FIN,PSH,URG
-p tcp -m tcp --tcp-option 2
-p tcp -m tcp ! --tcp-option 2
-p tcp -m tcpmss --mss 1000:1460
-p tcp -m tcpmss ! --mss 1000:1460
-p tcp -m ecn --ecn-tcp-ece
-p tcp -m ecn ! --ecn-tcp-ece --ecn-tcp-cwr
-p tcp -m multiport --dports 22,80:90
-p tcp -m multiport ! --dports 22,80:90
-p tcp -m multiport --ports 80,443
-p udp -m multiport ! --ports 53
-p udp -m udp --dport 53
-p udp -m udp ! --sport 1:100
-p sctp -m sctp --dport 80
-p dccp -m dccp --sport 4000:5000
-p esp -m esp --espspi 500:600
-p esp -m esp ! --espspi 500
-m conntrack --ctstate NEW
-m conntrack ! --ctstate NEW
-m conntrack --ctstate INVALID
-m conntrack --ctstate INVALID --ctproto udp
-m conntrack --ctstate UNTRACKED,INVALID --ctdir REPLY
-m conntrack --ctproto tcp
-m conntrack ! --ctproto tcp
-m conntrack --ctdir ORIGINAL
-m conntrack --ctdir REPLY
-m conntrack --ctstatus NONE
-m conntrack ! --ctstatus NONE
-m conntrack --ctstatus CONFIRMED
-m conntrack ! --ctstatus SEEN_REPLY,ASSURED
-m conntrack --ctstate DNAT
-m conntrack ! --ctstate SNAT
-m state --state NEW,RELATED
-m state ! --state NEW
-m connmark --mark 0
-m connmark ! --mark 1
-m connlabel --label 5
-m connlabel ! --label 5
-m connlabel --label 6 --set
-m connlabel --label 6
-m connbytes --connbytes 1:1 --connbytes-mode packets --connbytes-dir both
-m connbytes ! --connbytes 5:5 --connbytes-mode packets --connbytes-dir both
-m connbytes ! --connbytes 1:5 --connbytes-mode packets --connbytes-dir original
-m connbytes --connbytes 1 --connbytes-mode bytes --connbytes-dir original
-m connbytes --connbytes 1:80 --connbytes-mode avgpkt --connbytes-dir original
-m helper --helper ftp
-m helper ! --helper ftp
-m mark --mark 0x0/0x1
-m mark ! --mark 5
-m dscp --dscp 46
-m dscp ! --dscp-class CS1
-m tos --tos 0x10/0x3f
-m tos ! --tos 0xb8
-m ecn --ecn-ip-ect 2
-m ecn ! --ecn-ip-ect 0
-m length --length 40:80
-m length ! --length 60
-m comment --comment "a comment"
-m statistic --mode nth --every 1 --packet 0
-m statistic --mode nth ! --every 1 --packet 0
-m statistic --mode random --probability 1.0
-m recent --set --name one
-m recent ! --set --name two
-m pkttype --pkt-type unicast
-m pkttype ! --pkt-type multicast
-m cluster --cluster-total-nodes 3 --cluster-local-node 1 --cluster-hash-seed 0xdeadbeef
-m cluster --cluster-total-nodes 3 --cluster-local-node 2 --cluster-hash-seed 0xdeadbeef
-m cluster --cluster-total-nodes 3 ! --cluster-local-node 3 --cluster-hash-seed 5
-m time
"""
FORWARD = """
-i r0 -o r1
! -i r0
-i r+ ! -o b+
-o +
-m devgroup --src-group 0
-m devgroup ! --src-group 0 --dst-group 0
-m physdev --physdev-is-in
-m physdev ! --physdev-is-in
-m physdev ! --physdev-in b0 --physdev-is-bridged
-m physdev ! --physdev-in b0 ! --physdev-is-bridged
"""
ENTERING = """
-m rpfilter
-m rpfilter --invert
-m rpfilter --loose
-m rpfilter --accept-local
-m rpfilter --loose --accept-local --invert
-m addrtype --dst-type LOCAL --limit-iface-in
"""
LEAVING = """
-o r1
! -o r0
-m owner ! --uid-owner 0
-m owner --uid-owner 0
-m owner ! --socket-exists
"""
ONLY4 = """
-s 10.0.0.0/24
! -s 10.0.0.0/30 -d 10.9.0.0/255.255.0.255
-s 10.0.0.1/255.0.0.255
-f
! -f
-p icmp -m icmp --icmp-type any
-p icmp -m icmp ! --icmp-type any
-p icmp -m icmp --icmp-type 8
-p icmp -m icmp --icmp-type 3/13
-p icmp -m icmp ! --icmp-type 8/1
-p ah -m ah --ahspi 500
-p ah -m ah ! --ahspi 1:499
-m iprange --src-range 10.0.0.1-10.0.0.5
-m iprange ! --src-range 10.0.0.1-10.0.0.5 --dst-range 10.9.0.0-10.9.0.9
-m ttl --ttl-eq 64
-m ttl ! --ttl-eq 64
-m ttl --ttl-lt 64
-m ttl --ttl-gt 63
-m realm --realm 0
-m realm ! --realm 0x5/0xf
-m addrtype --src-type UNICAST
-m addrtype --src-type LOCAL,BROADCAST
-m addrtype ! --src-type UNICAST --dst-type UNICAST
-m addrtype --src-type BLACKHOLE
-m conntrack --ctorigsrc 10.0.0.0/30
-m conntrack ! --ctreplsrc 10.9.0.1
-p tcp -m conntrack --ctorigdstport 80:90
-p udp -m conntrack ! --ctrepldstport 4000:4100
-m u32 --u32 "6&0xFF=6&&0>>22&0x3C@0&0xFFFF=80"
-m u32 ! --u32 "0&0xFFFF=40:60"
-m u32 --u32 "0>>22&0x3C@12>>16&0xFF=2,16"
-m u32 --u32 "12=0x0a000001:0x0a000003"
-m u32 --u32 "4&0x2000=0&&8>>24=1:63"
-m u32 --u32 "60=0:0xffffffff"
-m u32 ! --u32 "12@0=0:0xffffffff"
"""
ONLY6 = """
-s 2001:db8::/64
! -d 2001:db8:9::1
-d 2001:db8:9::1/ffff:ffff:ffff::ffff
-p ipv6-icmp -m icmp6 --icmpv6-type 128
-p ipv6-icmp -m icmp6 ! --icmpv6-type 128/0
-p ipv6-icmp -m icmp6 --icmpv6-type destination-unreachable
-m iprange ! --src-range 2001:db8::1-2001:db8::5
-m hl --hl-eq 64
-m hl --hl-lt 64
-m hl --hl-gt 63
-m ah --ahspi 500
-m frag --fragmore
-m frag ! --fragid 5
-m rt ! --rt-type 0
-m hbh ! --hbh-len 8
-m dst --dst-len 8
-m ipv6header --header prot
-m ipv6header ! --header prot
-m ipv6header --header frag,prot --soft
-m ipv6header ! --header frag --soft
-m ipv6header --header esp
-m addrtype --src-type UNICAST
-m addrtype --dst-type UNICAST,LOCAL
-m addrtype ! --src-type UNREACHABLE
-m addrtype --src-type UNREACHABLE
-m addrtype --dst-type MULTICAST
-m addrtype --dst-type ANYCAST
-m u32 --u32 "4&0xFF00>>8=6&&40&0xFFFF=80"
-m u32 ! --u32 "4>>16=0:40"
"""
PACKETS4 = """
tcp 10.0.0.1:4000 10.9.0.1:80 flags=2 mss=1460 length=44 tos=0x10
tcp 10.0.0.2:4001 10.9.0.1:443 flags=18 mss=536 length=44 tos=0xb8 ttl=63
tcp 10.0.0.3:80 10.9.0.2:8080 flags=66 mss=0 length=40 tos=0x02
tcp 10.0.0.4:4003 10.9.0.1:85 flags=0 mss=0 length=60
tcp 10.0.0.5:4004 10.9.0.1:80 flags=16 mss=0 length=100 ttl=2
tcp 10.0.0.6:4005 10.9.0.1:80 flags=63 mss=0 length=41
udp 10.0.0.1:50 10.9.0.1:53 length=28 tos=0x20
udp 10.0.0.7:4050 10.9.0.9:54 length=61
icmp 10.0.0.1 10.9.0.1 icmp=8/0 echo=77 length=28
icmp 10.0.0.2 10.9.0.1 icmp=8/1 echo=78 length=28
icmp 10.0.0.1 10.9.0.1 icmp=13/0 echo=79 length=40
icmp 10.0.0.1 10.9.0.1 icmp=0/0 echo=80 length=28
sctp 10.0.0.1:4000 10.9.0.1:80 length=60
dccp 10.0.0.1:4000 10.9.0.1:80 length=60
esp 10.0.0.1 10.9.0.1 spi=500 length=60
esp 10.0.0.2 10.9.0.1 spi=601 length=60
ah 10.0.0.1 10.9.0.1 spi=500 length=60
gre 10.0.0.1 10.9.0.1 length=60
tcp 10.8.0.1:4010 10.9.0.1:80 flags=2 mss=0 length=40
tcp 10.9.0.3:4011 10.9.0.1:80 flags=2 mss=0 length=40
tcp 10.66.0.1:4012 10.9.0.1:80 flags=2 mss=0 length=40
tcp 192.0.2.1:4013 10.9.0.1:80 flags=2 mss=0 length=40
udp 10.0.0.1:4014 10.0.0.254:9 length=40
udp 10.0.0.1:4015 10.0.0.255:9 length=40
udp 10.0.0.1:4016 224.0.0.5:9 length=40
"""
PACKETS6 = """
tcp [2001:db8::1]:4000 [2001:db8:9::1]:80 flags=2 mss=1460 length=64 tos=0x10
tcp [2001:db8::6]:4001 [2001:db8:9::2]:443 flags=16 mss=0 length=60 tos=0xb8 ttl=63
udp [2001:db8::1]:50 [2001:db8:9::1]:53 length=48 tos=0x20
udp [2001:db8:8::1]:4050 [2001:db8:9::1]:54 length=81
udp [2001:db8:9::5]:4051 [2001:db8:9::1]:54 length=81
udp [2001:db8:66::5]:4052 [2001:db8:9::1]:54 length=81
udp [2001:db8:77::5]:4053 [2001:db8:9::1]:54 length=81
58 [2001:db8::1] [2001:db8:9::1] icmp=128/0 echo=77 length=48
58 [2001:db8::1] [2001:db8:9::1] icmp=129/0 echo=78 length=48
esp [2001:db8::1] [2001:db8:9::1] spi=500 length=60
gre [2001:db8::1] [2001:db8:9::1] length=60
udp [2001:db8::1]:4054 [2001:db8::254]:9 length=60
udp [2001:db8::1]:4055 [2001:db8::]:9 length=60
udp [2001:db8::1]:4056 [ff02::1]:9 length=60
"""
PLACES = (("raw", "PREROUTING"), ("mangle", "PREROUTING"), ("mangle", "FORWARD"), ("mangle", "leaving"))
LEAD = {4: "-A POSTROUTING ! -d 224.0.0.0/4 -j leaving\n", 6: "-A POSTROUTING ! -d ff00::/8 -j leaving\n"}
"""The router itself tells its groups to its neighbours, and that shall not count."""
STATION = bytes.fromhex("0200000000fe")


def lines(text: str) -> list[str]:
    return text.strip().splitlines()


def rules_for(table: str, chain: str, family: Family) -> list[str]:
    texts = [*lines(BOTH), *lines(ONLY4 if family == 4 else ONLY6)]
    texts += lines({"PREROUTING": ENTERING, "FORWARD": FORWARD, "leaving": LEAVING}[chain])
    hidden = ("-m realm",) if chain == "PREROUTING" else ()
    return [text for text in texts if not text.startswith(hidden)] if hidden else texts


@pytest.fixture
def namespace() -> Iterator[int]:
    with subprocess.Popen(["unshare", "-n", "sh", "-c", SETUP], stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == "ready\n"
        yield child.pid
        child.kill()


class Counting:
    """Rules that count, in one namespace."""

    def __init__(self, tool: str, family: Family, pid: int) -> None:
        self.tool, self.family, self.pid = tool, family, pid
        self.refused: list[str] = []
        self.clear()

    def run(self, *command: str, text: str = "") -> subprocess.CompletedProcess[str]:
        enter = ["nsenter", f"--net=/proc/{self.pid}/ns/net"]
        return subprocess.run([*enter, *command], input=text, capture_output=True, text=True, timeout=60)

    def clear(self) -> None:
        text = "".join(f"*{table}\nCOMMIT\n" for table in ("raw", "mangle"))
        self.run(f"{self.tool}-restore", text=text)

    def load(self) -> None:
        lead = f"*mangle\n:leaving - [0:0]\n{LEAD[self.family]}COMMIT\n"
        assert self.run(f"{self.tool}-restore", "--noflush", text=lead).stderr == ""
        for table, chain in PLACES:
            self._load(table, chain, rules_for(table, chain, self.family))

    def _load(self, table: str, chain: str, texts: list[str]) -> None:
        body = "".join(f"-A {chain} {text}\n" for text in texts)
        done = self.run(f"{self.tool}-restore", "--noflush", text=f"*{table}\n{body}COMMIT\n")
        if done.returncode == 0:
            return
        if len(texts) == 1:
            self.refused.append(f"{table} {chain} {texts[0]}: {done.stderr.strip()}")
            return
        self._load(table, chain, texts[: len(texts) // 2])
        self._load(table, chain, texts[len(texts) // 2 :])

    def counts(self) -> dict[tuple[str, str], list[tuple[Rule, int]]]:
        printed = self.run(f"{self.tool}-save", "-c").stdout
        (found, _), _ = read(read_ruleset, printed, self.family, name="iptables_save")
        return {
            (table.name, chain.name): [(rule, rule.counters.packets if rule.counters else 0) for rule in chain.rules]
            for table in found.tables
            for chain in table.chains
        }


SEND = "import sys,socket as s;o=s.socket(s.AF_PACKET,s.SOCK_RAW);o.bind(('a0',0));o.send(bytes.fromhex(sys.argv[1]))"
UNTOLD = ("-m conn", "-m state", "-m cluster", "-m helper")
"""What depends on how connections of SCTP and DCCP begin, which is not tried here."""


def answers(met: Meeting, rules: list[tuple[Rule, int]]) -> list[Answer]:
    scope = Scope(met.packet.family, MODEL)
    found = []
    for rule, _ in rules:
        answer = every(compile_match(match, rule, scope)(met) for match in rule.matches)
        assert not isinstance(answer, Doubt) or "u32" in rule.text, (rule.text, answer)
        found.append(answer)
    return found


def walk(text: str) -> Iterator[tuple[tuple[str, str], Meeting]]:
    """The packet at each place; the meeting goes on, with what rules have changed."""
    met = meeting(f"{text} hook=PREROUTING iif=r0 oif=", ROUTER)
    yield PLACES[0], met
    track(met, ())
    yield PLACES[1], met
    met.packet = forwarded(met.packet)
    met.hook, met.oif = Hook.FORWARD, "r1"
    yield PLACES[2], met
    met.hook, met.iif = Hook.POSTROUTING, ""
    yield PLACES[3], met


@pytest.mark.parametrize("tool", ["iptables-legacy", "ip6tables-legacy", "iptables-nft", "ip6tables-nft"])
def test_rules_count_what_they_are_said_to_match(tool: str, namespace: int) -> None:
    family: Family = 6 if tool.startswith("ip6") else 4
    counting = Counting(tool, family, namespace)
    counting.load()
    before = counting.counts()
    wrong = []
    compared = 0
    for number, text in enumerate(lines(PACKETS4 if family == 4 else PACKETS6)):
        data = frame(meeting(text).packet, STATION)
        counting.run("python3", "-c", SEND, data.hex())
        after = counting.counts()
        for place, met in walk(text):
            seen = [count - old for (_, count), (_, old) in zip(after[place], before[place], strict=True)]
            if not any(seen):
                break
            for (rule, _), count, answer in zip(after[place], seen, answers(met, after[place]), strict=True):
                if text.split()[0] in ("sctp", "dccp") and any(word in rule.text for word in UNTOLD):
                    continue
                compared += 1
                if isinstance(answer, bool) and bool(count) is not answer:
                    wrong.append(f"{place} {rule.text} | {text}: the kernel says {bool(count)}")
        before = after
        assert number or compared, "the packet did not come"
    counting.clear()
    assert (wrong, counting.refused) == ([], [])
    assert compared > 1000

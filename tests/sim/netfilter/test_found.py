"""What a person reads of a packet where an option of a rule does not fit."""

import pytest

from backend.model.firewall import IpSet, SetEntry
from backend.sim.netfilter.found import found
from backend.sim.netfilter.scope import Scope
from backend.sim.netfilter.sets.compile import compile_sets
from tests.sim.netfilter.match.asking import ROUTER, meeting, rule

SYN = "tcp 10.1.1.5:4000 10.2.0.9:443 iif=eth0 oif=eth2 flags=2 length=60 state=NEW mark=16 tos=0x28 ttl=63"


def told(option: str, packet: str = SYN, **sets: object) -> str:
    (*_, match) = rule(f"{option} -j ACCEPT").matches
    return found(match, match.options[-1], meeting(packet), Scope(4, ROUTER, **sets))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("option", "text"),
    [
        ("-s 10.0.0.0/8", "source is 10.1.1.5"),
        ("! -d 10.0.0.0/8", "destination is 10.2.0.9"),
        ("-i eth1", "came in on eth0"),
        ("-o eth1", "leaves on eth2"),
        ("-p udp", "protocol is tcp"),
        ("-p tcp -m tcp --dport 22", "port is 443"),
        ("-p tcp -m tcp --sport 22", "source port is 4000"),
        ("-p tcp -m multiport --ports 22", "ports are 4000 and 443"),
        ("-p tcp -m tcp --tcp-flags SYN,ACK ACK", "flags are SYN"),
        ("-m conntrack --ctstate ESTABLISHED", "it is NEW"),
        ("-m state --state RELATED,ESTABLISHED", "it is NEW"),
        ("-m conntrack --ctdir REPLY", "it is no reply"),
        ("-m mark --mark 0x1", "mark is 0x10"),
        ("-m connmark --mark 0x1", "it belongs to no connection"),
        ("-m iprange --src-range 10.9.0.1-10.9.0.9", "source is 10.1.1.5"),
        ("-m length --length 0:40", "length is 60"),
        ("-m dscp --dscp 0x01", "DSCP is 0xa"),
        ("-m tos --tos 0x10", "TOS is 0x28"),
        ("-m ttl --ttl-eq 1", "it is 63"),
        ("-m string --string x --algo bm", ""),
    ],
)
def test_the_packet_is_told_in_the_words_of_the_option(option: str, text: str) -> None:
    assert told(option) == text


def test_a_packet_without_the_field_says_so() -> None:
    assert told("-p icmp -m icmp --icmp-type 0", "icmp 10.1.1.5 10.2.0.9 icmp=8/0") == "type is 8, code 0"
    assert told("-p icmp -m icmp --icmp-type 0") == "it is no ICMP"
    assert told("-i eth1", "tcp 10.1.1.5:1 10.2.0.9:2 iif=") == "the router sends it itself"
    assert told("-o eth9", "tcp 10.1.1.5:1 10.2.0.9:2 oif=") == "where it leaves is not known here"
    assert told("-p tcp -m tcp --dport 1", "gre 10.1.1.5 10.2.0.9") == "it has no ports"


def test_of_a_set_the_element_that_was_looked_for_is_named() -> None:
    sets = compile_sets((
        IpSet("doors", "hash:ip,port", entries=(SetEntry(("10.2.0.9", "tcp:22")),)),
        IpSet("ways", "hash:net,iface"),
        IpSet("all", "list:set"),
    ))  # fmt: skip
    assert told("-m set --match-set doors dst,dst", sets=sets) == "10.2.0.9,tcp:443 is not in it"
    assert told("-m set ! --match-set doors src,src", sets=sets) == "10.1.1.5,tcp:4000 is in it"
    assert told("-m set --match-set ways src,src", sets=sets) == "10.1.1.5,eth0 is not in it"
    assert told("-m set --match-set all src", sets=sets) == "it is in none of its sets"
    assert told("-m set --match-set doors dst", sets=sets) == "a member has 2 parts"

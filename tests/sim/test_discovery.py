"""More of it is in the scenarios, where the kernel is asked too."""

from ipaddress import IPv6Address

from backend.facts.description import read_description
from backend.model.network import Attachment
from backend.sim import CompiledNetwork, compile_network
from backend.sim.discovery import Looking, link_local, silence

HOST, OWN = int(IPv6Address("2001:db8:1::50")), int(IPv6Address("2001:db8:1::1"))
GW = Attachment("gw", "lan")


def network(*rules: str, policy: str = "ACCEPT") -> CompiledNetwork:
    text = "\n".join(rules)
    return compile_network(read_description(f"""
[network]
name = "discovery"
[[router]]
name = "gw"
ip6tables = '''
*filter
:INPUT {policy}
:FORWARD DROP
:OUTPUT ACCEPT
{text}
COMMIT
'''
[[router.interface]]
name = "lan"
addresses = ["2001:db8:1::1/64", "fe80::1/64"]
""", "discovery"))  # fmt: skip


def test_a_policy_that_drops_makes_a_router_deaf() -> None:
    asked = Looking(None, HOST, GW, OWN)
    assert "question who has 2001:db8:1::1 is dropped by gw, filter INPUT policy DROP" in silence(
        network(policy="DROP"), asked
    )
    accepted = "-A INPUT -p ipv6-icmp -m icmp6 --icmpv6-type 135 -j ACCEPT"
    assert silence(network(accepted, policy="DROP"), asked) == ""


def test_an_answer_may_be_dropped_where_it_is_sent_and_where_it_comes_in() -> None:
    sent = network("-A OUTPUT -p ipv6-icmp -m icmp6 --icmpv6-type 136 -j DROP")
    assert "answer that it has 2001:db8:1::1 is dropped by gw, filter OUTPUT rule 1" in silence(
        sent, Looking(None, HOST, GW, OWN)
    )
    coming = network("-A INPUT -p ipv6-icmp -m icmp6 --icmpv6-type 136 -j DROP")
    assert "dropped by gw, filter INPUT rule 1" in silence(coming, Looking(GW, OWN, None, HOST))
    assert silence(coming, Looking(None, HOST, GW, OWN)) == ""


def test_solicitations_are_for_a_group_and_no_connection() -> None:
    by_state = network("-A INPUT -m conntrack --ctstate UNTRACKED -d ff02::1:ff00:1/128 -j ACCEPT", policy="DROP")
    assert silence(by_state, Looking(None, HOST, GW, OWN)) == ""


def test_a_router_asks_by_its_address_of_the_link() -> None:
    interface = network().routers["gw"].interfaces["lan"]
    assert link_local(interface) == int(IPv6Address("fe80::1"))

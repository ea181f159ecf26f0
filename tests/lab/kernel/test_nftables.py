import subprocess

import pytest

from backend.lab.kernel.channel import NETFILTER, Channel
from backend.lab.kernel.namespace import inside, new_network
from backend.lab.kernel.nftables import Rule, list_rules, read_rule

RULES = """
add table ip filter
add chain ip filter FORWARD
add rule ip filter FORWARD accept
add rule ip filter FORWARD drop
add chain ip filter b
add rule ip filter b drop
insert rule ip filter FORWARD counter
add table ip6 nat
add chain ip6 nat c
add rule ip6 nat c accept
add table inet other
add chain inet other d
add rule inet other d accept
"""


@pytest.mark.root
@pytest.mark.serial
def test_rules_come_chain_by_chain_in_their_order() -> None:
    with new_network() as descriptor:
        channel = Channel(NETFILTER)
    with inside(descriptor):
        subprocess.run(["nft", "-f", "-"], input=RULES, text=True, check=True)
    found = [read_rule(body) for body in channel.ask(list_rules())]
    channel.close()
    assert [(each.family, each.table, each.chain) for each in found] == [
        (4, "filter", "FORWARD"),
        (4, "filter", "FORWARD"),
        (4, "filter", "FORWARD"),
        (4, "filter", "b"),
        (6, "nat", "c"),
        (None, "other", "d"),
    ]
    inserted, first, second, *_ = found
    assert first.handle < second.handle < inserted.handle


def test_a_name_has_no_zero_at_its_end() -> None:
    body = bytes.fromhex("0a000000") + b"\x06\x00\x01\x00a\0\0\0" + b"\x06\x00\x02\x00b\0\0\0"
    assert read_rule(body + b"\x0c\x00\x03\x00" + (7).to_bytes(8)) == Rule(6, "a", "b", 7)

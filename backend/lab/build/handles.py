"""Where the rules of iptables-nft stand: its trace events name them by handles, which the kernel gave them."""

from backend.lab.kernel import nftables
from backend.lab.kernel.channel import NETFILTER, Channel
from backend.lab.kernel.namespace import inside
from backend.model.address import Family

Handles = dict[tuple[str, Family, str, str, int], int]


def read_handles(namespace: str, descriptor: int) -> Handles:
    """Namespace, family, table, chain and handle → position in the chain, from 1."""
    with inside(descriptor):
        channel = Channel(NETFILTER)
    try:
        rules = [nftables.read_rule(body) for body in channel.ask(nftables.list_rules())]
    finally:
        channel.close()
    found: Handles = {}
    counts: dict[tuple[str, Family, str, str], int] = {}
    for rule in rules:
        if rule.family is not None:
            place = (namespace, rule.family, rule.table, rule.chain)
            counts[place] = counts.get(place, 0) + 1
            found[(*place, rule.handle)] = counts[place]
    return found

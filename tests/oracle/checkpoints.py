"""Has netfilter tell of every packet behind the last table of iptables at each hook: who it is from and for by then,
its mark, and that it came so far. So it is known what reaches a router itself, and the mark of what leaves it."""

from contextlib import closing

from backend.lab.kernel import nftables
from backend.lab.kernel.channel import NETFILTER, Channel
from backend.lab.kernel.namespace import inside
from backend.lab.plan.operation import Backend
from backend.lab.watch.nflog import BEGIN

TABLE = "checkpoint"
PREROUTING, INPUT, FORWARD, POSTROUTING = "prerouting", "input", "forward", "postrouting"
PLACES = {PREROUTING: (0, -90), INPUT: (1, 200), FORWARD: (2, 200), POSTROUTING: (4, 200)}
"""Hook and priority: behind NF_IP_PRI_NAT_DST, NF_IP_PRI_NAT_SRC and NF_IP_PRI_SECURITY of
include/uapi/linux/netfilter_ipv4.h, and the 150 that table security has with nft."""


def set_up(descriptor: int, backend: Backend) -> None:
    """With nft the chains themselves are told of, with legacy they log."""
    made = []
    for family in (nftables.INET, nftables.INET6):
        made.append(nftables.make_table(family, TABLE))
        for chain, (hook, priority) in PLACES.items():
            made.append(nftables.make_chain(family, TABLE, chain, hook, priority))
            if backend is Backend.LEGACY:
                told = nftables.log(0, f"{BEGIN}{TABLE}:{chain}:policy:1 ")
                made.append(nftables.make_rule(family, TABLE, chain, told))
    with inside(descriptor), closing(Channel(NETFILTER)) as channel:
        channel.send_batch(nftables.batch(made))

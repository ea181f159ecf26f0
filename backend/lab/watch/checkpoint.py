"""Has netfilter tell where a packet is going once its destination has been translated.

Between table nat of PREROUTING and the route no table of iptables is asked. A packet that no route is found for would
have been seen last with the destination that it came with. So a chain of nftables stands there, which does nothing.
"""

from contextlib import closing

from backend.lab.kernel import nftables
from backend.lab.kernel.channel import NETFILTER, Channel
from backend.lab.kernel.namespace import inside
from backend.lab.plan.operation import Backend
from backend.lab.watch.nflog import BEGIN
from backend.lab.watch.packet import RST, SYN, TCP
from backend.model.address import Family

TABLE, CHAIN = "tsim", "translated"
HOOK, PRIORITY = 0, -90
"""Behind NF_IP_PRI_NAT_DST of include/uapi/linux/netfilter_ipv4.h, which all of nat in PREROUTING has."""
PREFIX = f"{BEGIN}{TABLE}:{CHAIN}:policy:1 "
"""As if a table of iptables said it."""
FLAGS_AT = 13


def tell_translated(descriptor: int, family: Family, backend: Backend | None, is_everything: bool) -> None:
    """Of packets that are traced. With nft the chain itself is told of, with legacy it logs."""
    number = nftables.INET if family == 4 else nftables.INET6
    made = [nftables.make_table(number, TABLE), nftables.make_chain(number, TABLE, CHAIN, HOOK, PRIORITY)]
    told = nftables.log(0, PREFIX)
    if backend is Backend.LEGACY:
        connecting = nftables.has_protocol(TCP) + nftables.has_bits(FLAGS_AT, SYN | RST)
        others = nftables.has_protocol(TCP, is_other=True)
        which = [b""] if is_everything else [connecting, others]
        made += [nftables.make_rule(number, TABLE, CHAIN, each + told) for each in which]
    with inside(descriptor), closing(Channel(NETFILTER)) as channel:
        channel.send_batch(nftables.batch(made))

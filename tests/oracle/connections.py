"""Has a router forget the connections that it knows."""

from backend.lab.kernel import netlink
from backend.lab.kernel.channel import NETFILTER, Channel
from backend.lab.kernel.namespace import inside
from backend.lab.kernel.netlink import Message
from backend.lab.kernel.nftables import GENERAL, UNSPEC

DELETE = 1 << 8 | 2
"""NFNL_SUBSYS_CTNETLINK with IPCTNL_MSG_CT_DELETE; without a connection it is about all (ctnetlink_del_conntrack in
net/netfilter/nf_conntrack_netlink.c)."""


class Connections:
    def __init__(self, descriptor: int) -> None:
        with inside(descriptor):
            self._channel = Channel(NETFILTER)

    def forget(self) -> None:
        refused = self._channel.send([Message(DELETE, netlink.ACK, GENERAL.pack(UNSPEC, 0, 0))])
        assert not refused, refused

    def close(self) -> None:
        self._channel.close()

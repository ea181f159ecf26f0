"""Every match of iptables-extensions(8): what it says of a packet. `compile_match` is the way in."""

from backend.sim.netfilter.match.compile import compile_match

__all__ = ["compile_match"]

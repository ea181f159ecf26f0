"""Every target of iptables-extensions(8): what it makes of the packet. `compile_target` is the way in."""

from backend.sim.netfilter.target.compile import compile_target

__all__ = ["compile_target"]

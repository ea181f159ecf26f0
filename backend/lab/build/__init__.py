"""Carries a plan out: namespaces, links, addresses and routes by netlink, rules and sets by their own tools.

Must not: leave the namespaces of the calling process, or stop at what the kernel refuses.
"""

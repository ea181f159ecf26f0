"""Sets of ipset: who is a member, as the kernel's `net/netfilter/ipset` decides it for a packet.

An element is one number, its parts side by side, so that to look for a packet is to mask its number and to ask a
Python set, once for each prefix length that the set has.
"""

"""What netfilter says that it did with a packet, the same for iptables-legacy and nf_tables."""

from enum import StrEnum

from msgspec import Struct

from backend.model.address import Family


class Kind(StrEnum):
    RULE = "rule"
    RETURN = "return"
    POLICY = "policy"


class Event(Struct, frozen=True, gc=False):
    """What netfilter did with a packet at one rule, at the end of a user chain, or at a chain's policy.

    iptables-legacy calls a rule that has no matches a policy (in a user chain a return) too, if its target is ACCEPT,
    DROP or RETURN: then the position is one of the chain's rules, and not the one behind them
    (get_chainname_rulenum in net/ipv4/netfilter/ip_tables.c).
    """

    family: Family
    table: str
    chain: str
    kind: Kind
    position: int
    """Of the rule in its chain as it is loaded, from 1; for RETURN and POLICY what the kernel says, or 0."""
    packet: bytes
    """From the network header on, as far as it was copied. iptables-legacy copies it at each rule, before the rule does
    anything; nf_tables only once for each hook of a table."""
    mark: int = 0
    hook: int | None = None
    """NF_INET_PRE_ROUTING 0, LOCAL_IN 1, FORWARD 2, LOCAL_OUT 3, POST_ROUTING 4; None where it is not known."""
    iif: int = 0
    oif: int = 0

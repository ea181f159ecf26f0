"""The words for a flow's fate."""

from enum import StrEnum


class Verdict(StrEnum):
    ACCEPTED = "accepted"
    DENIED_IN = "denied_in"
    DENIED_FORWARD = "denied_forward"
    DENIED_OUT = "denied_out"
    NO_ROUTE = "no_route"
    BLACKHOLE = "blackhole"
    PROHIBITED = "prohibited"
    UNREACHABLE = "unreachable"
    RPFILTER = "rpfilter"
    FORWARDING_OFF = "forwarding_off"
    LOOP = "loop"
    TTL_EXCEEDED = "ttl_exceeded"
    NEIGHBOR_UNREACHABLE = "neighbor_unreachable"
    EXITS_NETWORK = "exits_network"
    NO_LISTENER = "no_listener"
    CONDITIONAL = "conditional"
    UNKNOWN = "unknown"

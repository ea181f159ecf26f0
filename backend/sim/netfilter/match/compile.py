"""From `-m module` and its options to a check of one packet.

Each module here has a table MATCHES, name → how it is compiled. What is not in any, or cannot be read, is a doubt that
nobody can answer; never yes or no.
"""

from backend.model.firewall import Match, Rule
from backend.sim.netfilter.answer import Check
from backend.sim.netfilter.match import (
    addrtype,
    base,
    bridge,
    chance,
    cluster,
    comment,
    connection,
    conntrack,
    device,
    extension,
    header,
    icmp,
    iprange,
    mark,
    policy,
    ports,
    rpfilter,
    sets,
    sockets,
    transport,
    u32,
)
from backend.sim.netfilter.match.checks import Compile, unknown
from backend.sim.netfilter.scope import Scope

MATCHES: dict[str, Compile] = {
    **addrtype.MATCHES,
    **base.MATCHES,
    **bridge.MATCHES,
    **chance.MATCHES,
    **cluster.MATCHES,
    **comment.MATCHES,
    **connection.MATCHES,
    **conntrack.MATCHES,
    **device.MATCHES,
    **extension.MATCHES,
    **header.MATCHES,
    **icmp.MATCHES,
    **iprange.MATCHES,
    **mark.MATCHES,
    **policy.MATCHES,
    **ports.MATCHES,
    **rpfilter.MATCHES,
    **sets.MATCHES,
    **sockets.MATCHES,
    **transport.MATCHES,
    **u32.MATCHES,
}
ALIASES = {
    "icmpv6": "icmp6", "ipv6-icmp": "icmp6", "ipv6-mh": "mh", "mobility-header": "mh", "1": "icmp", "6": "tcp",
    "17": "udp", "33": "dccp", "50": "esp", "51": "ah", "58": "icmp6", "132": "sctp", "135": "mh", "136": "udplite",
}  # fmt: skip
"""Other names; `-p 6 --dport 80` means the module of the protocol."""


def compile_match(match: Match, rule: Rule, scope: Scope) -> Check:
    compile_ = MATCHES.get(ALIASES.get(match.module, match.module))
    if compile_ is None:
        return unknown(match, "a match that is not known")
    try:
        return compile_(match, rule, scope)
    except ValueError as error:
        return unknown(match, str(error))

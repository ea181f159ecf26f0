"""From the target of a rule to what it does with a packet that the rule matches."""

from collections.abc import Callable, Collection, Mapping

from backend.model.firewall import Rule, Target
from backend.sim.netfilter.answer import Doubt
from backend.sim.netfilter.rule import Act, Change, Kind
from backend.sim.netfilter.scope import Scope
from backend.sim.netfilter.sets.target import compile_set_target
from backend.sim.netfilter.target import header, marks, prefix, tracking, translation

VERDICTS = {"ACCEPT": Kind.ACCEPT, "DROP": Kind.DROP, "RETURN": Kind.RETURN}
REFUSING = frozenset(("REJECT", "TARPIT", "DELUDE"))
TELLING = frozenset((
    "AUDIT", "CHECKSUM", "CLASSIFY", "CONNSECMARK", "IDLETIMER", "LED", "LOG", "NFLOG", "RATEEST", "SECMARK", "TEE",
    "TRACE", "ULOG",
))  # fmt: skip
"""They tell, count or copy, or mark what no rule asks for; the packet goes on."""
CHANGING: Mapping[str, Callable[[Target, Scope], Change]] = {
    "MARK": marks.mark,
    "CONNMARK": marks.connmark,
    "TOS": header.tos,
    "DSCP": header.dscp,
    "ECN": header.ecn,
    "TTL": header.ttl,
    "HL": header.ttl,
    "TCPMSS": header.tcpmss,
    "TCPOPTSTRIP": header.tcpoptstrip,
    "CT": tracking.ct,
    "NOTRACK": tracking.notrack,
    "SNPT": prefix.source_prefix,
    "DNPT": prefix.destination_prefix,
    "SET": compile_set_target,
}
TRANSLATING: Mapping[str, Callable[[Target, Scope], Change]] = {
    "SNAT": translation.to_source,
    "DNAT": translation.to_destination,
    "MASQUERADE": translation.masquerade,
    "REDIRECT": translation.redirect,
    "NETMAP": translation.netmap,
}
"""They decide of the packet as ACCEPT does."""
HANDING = {
    "NFQUEUE": "a program decides",
    "QUEUE": "a program decides",
    "SYNPROXY": "the router answers in the name of the destination",
    "TPROXY": "a program on the router takes it",
    "CLUSTERIP": "one of several nodes takes it",
    "HMARK": "the mark is a hash that a seed of the kernel goes into",
}
NOTHING = Act(Kind.GO_ON)


def compile_target(rule: Rule, chains: Collection[str], scope: Scope) -> Act:
    """`chains`: the user chains of its table."""
    target = rule.target
    if target is None:
        return NOTHING
    if target.name in chains:
        return Act(Kind.GOTO if target.is_goto else Kind.JUMP, chain=target.name)
    if target.name in VERDICTS:
        return Act(VERDICTS[target.name])
    if target.name in REFUSING:
        return Act(Kind.REJECT)
    if target.name in TELLING:
        return NOTHING
    if target.name in HANDING:
        return Act(Kind.UNCERTAIN, doubt=Doubt(f"{target.name}: {HANDING[target.name]}"))
    try:
        if target.name in CHANGING:
            return Act(Kind.GO_ON, change=CHANGING[target.name](target, scope))
        if target.name in TRANSLATING:
            return Act(Kind.ACCEPT, change=TRANSLATING[target.name](target, scope))
    except ValueError as error:
        return _unknown(str(error))
    return _unknown(f"target {target.name} is not known here")


def _unknown(text: str) -> Act:
    return Act(Kind.UNCERTAIN, doubt=Doubt(text, is_unknown=True))

"""A network whose rules refuse nothing, to see what lies behind a rule that does. Pure."""

from msgspec.structs import replace

from backend.model.firewall import Chain, Rule, Ruleset
from backend.model.network import Network, Router

ENDING = frozenset(("DROP", "REJECT", "TARPIT", "DELUDE", "CHAOS", "STEAL", "QUEUE", "NFQUEUE"))
"""Targets behind which a packet does not go on: iptables-extensions(8), xtables-addons(8). Nobody reads the queues."""


def opened(network: Network) -> Network:
    return replace(network, routers=tuple(map(opened_router, network.routers)))


def opened_router(router: Router) -> Router:
    firewall = router.firewall
    both = {"ipv4": _ruleset(firewall.ipv4), "ipv6": _ruleset(firewall.ipv6)}
    return replace(router, firewall=replace(firewall, **both))


def _ruleset(ruleset: Ruleset | None) -> Ruleset | None:
    if ruleset is None:
        return None
    tables = (replace(table, chains=tuple(map(_chain, table.chains))) for table in ruleset.tables)
    return replace(ruleset, tables=tuple(tables))


def _chain(chain: Chain) -> Chain:
    """Rules keep their numbers, so that each is still the same one of the facts."""
    rules = tuple(rule for rule in chain.rules if not _ends(rule))
    return replace(chain, rules=rules, policy="ACCEPT" if chain.policy is not None else None)


def _ends(rule: Rule) -> bool:
    return rule.target is not None and rule.target.name in ENDING

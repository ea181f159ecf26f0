"""IPsec and realms: what belongs to a packet besides its headers (net/netfilter/xt_policy.c, xt_realm.c)."""

from backend.model.firewall import Match, Option, Rule
from backend.model.network import Router
from backend.sim.netfilter.answer import Check, Doubt
from backend.sim.netfilter.match.checks import Compile, always, each_option, in_words, known_options, only
from backend.sim.netfilter.scope import Scope
from backend.sim.netfilter.values import masked

OPTIONS = frozenset(
    (
        "--dir", "--pol", "--strict", "--reqid", "--spi", "--proto", "--mode", "--tunnel-src", "--tunnel-dst",
        "--next",
    )
)  # fmt: skip


def _policy(match: Match, _: Rule, __: Scope) -> Check:
    known_options(match, OPTIONS)
    return always(Doubt(f"{in_words(match)}; IPsec policies are not in the facts"))


def _realm(option: Option, scope: Scope) -> Check:
    """Without realms in routes and policy rules each packet has 0."""
    if _has_realms(scope.router):
        return always(Doubt(f"realm: {'not ' * option.negated}{only(option)}"))
    if only(option) == "cosmos":  # the one name that rt_realms has everywhere
        return always(not option.negated)
    if not only(option)[:1].isdigit():
        raise ValueError("names of realms are not in the facts")
    value, _ = masked(only(option))
    return always((value == 0) is not option.negated)


def _has_realms(router: Router) -> bool:
    texts = [route.text for table in router.tables for route in table.routes]
    texts += [rule.text for rule in router.policy_rules]
    return any(word in ("realm", "realms") for text in texts if "realm" in text for word in text.split())


MATCHES: dict[str, Compile] = {"policy": _policy, "realm": each_option({"--realm": _realm})}

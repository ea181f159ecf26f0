"""Sets of ipset(8): what is in them is asked elsewhere."""

from backend.model.firewall import Match, Rule
from backend.sim.netfilter.answer import Check
from backend.sim.netfilter.match.checks import Compile
from backend.sim.netfilter.scope import Scope
from backend.sim.netfilter.sets.match import compile_set_match


def _set(match: Match, _: Rule, scope: Scope) -> Check:
    return compile_set_match(match, scope)


MATCHES: dict[str, Compile] = {"set": _set}

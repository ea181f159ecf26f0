"""Any range of addresses (net/netfilter/xt_iprange.c)."""

from backend.model.address import Family
from backend.model.firewall import Option
from backend.sim.netfilter.answer import Check
from backend.sim.netfilter.match.checks import Compile, each_option, only
from backend.sim.netfilter.scope import Scope
from backend.sim.netfilter.values import Range, address


def address_range(text: str, family: Family) -> Range:
    first, _, last = text.partition("-")
    return address(first, family), address(last or first, family)


def _source(option: Option, scope: Scope) -> Check:
    first, last = address_range(only(option), scope.family)
    is_wanted = not option.negated
    return lambda meeting: (first <= meeting.packet.source <= last) is is_wanted


def _destination(option: Option, scope: Scope) -> Check:
    first, last = address_range(only(option), scope.family)
    is_wanted = not option.negated
    return lambda meeting: (first <= meeting.packet.destination <= last) is is_wanted


MATCHES: dict[str, Compile] = {"iprange": each_option({"--src-range": _source, "--dst-range": _destination})}

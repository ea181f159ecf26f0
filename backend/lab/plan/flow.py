"""The labs of one flow: the routers that it could come to, its source, and who could receive it; and each router
alone. Pure."""

from collections.abc import Iterable

from msgspec import Struct
from msgspec.structs import replace

from backend.lab.error import LabError
from backend.lab.plan.extent import extent
from backend.lab.plan.hosting import Hosting, Machine, placed
from backend.lab.plan.internet import INTERNET, Beyond
from backend.lab.plan.opened import opened_router
from backend.lab.plan.operation import Plan
from backend.lab.plan.place import check_address, place_source
from backend.lab.plan.planner import Layout, lay_out
from backend.lab.plan.survey import Survey
from backend.lab.plan.tracing import Tracing
from backend.model.address import Address, Family, family_of
from backend.model.network import Router


class FlowPlan(Struct, frozen=True):
    plan: Plan
    source: Machine
    destinations: tuple[Machine, ...]
    """Who may receive packets of the flow, those in the known network first."""
    routers: tuple[str, ...]
    """Those that the flow could come to; the lab has no others."""

    @property
    def assumptions(self) -> tuple[str, ...]:
        """What nobody said of the source and is taken to be so."""
        return self.source.assumptions

    @property
    def outside(self) -> frozenset[str]:
        """The namespaces beyond the known network."""
        return frozenset(each.namespace for each in (self.source, *self.destinations) if each.is_outside)


def plan_flow(
    survey: Survey,
    source: Address,
    destination: Address,
    gateway: str | None = None,
    tracing: Tracing | None = None,
    is_open: bool = False,
) -> FlowPlan:
    """`gateway` names the router that the source uses; `is_open`: without the rules that drop or refuse.

    A LabError names an address that cannot be placed, with the reason.
    """
    family = family_of(source)
    if family != family_of(destination):
        raise LabError(f"{source} and {destination} are not of the same family")
    check_address(destination, "that one machine has")
    place = place_source(survey, source, destination, gateway)
    reached = extent(survey, source, destination, place.start)
    hosting = Hosting(survey, source, destination, place, reached)
    parties = hosting.parties()
    sender = next(each.machine for each in parties if each.is_sender)
    has_internet = any(each.machine.name == INTERNET for each in parties)
    layout = Layout(
        survey=survey,
        routers=tuple(_router(survey.routers[name], family, is_open) for name in reached.routers),
        guests=tuple(each.guest for each in parties if each.guest is not None),
        uplinks=hosting.uplinks() if has_internet else {},
        beyond=hosting.beyond(sender) if has_internet else Beyond(),
    )
    plan = lay_out(layout, replace(tracing, families=(family,)) if tracing is not None else None)
    receivers = [each.machine for each in parties if not each.is_sender or destination in each.machine.addresses]
    return FlowPlan(
        plan=plan,
        source=placed(sender, plan.namespaces),
        destinations=tuple(placed(each, plan.namespaces) for each in receivers),
        routers=reached.routers,
    )


def plan_alone(survey: Survey, routers: Iterable[str], tracing: Tracing | None = None, is_open: bool = False) -> Plan:
    """Each of these routers by itself. Its cables lead to the namespace `_bench`: what is sent out of an end there
    comes to the router, and what the router sends arrives there as a frame for somebody else."""
    chosen = (survey.routers[name] for name in routers)
    return lay_out(Layout(survey, tuple(map(opened_router, chosen) if is_open else chosen), is_apart=True), tracing)


def _router(router: Router, family: Family, is_open: bool) -> Router:
    """Only rules of the flow's family are asked."""
    firewall = replace(router.firewall, **{"ipv6" if family == 4 else "ipv4": None})
    chosen = replace(router, firewall=firewall)
    return opened_router(chosen) if is_open else chosen

"""Who answers ARP for an address: arp_solicit and arp_process of net/ipv4/arp.c.

A request is routed by whoever hears it like any packet, with the asker's address as its source. So the reverse-path
filter drops requests too, and a machine answers for all its addresses on all its interfaces. Tables of neighbours are
taken to be empty, as they are when nothing has been sent for a while.
"""

from collections.abc import Iterable, Mapping
from enum import Enum

from backend.model.interface import Interface, InterfaceAddress
from backend.model.network import Attachment
from backend.model.route import RouteKind
from backend.model.verdict import Verdict
from backend.sim.arrival import arrive
from backend.sim.lookup import decide
from backend.sim.packet import Packet
from backend.sim.reverse import reverse_path
from backend.sim.router import CompiledRouter

NO_PROTOCOL = 0
"""Policy rules that ask for a protocol or port do not match a request."""
OWN_INTERFACE, OWN_SUBNET, NOT_HOST_SCOPE, NEVER = 1, 2, 3, 8


def asking(router: CompiledRouter, interface: str, target: int) -> int:
    """The address by which the router asks for `target`, 0 when it has none: inet_select_addr in net/ipv4/devinet.c."""
    first = 0
    for entry in _primaries(router.interfaces[interface]):
        if _holds(entry, target):
            return int(entry.address)
        first = first or int(entry.address)
    if first:
        return first
    elsewhere = (entry for each in router.interfaces.values() for entry in _primaries(each) if entry.scope != "link")
    return next((int(entry.address) for entry in elsewhere), 0)


def _primaries(interface: Interface) -> Iterable[InterfaceAddress]:
    for entry in interface.addresses:
        if entry.address.version == 4 and entry.scope != "host" and "secondary" not in entry.flags:
            yield entry


def _holds(entry: InterfaceAddress, address: int) -> bool:
    open_bits = 32 - entry.prefix_length
    return address >> open_bits == int(entry.peer or entry.address) >> open_bits


def is_answered_to_all(router: CompiledRouter, interface: str) -> bool:
    """Whether the router that answers its neighbours answers any other source too, or drops its packet as well."""
    return not (router.routing[4].has_custom_rules and router.switches[interface].rp_filter)


def doubt(router: CompiledRouter, interface: str, target: int) -> tuple[str, ...]:
    """That it is taken to answer for an address of another interface, where the facts do not say so."""
    is_said = not router.is_linux or router.switches[interface].arp_ignore is not None
    if is_said or target in _addresses(router.interfaces[interface]):
        return ()
    return (f"arp_ignore of {router.name} {interface} is not in the facts and taken as 0",)


class Hearing(Enum):
    ANSWERS = "answers"
    STANDS_IN = "stands in"
    """It answers as a proxy, some time later than who has the address."""
    SILENT = "silent"


def hear(
    router: CompiledRouter, interface: str, target: int, asker: int, packet: Packet | None = None
) -> tuple[Hearing, str]:
    """What the router does with a request on `interface`; when it is silent, why, if there is something to say.

    `packet`: that which is to follow, when its source is the asker. Where the reverse-path filter drops both, the
    request counts as answered: the packet tells more.
    """
    if not router.interfaces[interface].has_carrier:
        return Hearing.SILENT, f"{interface} of {router.name} has no carrier" if (4, target) in router.own else ""
    if not router.is_linux:
        return (Hearing.ANSWERS if target in _addresses(router.interfaces[interface]) else Hearing.SILENT), ""
    if not asker:
        return _own(_ignores(router, interface, target, asker) if (4, target) in router.own else "")
    request = Packet(4, asker, target, NO_PROTOCOL, None, None, 0, 0, 1)
    decision = decide(router, request, interface)
    if decision.kind is RouteKind.LOCAL:
        why = _ignores(router, interface, target, asker)
        if why is None:
            why = reverse_path(router, request, interface, None).reason or None
            if why and packet is not None and arrive(router, packet, interface, []).verdict is Verdict.RPFILTER:
                why = None
        return _own(why)
    switches = router.switches[interface]
    is_proxy = decision.kind is RouteKind.UNICAST and switches.proxy_arp and switches.forwarding != 0
    if not is_proxy or any(hop.dev == interface for hop in decision.next_hops):
        return Hearing.SILENT, ""
    why = reverse_path(router, request, interface, decision.next_hops[0].dev).reason
    return (Hearing.SILENT if why else Hearing.STANDS_IN), why


def _own(why_not: str | None) -> tuple[Hearing, str]:
    return (Hearing.ANSWERS, "") if why_not is None else (Hearing.SILENT, why_not)


def _addresses(interface: Interface) -> set[int]:
    return {int(entry.address) for entry in interface.addresses if entry.address.version == 4}


def _ignores(router: CompiledRouter, interface: str, target: int, asker: int) -> str | None:
    """arp_ignore and confirm_addr_indev; values that have no meaning count as 0."""
    mode = router.switches[interface].arp_ignore
    if mode == NEVER:
        return f"{router.name} answers no ARP on {interface}: arp_ignore = {mode}"
    if mode in (OWN_INTERFACE, OWN_SUBNET):
        places = [router.interfaces[interface]]
    elif mode == NOT_HOST_SCOPE:
        places = list(router.interfaces.values())
    else:
        return None
    for each in places:
        entries = [a for a in each.addresses if a.address.version == 4]
        has_address = any(int(a.address) == target and (mode != 3 or a.scope != "host") for a in entries)
        if has_address and any(_holds(a, target) and (mode != 2 or _holds(a, asker)) for a in entries):
            return None
    return f"{router.name} does not answer ARP for it on {interface}: arp_ignore = {mode}"


def answering(
    members: Iterable[Attachment],
    routers: Mapping[str, CompiledRouter],
    target: int,
    asker: int,
    packet: Packet | None = None,
) -> tuple[tuple[Attachment, ...], str]:
    """Who answers, proxies only where nobody else does; and why one who has the address does not."""
    found: dict[Hearing, list[Attachment]] = {each: [] for each in Hearing}
    reason = ""
    for member in members:
        hearing, why = hear(routers[member.router], member.interface, target, asker, packet)
        found[hearing].append(member)
        reason = reason or why
    return tuple(found[Hearing.ANSWERS] or found[Hearing.STANDS_IN]), reason

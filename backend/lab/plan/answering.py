"""Who may answer for a next hop on a link. Pure.

For an IPv4 address Linux answers on any interface, also for one that it has elsewhere or by a route of table local, and
as a proxy for what it knows a way to (arp_process in net/ipv4/arp.c); for an IPv6 address on the interface that has it
(ndisc_recv_ns in net/ipv6/ndisc.c). A tunnel asks nobody: its one other end gets everything.
"""

from collections.abc import Iterator

from backend.lab.plan.survey import Key, Survey
from backend.model.network import Attachment, Segment


def answering(survey: Survey, home: Segment, key: Key, asker: Attachment | None) -> Iterator[str]:
    """Names of routers other than the asker's, some more than once. Without an asker it is a host that asks."""
    link = survey.link(home)
    router = asker.router if asker is not None else ""
    owners = [each.router for each in link.own.get(key, ()) if each.router != router]
    if asker is not None and not survey.interfaces[asker].has_neighbors:
        others = [each.router for each in home.members if each.router != router]
        yield from owners or (others if len(others) == 1 else ())
        return
    yield from owners
    if key[0] == 4:
        yield from (name for name in link.anywhere.get(key[1], ()) if name != router)
        yield from (name for name in link.widely if name != router and survey.ways(name, 4).delivers(key[1]))


def standing_in(survey: Survey, home: Segment, key: Key, asker: Attachment | None) -> Iterator[str]:
    """Routers that answer as proxies, some time later, where nobody else does."""
    has_neighbors = asker is None or survey.interfaces[asker].has_neighbors
    if key[0] == 4 and has_neighbors:
        router = asker.router if asker is not None else ""
        yield from (each.router for each in survey.link(home).proxies if each.router != router)

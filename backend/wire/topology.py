"""The network as JSON: routers, segments, hosts."""

from collections.abc import Sequence
from typing import Any

from backend.model.diagnostic import Diagnostic
from backend.model.network import Attachment, Host, Network, Router, Segment

Document = dict[str, Any]


def network_document(network: Network, diagnostics: Sequence[Diagnostic]) -> Document:
    return {
        "name": network.name,
        "hash": network.hash,
        "routers": len(network.routers),
        "diagnostics": len(diagnostics),
    }


def topology_document(network: Network, diagnostics: Sequence[Diagnostic]) -> Document:
    segment_of = {member: segment.name for segment in network.segments for member in segment.members}
    homes = {host.name: _home(host, network.segments) for host in network.hosts}
    return {
        "network": network_document(network, diagnostics),
        "routers": [_router(router, segment_of) for router in network.routers],
        "segments": [
            _segment(segment, [name for name, home in homes.items() if home == segment.name])
            for segment in network.segments
        ],
        "hosts": [
            {
                "name": host.name,
                "addresses": [str(a.address) for a in host.addresses],
                "segment": homes[host.name],
            }
            for host in network.hosts
        ],
    }


def _home(host: Host, segments: Sequence[Segment]) -> str | None:
    """The segment whose longest prefix covers the host's first address."""
    address = host.addresses[0].address
    covering = [
        (prefix.prefixlen, segment.name)
        for segment in segments
        for prefix in segment.prefixes
        if prefix.version == address.version and address in prefix
    ]
    return max(covering)[1] if covering else None


def _router(router: Router, segment_of: dict[Attachment, str]) -> Document:
    place = router.location
    return {
        "name": router.name,
        "kind": router.kind,
        "location": None
        if place is None
        else {"name": place.name, "latitude": place.latitude, "longitude": place.longitude},
        "roles": list(router.roles),
        "interfaces": [
            {
                "name": interface.name,
                "up": interface.is_up,
                "addresses": [a.text for a in interface.addresses],
                "segment": segment_of.get(Attachment(router.name, interface.name)),
            }
            for interface in router.interfaces
        ],
    }


def _segment(segment: Segment, hosts: list[str]) -> Document:
    members = [{"router": member.router, "interface": member.interface} for member in segment.members]
    return {"name": segment.name, "members": members, "hosts": hosts}

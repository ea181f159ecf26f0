"""How a host joins a lab that stands: what a person asks for, as operations. Pure."""

import re
from collections.abc import Sequence
from ipaddress import IPv4Interface, IPv6Interface, ip_interface

from msgspec import Struct

from backend.lab.error import LabError
from backend.lab.hand.machines import OUTSIDE, Machines, UsageError, shown
from backend.lab.hand.protocol import AddHost
from backend.lab.hand.site import Ground, Site, site_of
from backend.lab.plan import setting
from backend.lab.plan.gateway import Gateway, find_gateway, host_prefix
from backend.lab.plan.guest import DEVICE, Guest, configure_guest
from backend.lab.plan.naming import derived_mac
from backend.lab.plan.operation import (
    Carrier,
    End,
    MakeLink,
    MakeNamespace,
    Operation,
    Plan,
    SetLink,
    SetSysctl,
)
from backend.lab.plan.place import check_address
from backend.lab.plan.wiring import SWITCHES
from backend.model.address import Address, parse_address
from backend.model.interface import InterfaceAddress
from backend.model.network import Segment

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,62}")
FIRST_INDEX = 2
"""Of a host's own device, which is never that of the other end (see apart in plan/wiring.py)."""


class Joining(Struct, frozen=True):
    guest: Guest
    plan: Plan
    plug: str
    """The host's cable ends here, in the namespace of the switches."""
    segment: str
    notes: tuple[str, ...] = ()


def joining(ground: Ground, machines: Machines, asked: AddHost, number: int, index: int) -> Joining:
    """`number` makes the name of the plug, `index` is one that the switches' namespace does not use."""
    _check_name(asked.name, machines)
    entries = [_entry(text) for text in asked.addresses]
    if not entries:
        raise UsageError("address: is missing")
    site = site_of(ground, asked, [entry.ip for entry in entries])
    addresses = tuple(_interface_address(ground, site.home, entry) for entry in entries)
    _check_addresses(addresses, machines)
    gateways, notes = _gateways(ground, machines, site, addresses, asked.gateways)
    guest = Guest(asked.name, site.at, addresses, gateways=gateways)
    plug = f"{site.switch}.h{number}"
    return Joining(guest, _plan(guest, site.switch, plug, index), plug, site.home.name, notes)


def _check_name(name: str, machines: Machines) -> None:
    if not NAME.fullmatch(name):
        raise UsageError(f"name: {shown(name)} should be letters, digits and . _ -, at most 63, and begin with no sign")
    try:
        parse_address(name)
    except ValueError:
        pass
    else:
        raise UsageError(f"name: {shown(name)} is an address; a host needs a name")
    if name in machines or name == OUTSIDE:
        raise UsageError(f"name: there is a machine {name} in this lab already")


def _entry(text: str) -> IPv4Interface | IPv6Interface:
    try:
        found = ip_interface(text.strip())
    except ValueError:
        raise UsageError(f"address: {shown(text)} is no address, nor ADDRESS/LENGTH") from None
    if found.version == 6 and found.scope_id:
        raise UsageError(f"address: {shown(text)} names a device, which a host of a lab does not need")
    try:
        check_address(found.ip, "that a host can have")
    except LabError as error:
        raise UsageError(f"address: {error}") from None
    return found if "/" in text else ip_interface(found.ip)


def _interface_address(ground: Ground, home: Segment, entry: IPv4Interface | IPv6Interface) -> InterfaceAddress:
    """Where no length was named, that of the subnet there."""
    length = entry.network.prefixlen
    if length == entry.max_prefixlen:
        length = host_prefix(ground.survey, home, entry.ip).prefixlen
    return InterfaceAddress(entry.ip, length)


def _check_addresses(addresses: Sequence[InterfaceAddress], machines: Machines) -> None:
    for number, entry in enumerate(addresses):
        prefix = entry.prefix
        if any(entry.address == other.address for other in addresses[:number]):
            raise UsageError(f"address: {entry.address} is named twice")
        if prefix.num_addresses > 2 and entry.address == prefix.network_address:
            raise UsageError(f"address: {entry.address} is that of the subnet {prefix} itself, not of a host")
        if prefix.version == 4 and prefix.num_addresses > 2 and entry.address == prefix.broadcast_address:
            raise UsageError(f"address: {entry.address} is the broadcast address of {prefix}, not a host's")
        if taken := machines.names(entry.address):
            raise UsageError(f"address: {entry.address} is an address of {taken} already")


def _gateways(
    ground: Ground, machines: Machines, site: Site, addresses: Sequence[InterfaceAddress], texts: Sequence[str]
) -> tuple[tuple[Address, ...], tuple[str, ...]]:
    """Those that are named, and for a family without one who would be it; and what there is to say of them."""
    found = [_gateway(text, addresses) for text in texts]
    notes = [f"nobody in this lab has the address of the gateway {each}" for each in found if not machines.names(each)]
    for version in {4, 6} - {gateway.version for gateway in found}:
        mine = [entry.address for entry in addresses if entry.address.version == version]
        gateway = _found_gateway(ground, site, mine[0]) if mine else None
        if gateway is not None:
            found.append(gateway.address)
            notes += gateway.assumptions
        elif mine:
            notes.append(f"no router of this lab there has an IPv{version} address, so {mine[0]} has no gateway")
    return tuple(found), tuple(notes)


def _gateway(text: str, addresses: Sequence[InterfaceAddress]) -> Address:
    try:
        gateway = parse_address(text.strip())
    except ValueError:
        raise UsageError(f"--gateway {shown(text)} is no address") from None
    if all(entry.address.version != gateway.version for entry in addresses):
        raise UsageError(f"--gateway {gateway}: the host has no address of that family")
    if any(entry.address == gateway for entry in addresses):
        raise UsageError(f"--gateway {gateway} is the host's own address")
    return gateway


def _found_gateway(ground: Ground, site: Site, address: Address) -> Gateway | None:
    """Of a router that is in the lab; of the one that the person chose, if it can be."""
    members = dict.fromkeys(member.router for member in site.home.members if ground.has(member.router))
    wanted: list[str | None] = [*([site.at.router] if site.is_chosen else []), None, *members]
    for router in wanted:
        found = find_gateway(ground.survey, site.home, address, router)
        if found is not None and ground.has(found.at.router):
            return found
    return None


def _plan(guest: Guest, switch: str, plug: str, index: int) -> Plan:
    """The same address has the same card, so that nobody who remembers it from a host before is wrong."""
    namespace = guest.name
    mac = derived_mac("by hand", str(guest.addresses[0].address))
    operations: list[Operation] = [
        MakeNamespace(namespace),
        *setting.born(namespace),
        *unlimited(namespace),
        MakeLink(End(namespace, DEVICE, mac, index=FIRST_INDEX), End(SWITCHES, plug, index=index)),
        SetLink(SWITCHES, plug, is_up=True, master=switch),
        *configure_guest(guest, namespace, None),
    ]
    return Plan({guest.name: namespace}, tuple(operations), (Carrier(namespace, DEVICE), Carrier(SWITCHES, plug)))


def unlimited(namespace: str) -> tuple[Operation, ...]:
    """No ICMP error is left out because many were sent just before (icmp_ratemask in ip-sysctl of the kernel): who asks
    again and again shall hear the same."""
    return (
        SetSysctl(namespace, "net/ipv4/icmp_ratemask", "0"),
        SetSysctl(namespace, "net/ipv6/icmp/ratelimit", "0"),
    )

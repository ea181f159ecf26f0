"""An operation of a plan as the messages that carry it out. Pure."""

from collections.abc import Iterator, Mapping

from backend.lab.kernel import rtnetlink
from backend.lab.kernel.netlink import Message
from backend.lab.plan import arguments
from backend.lab.plan.operation import (
    AddAddress,
    AddNeighbor,
    AddRoute,
    AddRule,
    Configure,
    DeleteRule,
    MakeBridge,
    MakeLink,
    SetLink,
)


class EncodeError(ValueError):
    """The kernel cannot be told so: a device is not there, or a value is beyond its words."""


def cable(operation: MakeLink | MakeBridge, descriptors: Mapping[str, int]) -> Message:
    """`descriptors` are those of the namespaces in which the ends of a cable are made."""
    if isinstance(operation, MakeBridge):
        return rtnetlink.make_bridge(operation.dev)
    one, other = (
        rtnetlink.Veth(end.dev, descriptors[end.namespace], end.mac, end.mtu, end.index)
        for end in (operation.one, operation.other)
    )
    return rtnetlink.make_cable(one, other)


def messages(operation: Configure, indexes: Mapping[str, int]) -> list[Message]:
    """`indexes` are those of the devices in the operation's namespace."""
    try:
        return list(_messages(operation, indexes))
    except KeyError as error:
        raise EncodeError(f"there is no device {error.args[0]}") from None
    except ValueError as error:
        raise EncodeError(str(error)) from None


def _messages(operation: Configure, indexes: Mapping[str, int]) -> Iterator[Message]:
    match operation:
        case SetLink():
            yield from _set_link(operation, indexes)
        case AddAddress(_, dev, entry, has_route):
            yield rtnetlink.add_address(indexes[dev], entry, has_route)
        case AddNeighbor(_, dev, address, mac):
            yield rtnetlink.add_neighbor(indexes[dev], address, mac)
        case AddRoute(_, route):
            yield rtnetlink.add_route(route, arguments.table_number(route.table), indexes)
        case AddRule(_, rule):
            yield rtnetlink.add_rule(rule, arguments.table_number(rule.table or 0))
        case DeleteRule(_, rule):
            yield rtnetlink.delete_rule(rule, arguments.table_number(rule.table or 0))


def _set_link(operation: SetLink, indexes: Mapping[str, int]) -> Iterator[Message]:
    index = indexes[operation.dev]
    if operation.has_generated_addresses is False:
        yield rtnetlink.without_generated_addresses(index)
    flags = change = 0
    if operation.has_arp is not None:
        change |= rtnetlink.IFF_NOARP
        flags |= 0 if operation.has_arp else rtnetlink.IFF_NOARP
    if operation.is_up is not None:
        change |= rtnetlink.IFF_UP
        flags |= rtnetlink.IFF_UP if operation.is_up else 0
    master = indexes[operation.master] if operation.master is not None else None
    group = rtnetlink.group_number(operation.group) if operation.group is not None else None
    if change or master is not None or group is not None:
        yield rtnetlink.set_link(index, flags, change, master, group)

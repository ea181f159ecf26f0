"""Kernel settings of a lab's namespaces. Pure."""

import re
from collections.abc import Iterable, Iterator, Mapping

from backend.lab.plan.operation import SetSysctl
from backend.model.interface import Interface

GLOBAL = frozenset((
    "net/ipv4/ip_forward", "net/ipv4/ip_default_ttl", "net/ipv4/fib_multipath_hash_policy",
    "net/ipv6/fib_multipath_hash_policy",
))  # fmt: skip
OF_INTERFACES = re.compile(
    r"net/(?:ipv4/conf/([^/]+)/(?:rp_filter|forwarding|accept_local|src_valid_mark|arp_ignore|proxy_arp"
    r"|ignore_routes_with_linkdown)|ipv6/conf/([^/]+)/(?:forwarding|ignore_routes_with_linkdown))"
)
"""Only these are taken from facts: a path in the facts never becomes another file of the machine."""
HASH_POLICY = "fib_multipath_hash_policy"
BY_PORTS, BY_FIELDS = "1", "3"
PORTS_TOO = str(0x37)
"""The fields that a choice by ports looks at (Documentation/networking/ip-sysctl.rst), looked at one by one: by its own
policy the kernel takes a number that the sender's socket has drawn, which stays with the packet from namespace to
namespace (fib_multipath_hash in net/ipv4/route.c), so that each connection would take another way."""
VALUE = re.compile(r"\d{1,4}")
OFF4 = (
    "rp_filter", "accept_local", "accept_redirects", "src_valid_mark", "arp_ignore", "proxy_arp",
    "ignore_routes_with_linkdown",
)  # fmt: skip
OFF6 = (
    "all/accept_dad", "default/accept_dad", "default/accept_ra", "default/accept_redirects",
    "default/ignore_routes_with_linkdown",
)  # fmt: skip
"""A device has its own from `default`; `all` is asked for the first of them only (net/ipv6/addrconf.c)."""


def born(namespace: str) -> Iterator[SetSysctl]:
    """A new namespace inherits some settings of the machine; these are set before it has interfaces.

    Without duplicate address detection IPv6 addresses may be used at once. Without a flow label of its own for each
    socket, all packets between two machines choose the same one of several equal routes, as they do in IPv4. No
    redirect of a router changes the way of the packets that follow.
    """
    # First, since it turns accept_redirects on (inet_forward_change in net/ipv4/devinet.c).
    yield SetSysctl(namespace, "net/ipv4/ip_forward", "0")
    yield SetSysctl(namespace, "net/ipv6/auto_flowlabels", "0")
    yield from (SetSysctl(namespace, f"net/ipv6/conf/{key}", "0") for key in OFF6)
    for name in ("all", "default"):
        yield from (SetSysctl(namespace, f"net/ipv4/conf/{name}/{key}", "0") for key in OFF4)


def tentative(namespace: str, interfaces: Iterable[Interface]) -> Iterator[SetSysctl]:
    """An address that waits for a carrier before the kernel looks for duplicates does so in the lab too."""
    for interface in interfaces:
        has_carrier = interface.is_up and interface.has_carrier
        if not has_carrier and any("tentative" in entry.flags for entry in interface.addresses):
            yield SetSysctl(namespace, f"net/ipv6/conf/{interface.name}/accept_dad", "1")


def silent(namespace: str) -> Iterator[SetSysctl]:
    """It says nothing by itself, as IPv6 does when a device comes up."""
    for name in ("all", "default"):
        yield SetSysctl(namespace, f"net/ipv6/conf/{name}/disable_ipv6", "1")


def forwarding(namespace: str) -> Iterator[SetSysctl]:
    yield SetSysctl(namespace, "net/ipv4/ip_forward", "1")
    yield SetSysctl(namespace, "net/ipv6/conf/all/forwarding", "1")


def of_router(namespace: str, sysctls: Mapping[str, str], interfaces: frozenset[str]) -> Iterator[SetSysctl]:
    """The switches for all interfaces first, since they set each interface's own; not what is so already."""
    known = {key: value for key, value in sysctls.items() if _is_known(key, interfaces) and VALUE.fullmatch(value)}
    for key in sorted(known, key=lambda key: (key != "net/ipv4/ip_forward", "/all/" not in key, key)):
        if not _is_so(key, known):
            yield SetSysctl(namespace, key, known[key])
        if key.endswith(HASH_POLICY) and known[key] == BY_PORTS:
            yield SetSysctl(namespace, key.replace(HASH_POLICY, "fib_multipath_hash_fields"), PORTS_TOO)
            yield SetSysctl(namespace, key, BY_FIELDS)


def _is_known(key: str, interfaces: frozenset[str]) -> bool:
    found = OF_INTERFACES.fullmatch(key)
    return key in GLOBAL or (found is not None and (found[1] or found[2]) in interfaces | {"all", "default"})


def _is_so(key: str, known: Mapping[str, str]) -> bool:
    """lo was there before anything was set, but follows the switch for all."""
    where, _, name = key.rpartition("/")
    if name == "forwarding" and not where.endswith("/all"):
        return known[key] == known.get(f"{where.rpartition('/')[0]}/all/forwarding")
    return name in OFF4 and known[key] == "0" and not where.endswith("/lo")

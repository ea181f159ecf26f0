"""The switches that routing asks for, joined from `all` and the interface's own value as the kernel joins them."""

from collections.abc import Iterable, Mapping

from msgspec import Struct

from backend.model.address import Family
from backend.sim.table import Linkdown


class Switches(Struct, frozen=True):
    """Of one interface, for IPv4. None is what the facts do not say."""

    rp_filter: int | None = None
    accept_local: bool = False
    src_valid_mark: bool = False
    arp_ignore: int | None = None
    proxy_arp: bool = False
    forwarding: int | None = None
    forwarding_key: str = "net/ipv4/ip_forward"
    """Which sysctl said so."""
    unsaid: frozenset[str] = frozenset(("accept_local", "src_valid_mark"))
    """Of the switches that are taken as off, those of which the facts say nothing."""


def compile_switches(sysctls: Mapping[str, str], interfaces: Iterable[str]) -> dict[str, Switches]:
    return {name: _of_interface(sysctls, name) for name in interfaces}


def linkdown(sysctls: Mapping[str, str], interfaces: Iterable[str], family: Family) -> Linkdown:
    """IPv4 and IPv6 ask the interface alone (ip_ignore_linkdown, ip6_ignore_linkdown)."""
    said = {name: _number(sysctls, f"net/ipv{family}/conf/{name}/ignore_routes_with_linkdown") for name in interfaces}
    return Linkdown(
        ignoring=frozenset(name for name, value in said.items() if value),
        unsaid=frozenset(name for name, value in said.items() if value is None),
    )


def forwards_ipv6(sysctls: Mapping[str, str]) -> int | None:
    """IPv6 asks the whole machine, not the interface (net/ipv6/ip6_output.c, ip6_forward)."""
    return _number(sysctls, "net/ipv6/conf/all/forwarding")


def _of_interface(sysctls: Mapping[str, str], name: str) -> Switches:
    key = f"net/ipv4/conf/{name}/forwarding"
    forwarding = _number(sysctls, key)
    if forwarding is None:  # older facts have only the switch of the whole machine
        key = "net/ipv4/ip_forward"
        forwarding = _number(sysctls, key)
    return Switches(
        rp_filter=_rp_filter(sysctls, name),
        accept_local=bool(_largest(sysctls, name, "accept_local")),
        src_valid_mark=bool(_largest(sysctls, name, "src_valid_mark")),
        arp_ignore=_largest(sysctls, name, "arp_ignore"),
        proxy_arp=bool(_largest(sysctls, name, "proxy_arp")),
        forwarding=forwarding,
        forwarding_key=key,
        unsaid=frozenset(each for each in ("accept_local", "src_valid_mark") if _largest(sysctls, name, each) is None),
    )


def _rp_filter(sysctls: Mapping[str, str], interface: str) -> int | None:
    """The larger of both; a zero says nothing as long as the other is not known."""
    values = [_number(sysctls, f"net/ipv4/conf/{scope}/rp_filter") for scope in ("all", interface)]
    known = [value for value in values if value is not None]
    return max(known) if len(known) == 2 or any(known) else None


def _largest(sysctls: Mapping[str, str], interface: str, name: str) -> int | None:
    """IN_DEV_MAXCONF and IN_DEV_ORCONF of include/linux/inetdevice.h; None where neither value is known."""
    values = [_number(sysctls, f"net/ipv4/conf/{scope}/{name}") for scope in ("all", interface)]
    return max((value for value in values if value is not None), default=None)


def _number(sysctls: Mapping[str, str], key: str) -> int | None:
    text = sysctls.get(key, "")
    return int(text) if text.isascii() and text.isdigit() else None

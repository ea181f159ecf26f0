"""What `ip -j` tells and what was read from the text beside it, as values that can be compared. Sets as well."""

from typing import Any

from msgspec.structs import replace

from backend.facts import names
from backend.model.firewall import IpSet
from backend.model.interface import Interface
from backend.model.policy import PolicyRule
from backend.model.route import Route


def told_route(told: dict[str, Any], table: int) -> dict[str, Any]:
    """`table` is the one that was asked for: only with `table all` does a route say its own."""
    hops = told.get("nexthops", [told] if "dev" in told else [])
    said = told.get("table", table)
    return {
        "dst": told["dst"],
        "tos": names.tos(told.get("tos", "0")),
        "kind": told.get("type", "unicast"),
        "metric": told.get("metric", 0),
        "protocol": names.route_protocol(told.get("protocol", "boot")),
        "scope": told.get("scope", "global"),
        "src": told.get("prefsrc"),
        "from": told.get("from", told.get("src")),
        "table": names.TABLES.get(said) or int(said),
        "hops": [
            (
                item.get("dev"),
                item.get("gateway", item.get("via", {}).get("host")),
                item.get("weight", 1),
                item["flags"],
            )
            for item in hops
        ],
    }


def read_route(found: Route) -> dict[str, Any]:
    to = "default" if found.prefix.prefixlen == 0 else str(found.prefix).removesuffix("/32").removesuffix("/128")
    return {
        "dst": to,
        "tos": found.tos,
        "kind": found.kind.value,
        "metric": found.metric,
        "protocol": found.protocol,
        "scope": found.scope,
        "src": str(found.src) if found.src else None,
        "from": str(found.from_prefix) if found.from_prefix else None,
        "table": found.table,
        "hops": [
            (item.dev, str(item.via) if item.via else None, item.weight, list(item.flags)) for item in found.next_hops
        ],
    }


def told_rule(told: dict[str, Any]) -> dict[str, Any]:
    def prefix(name: str) -> str | None:
        if told.get(name, "all") == "all":
            return None
        return f"{told[name]}/{told.get(f'{name}len', 128 if ':' in told[name] else 32)}"

    def span(name: str) -> tuple[int, int] | None:
        if f"{name}_start" in told:
            return told[f"{name}_start"], told[f"{name}_end"]
        return (told[name], told[name]) if name in told else None

    action = next((word for word in ("goto", "nop") if word in told), told.get("action", "lookup"))
    mark = (int(told["fwmark"], 0), int(told.get("fwmask", "0xffffffff"), 0)) if "fwmark" in told else None
    return {
        "priority": told["priority"], "not": "not" in told, "src": prefix("src"), "dst": prefix("dst"),
        "iif": told.get("iif"), "oif": told.get("oif"), "mark": mark, "tos": int(told.get("tos", "0"), 16),
        "protocol": names.ip_protocol(told["ipproto"]) if "ipproto" in told else None,
        "sport": span("sport"), "dport": span("dport"), "uid": span("uid"), "tun": told.get("tun_id"),
        "detached": "iif_detached" in told or "oif_detached" in told, "l3mdev": "l3mdev" in told, "action": action,
        "table": names.TABLES.get(told["table"]) or int(told["table"]) if "table" in told else None,
        "length": told.get("suppress_prefixlen"), "group": told.get("suppress_ifgroup"), "goto": told.get("goto"),
        "unresolved": "unresolved" in told,
    }  # fmt: skip


def read_rule(found: PolicyRule) -> dict[str, Any]:
    assert found.unknown == ()
    return {
        "priority": found.priority, "not": found.inverted, "src": str(found.source) if found.source else None,
        "dst": str(found.destination) if found.destination else None, "iif": found.iif, "oif": found.oif,
        "mark": None if found.fwmark is None else (found.fwmark, found.fwmask), "tos": found.tos or 0,
        "protocol": found.protocol, "sport": found.source_ports, "dport": found.destination_ports, "uid": found.uids,
        "tun": found.tunnel_id, "detached": found.is_detached, "l3mdev": found.is_l3mdev, "action": found.action.value,
        "table": found.table, "length": found.suppress_prefixlength, "group": found.suppress_ifgroup,
        "goto": found.goto, "unresolved": found.is_unresolved,
    }  # fmt: skip


def assert_same_interface(interface: Interface, told: dict[str, Any]) -> None:
    assert interface.index == told["ifindex"]
    assert list(interface.flags) == told["flags"]
    assert (interface.mtu, interface.state, interface.master) == (told["mtu"], told["operstate"], told.get("master"))
    assert (interface.parent, interface.mac, interface.link) == (told.get("link"), told["address"], told["link_type"])
    assert len(interface.addresses) == len(told["addr_info"])
    words = ("secondary", "dynamic", "deprecated", "tentative", "nodad", "noprefixroute", "home", "mngtmpaddr")
    for entry, info in zip(interface.addresses, told["addr_info"], strict=True):
        assert str(entry.address) == info["local"]
        assert entry.prefix_length == info["prefixlen"]
        assert (str(entry.peer) if entry.peer else None) == info.get("address")
        assert (str(entry.broadcast) if entry.broadcast else None) == info.get("broadcast")
        assert entry.scope == info["scope"]
        assert sorted(entry.flags) == sorted(word for word in words if info.get(word))


def bare_sets(sets: tuple[IpSet, ...]) -> list[IpSet]:
    """Without what differs between save and list: text, lines, the order of entries."""
    return [
        replace(item, line=0, entries=tuple(sorted((replace(e, text="", line=0) for e in item.entries), key=repr)))
        for item in sets
    ]

"""What a lab lets through where the facts, or its kernel, do not have a router's rules: that is not known. Pure."""

from collections.abc import Iterable, Mapping

from backend.lab.build.loaded import Loaded
from backend.model.address import Family
from backend.model.network import Router


def missing(routers: Iterable[Router], family: Family, loaded: Loaded, namespaces: Mapping[str, str]) -> dict[str, str]:
    """Router → why its rules are not known. `namespaces`: router → its namespace."""
    found = {}
    for router in routers:
        firewall = router.firewall
        ruleset, why = (firewall.ipv4, firewall.ipv4_missing) if family == 4 else (firewall.ipv6, firewall.ipv6_missing)
        tables = [table for place, of, table in loaded.lacking if (place, of) == (namespaces.get(router.name), family)]
        if router.kind == "linux" and ruleset is None:
            found[router.name] = f"the rules of {router.name} are not known: {why}"
        elif tables:
            found[router.name] = f"{router.name}: table {', '.join(sorted(tables))} cannot be loaded here"
    return found

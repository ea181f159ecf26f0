"""Edges of routing tables: addresses for which the same routes hold, innermost prefix and all around it.

All of them, because a route that does not fit (by tos, by source, because its link is down) leads to the one around it.
"""

from collections.abc import Iterator

from backend.model.address import Family
from backend.model.network import Router
from backend.model.route import Route, RoutingTable
from backend.policy.edges import Edge, prefix_edge
from backend.policy.nesting import Row, flattened
from backend.policy.span import span_of


def routes(router: Router, family: Family) -> Iterator[Edge]:
    is_length_asked = any(rule.suppress_prefixlength is not None for rule in router.policy_rules)
    for table in router.tables:
        if table.family == family:
            yield from flattened(_rows(table, is_length_asked), ("routes", router.name, table.id))
            yield from (prefix_edge(route.from_prefix) for route in table.routes if route.from_prefix is not None)


def _rows(table: RoutingTable, is_length_asked: bool) -> Iterator[Row]:
    for route in table.routes:
        each = span_of(route.prefix)
        yield each.low, each.high, (*_telling(route), each.size if is_length_asked else 0)


def _telling(route: Route) -> tuple[object, ...]:
    """All but the prefix: what leads the same way is the same."""
    hops = tuple((hop.dev, str(hop.via), hop.weight, hop.flags) for hop in route.next_hops)
    return route.kind.value, hops, route.tos, route.metric, str(route.src), str(route.from_prefix)

"""Which node of a cluster a connection belongs to (net/netfilter/xt_cluster.c)."""

from functools import lru_cache
from typing import TYPE_CHECKING

from backend.model.address import Family
from backend.model.firewall import Match, Rule
from backend.sim.netfilter.answer import Answer, Check
from backend.sim.netfilter.jhash import jhash2
from backend.sim.netfilter.match.checks import Compile, known_options, only, option_of
from backend.sim.netfilter.scope import Scope
from backend.sim.netfilter.values import number, width

if TYPE_CHECKING:
    from backend.sim.netfilter.meeting import Meeting

LOCAL = ("--cluster-local-node", "--cluster-local-nodemask")
OPTIONS = frozenset(("--cluster-total-nodes", "--cluster-hash-seed", *LOCAL))


def _cluster(match: Match, _: Rule, scope: Scope) -> Check:
    known_options(match, OPTIONS)
    total, seed, local = (
        option_of(match, *names) for names in (("--cluster-total-nodes",), ("--cluster-hash-seed",), LOCAL)
    )
    if total is None or seed is None or local is None:
        raise ValueError("--cluster-total-nodes, --cluster-local-node and --cluster-hash-seed expected")
    nodes, start, mine = number(only(total)), number(only(seed)), number(only(local))
    mask = 1 << (mine - 1) if local.name == LOCAL[0] else mine
    is_wanted = not local.negated

    def check(meeting: "Meeting") -> Answer:
        if meeting.connection is None:
            return False
        node = _node(meeting.connection.original.source, scope.family, start, nodes)
        return (mask >> node & 1 == 1) is is_wanted

    return check


@lru_cache(maxsize=4096)
def _node(source: int, family: Family, seed: int, nodes: int) -> int:
    """The hash is of the address as it lies in memory, read as little-endian words, and scaled to the nodes."""
    raw = source.to_bytes(width(family) // 8, "big")
    words = [int.from_bytes(raw[at : at + 4], "little") for at in range(0, len(raw), 4)]
    return jhash2(words, seed) * nodes >> 32


MATCHES: dict[str, Compile] = {"cluster": _cluster}

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
    """Of an IPv6 address only the first 32 bits count: the length that is given to the hash is one of words, divided
    by four as if it were one of bytes. The word is read as a little-endian machine does."""
    word = (source >> width(family) - 32).to_bytes(4, "big")
    return jhash2((int.from_bytes(word, "little"),), seed) * nodes >> 32


MATCHES: dict[str, Compile] = {"cluster": _cluster}

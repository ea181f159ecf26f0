import pytest

from backend.sim.netfilter.connection import Connection, Tuple
from tests.sim.netfilter.match.asking import meeting, said

NODES = "-m cluster --cluster-total-nodes 3 --cluster-hash-seed 0xdeadbeef"


def connection(source: int) -> Connection:
    one_way = Tuple(6, source, 5, 0x0A000909, 80)
    return Connection(one_way, one_way.turned)


@pytest.mark.parametrize("ends", ["10.0.0.1 10.0.9.9", "[2001:db8::1] [2001:db8::2]"])
def test_each_connection_has_one_node(ends: str) -> None:
    seen = set()
    for last in range(40):
        source = (0x20010DB8 + last) << 96 if ":" in ends else 0x0A000000 + last
        met = meeting(f"tcp {ends} state=NEW", connection=connection(source))
        mine = [node for node in (1, 2, 3) if said(f"{NODES} --cluster-local-node {node}", met)]
        assert len(mine) == 1
        assert said(f"{NODES} ! --cluster-local-node {mine[0]}", met) is False
        assert said(f"{NODES} --cluster-local-nodemask {1 << (mine[0] - 1)}", met) is True
        assert said(f"{NODES} --cluster-local-nodemask {7 ^ 1 << (mine[0] - 1)}", met) is False
        seen.add(mine[0])
    assert seen == {1, 2, 3}


def test_without_connection_there_is_no_node() -> None:
    assert said(f"{NODES} --cluster-local-node 1", "tcp") is False
    assert said(f"{NODES} ! --cluster-local-node 1", "tcp") is False
    assert str(said("-m cluster --cluster-total-nodes 3", "tcp")).startswith("? cluster: ")

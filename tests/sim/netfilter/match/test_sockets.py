import pytest

from tests.sim.build import router
from tests.sim.netfilter.match.asking import meeting, said

ROUTER = router('interface = [{ name = "eth0", addresses = ["10.0.0.254/24"] }]')


@pytest.mark.parametrize(
    ("match", "packet", "expected"),
    [
        ("owner --uid-owner 0", "tcp hook=FORWARD", False),
        ("owner ! --uid-owner 0", "tcp hook=FORWARD", True),
        ("owner ! --uid-owner 0 --gid-owner 5", "tcp hook=POSTROUTING", False),
        ("owner ! --socket-exists", "tcp hook=POSTROUTING", True),
        ("owner --uid-owner 0", "tcp 10.0.0.254 10.0.9.9 hook=POSTROUTING", "owner: uid-owner 0"),
        ("owner ! --uid-owner 0", "tcp hook=OUTPUT", "owner: not uid-owner 0"),
        ("owner --gid-owner 5 --suppl-groups", "tcp hook=OUTPUT", "owner: gid-owner 5, suppl-groups"),
        ("cgroup ! --cgroup 1", "tcp hook=FORWARD", False),
        ("cgroup ! --cgroup 1", "tcp hook=OUTPUT", "cgroup: not 1"),
        ("cgroup --path a/b", "tcp hook=INPUT", "cgroup: path a/b"),
        ("socket --transparent", "tcp hook=PREROUTING", "socket: transparent"),
        ("socket", "icmp hook=PREROUTING", "socket"),
        ("socket", "gre hook=PREROUTING", False),
        ("socket --warp", "tcp", "? socket: warp (option --warp is not known)"),
    ],
)
def test_owners_groups_and_sockets(match: str, packet: str, expected: bool | str) -> None:
    assert said(f"-m {match}", meeting(packet, ROUTER)) == expected

from pathlib import Path

import pytest

from backend.lab.build.settings import Settings
from backend.lab.build.space import Space
from backend.lab.kernel.namespace import inside
from backend.lab.plan.operation import SetSysctl

pytestmark = [pytest.mark.root, pytest.mark.serial]
TTL, FORWARD, ALL, LO = (
    "net/ipv4/ip_default_ttl", "net/ipv4/ip_forward", "net/ipv4/conf/all/forwarding", "net/ipv4/conf/lo/forwarding",
)  # fmt: skip


def read(space: Space, key: str) -> str:
    with inside(space.descriptor):
        return Path("/proc/sys", key).read_text().strip()


def test_each_namespace_has_what_was_set_last_whatever_it_was_born_with() -> None:
    spaces = Space.make("ab")
    wanted = [("a", TTL, "64"), ("b", TTL, "9"), ("b", TTL, "64"), ("a", FORWARD, "1"), ("b", FORWARD, "0")]
    wanted += [("b", FORWARD, "1"), ("b", ALL, "0"), ("a", LO, "0")]
    operations = [SetSysctl(*each) for each in wanted]
    assert list(Settings(operations, spaces).set(operations)) == []
    assert [read(spaces["a"], key) for key in (TTL, FORWARD, ALL, LO)] == ["64", "1", "1", "0"]
    assert [read(spaces["b"], key) for key in (TTL, FORWARD, ALL, LO)] == ["64", "0", "0", "0"]


def test_what_the_kernel_does_not_have_or_take_is_told_and_the_rest_is_set() -> None:
    spaces = Space.make("a")
    operations = [SetSysctl("a", "net/ipv4/conf/eth9/rp_filter", "1"), SetSysctl("a", TTL, "999")]
    operations.append(SetSysctl("a", FORWARD, "1"))
    found = [(each.operation, each.message) for each in Settings(operations, spaces).set(operations)]
    assert found == [
        ("net/ipv4/conf/eth9/rp_filter = 1", "No such file or directory"),
        ("net/ipv4/ip_default_ttl = 999", "Invalid argument"),
    ]
    assert read(spaces["a"], FORWARD) == "1"

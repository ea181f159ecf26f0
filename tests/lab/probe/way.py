"""Two machines with two routers between them, in this process: a - r1 - r2 - b."""

from collections.abc import Iterator
from contextlib import contextmanager
from ipaddress import ip_address

from msgspec.structs import replace

from backend.facts.description import read_description
from backend.lab.build.apply import apply
from backend.lab.hand.joining import unlimited
from backend.lab.plan import plan

TEXT = """
[network]
name = "way"
[[router]]
name = "r1"
routes = [
    "10.2.0.0/24 via 10.0.0.2", "10.66.0.0/16 via 10.0.0.2", "10.67.0.0/16 via 10.0.0.2",
    "2001:db8:2::/64 via 2001:db8::2", "2001:db8:66::/48 via 2001:db8::2", "2001:db8:67::/48 via 2001:db8::2",
]
[[router.interface]]
name = "eth0"
addresses = ["10.1.0.1/24", "2001:db8:1::1/64"]
[[router.interface]]
name = "eth1"
addresses = ["10.0.0.1/30", "2001:db8::1/64"]
[[router]]
name = "r2"
routes = [
    "10.1.0.0/24 via 10.0.0.1", "blackhole 10.66.0.0/16", "prohibit 10.67.0.0/16",
    "2001:db8:1::/64 via 2001:db8::1", "blackhole 2001:db8:66::/48", "prohibit 2001:db8:67::/48",
]
[[router.interface]]
name = "eth0"
addresses = ["10.0.0.2/30", "2001:db8::2/64"]
[[router.interface]]
name = "eth1"
addresses = ["10.2.0.1/24", "2001:db8:2::1/64"]
[[host]]
name = "a"
addresses = ["10.1.0.50/24", "2001:db8:1::50/64"]
[[host]]
name = "b"
addresses = ["10.2.0.50/24", "2001:db8:2::50/64"]
"""
LEFT = {4: ip_address("10.1.0.50"), 6: ip_address("2001:db8:1::50")}
RIGHT = {4: ip_address("10.2.0.50"), 6: ip_address("2001:db8:2::50")}
R1 = {4: ip_address("10.1.0.1"), 6: ip_address("2001:db8:1::1")}
R2 = {4: ip_address("10.0.0.2"), 6: ip_address("2001:db8::2")}
NOBODY = {4: ip_address("10.2.0.99"), 6: ip_address("2001:db8:2::99")}
BLACKHOLE = {4: ip_address("10.66.0.1"), 6: ip_address("2001:db8:66::1")}
PROHIBITED = {4: ip_address("10.67.0.1"), 6: ip_address("2001:db8:67::1")}
ELSEWHERE = {4: ip_address("10.99.0.1"), 6: ip_address("2001:db8:99::1")}


@contextmanager
def built() -> Iterator[dict[str, int]]:
    """Machine → its open descriptor."""
    planned = plan(read_description(TEXT, "way.toml"))
    more = [each for namespace in planned.namespaces.values() for each in unlimited(namespace)]
    made = apply(replace(planned, operations=(*planned.operations, *more)))
    try:
        assert made.refusals == []
        yield made.descriptors
    finally:
        made.close()

"""What somebody expects of a network: who must reach whom, and who must not."""

from msgspec import Struct


class Ports(Struct, frozen=True, order=True):
    """Of a protocol that has none: 0."""

    protocol: str
    low: int = 0
    high: int = 0

    @property
    def text(self) -> str:
        if not self.high:
            return self.protocol
        if (self.low, self.high) == (1, 65535):
            return f"any {self.protocol}"
        return f"{self.low}/{self.protocol}" if self.low == self.high else f"{self.low}-{self.high}/{self.protocol}"


ANYTHING = (Ports("tcp", 1, 65535), Ports("udp", 1, 65535), Ports("icmp"))


class Expectation(Struct, frozen=True):
    sources: tuple[str, ...]
    destinations: tuple[str, ...]
    """Addresses, prefixes, ranges, or names of hosts and routers; `any`."""
    services: tuple[Ports, ...]
    is_to_reach: bool
    via: tuple[str, ...] = ()
    """Routers that the way there must lead through, in this order."""
    source_port: int | None = None
    text: str = ""
    name: str = ""
    line: int = 0

    @property
    def title(self) -> str:
        return self.name or self.text

"""A line as words, read one after the other."""

from ipaddress import IPv4Network, ip_network

from backend.facts.error import LineError
from backend.model.address import ANY, Address, Family, Prefix, parse_address, parse_prefix


class Words:
    """A cursor over the words of a line. Asking for more than there are is a LineError that says what is missing."""

    __slots__ = ("_at", "_words")

    def __init__(self, words: list[str]) -> None:
        self._words = words
        self._at = 0

    def __bool__(self) -> bool:
        return self._at < len(self._words)

    def peek(self) -> str:
        return self._words[self._at] if self._at < len(self._words) else ""

    @property
    def last(self) -> str:
        """The word taken last."""
        return self._words[self._at - 1]

    def take(self, expected: str) -> str:
        try:
            word = self._words[self._at]
        except IndexError:
            raise LineError(f"expected {expected} at the end of the line") from None
        self._at += 1
        return word

    def take_number(self, expected: str, base: int = 10) -> int:
        return number(self.take(expected), expected, base)

    def take_address(self, family: Family | None, expected: str) -> Address:
        return address(self.take(expected), family, expected)


def number(text: str, expected: str, base: int = 10) -> int:
    """Base 0 reads `0x10` as well as `16`, as iproute2 does for marks and tables."""
    try:
        value = int(text, base)
    except ValueError:
        value = -1
    if value < 0 or "_" in text:
        raise LineError(f"expected {expected}, not {text[:40]!r}")
    return value


def address(text: str, family: Family | None, expected: str) -> Address:
    """`family` None takes either one."""
    try:
        value = parse_address(text)
    except ValueError:
        raise LineError(f"expected {expected}, not {text[:40]!r}") from None
    if family is not None and value.version != family:
        raise LineError(f"expected an IPv{family} address, not {text[:40]!r}")
    return value


def prefix(text: str, family: Family, is_strict: bool = True) -> Prefix:
    """A prefix as iproute2 prints it: `default`, `all`, `10.0.0.0/8`, an address alone, `0/8` for 0.0.0.0/8."""
    if text in ("default", "all", "any"):
        return ANY[family]
    try:
        value = parse_prefix(text) if is_strict else ip_network(text, strict=False)
    except ValueError:
        return _abbreviated(text, family)
    if value.version != family:
        raise LineError(f"expected an IPv{family} prefix, not {text[:60]!r}")
    return value


def _abbreviated(text: str, family: Family) -> Prefix:
    """iproute2 reads and, for a zero address, prints prefixes without their last zero bytes: `10.1/16`, `0/8`."""
    head, slash, length = text.partition("/")
    wanted = f"expected an IPv{family} prefix, not {text[:60]!r}"
    if not slash or not all(part.isdecimal() for part in head.split(".")):
        raise LineError(wanted)
    whole = ".".join((head.split(".") + ["0"] * 4)[: max(4, head.count(".") + 1)])
    try:
        value = IPv4Network(f"{whole}/{length}") if family == 4 else parse_prefix(f"::/{length}")
    except ValueError:
        raise LineError(wanted) from None
    if family == 6 and head != "0":
        raise LineError(wanted)
    return value

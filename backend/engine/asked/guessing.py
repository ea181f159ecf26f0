"""How often passwords may be guessed. Values of the monotonic clock come in; nothing here waits.

Wrong tries are counted for three things, and all of it is forgotten in time:

- a **name at an address**: a few tries are free, then each one has to wait twice as long as the one before;
- an **address**, whatever names are tried there: the same with more free tries and a shorter longest wait. A name that
  has got in from there before does not wait for that, so neighbours behind one address do not shut each other out;
- a **name**, wherever it is tried: this never makes anybody wait who has not failed himself. It makes the first rule
  strict: an address that the name has never got in from has fewer free tries and longer waits.

So who guesses a name from elsewhere, with however many addresses, never shuts out its owner: wherever the owner is, the
first try is looked at. And who guesses has at most a few tries from each address. Names that there are not are counted
like all others. Tries that have to wait are not looked at, and make no wait longer.
"""

from collections import OrderedDict
from ipaddress import IPv6Address, ip_address, ip_network
from typing import Final

from msgspec import Struct

FORGET_S: Final = 3600.0
"""After the last wrong try."""
UNDER_ATTACK: Final = 20
"""Wrong tries of one name from where it never got in."""
NAME_LIMIT: Final = 64
MOST: Final = 10_000
"""Of each kind; the one that was quiet longest is forgotten for one more."""


class Rule(Struct, frozen=True):
    free: int
    first_s: float
    longest_s: float

    def wait_s(self, failures: int) -> float:
        """After so many."""
        over = failures - self.free
        return 0.0 if over < 0 else min(self.longest_s, self.first_s * 2.0 ** min(over, 30))


PAIR = Rule(free=5, first_s=1.0, longest_s=900.0)
STRICT = Rule(free=2, first_s=30.0, longest_s=900.0)
ADDRESS = Rule(free=20, first_s=1.0, longest_s=300.0)


class Failures(Struct, frozen=True):
    count: int
    last_s: float
    before_s: float
    """The last but one."""


class Try(Struct, frozen=True):
    """One that is being looked at. It counts as wrong until it is found right."""

    name: str
    address: str


class Counts:
    """Bounded, and forgetful."""

    def __init__(self) -> None:
        self._found: OrderedDict[Try, Failures] = OrderedDict()

    def get(self, key: Try, now_s: float) -> Failures:
        found = self._found.get(key)
        return Failures(0, now_s, now_s) if found is None or now_s - found.last_s >= FORGET_S else found

    def add(self, key: Try, now_s: float) -> None:
        found = self.get(key, now_s)
        self._found[key] = Failures(found.count + 1, now_s, found.last_s)
        self._found.move_to_end(key)
        if len(self._found) > MOST:
            self._found.popitem(last=False)

    def take_back(self, key: Try) -> None:
        found = self._found.get(key)
        if found is not None and found.count > 1:
            self._found[key] = Failures(found.count - 1, found.before_s, found.before_s)
        else:
            self._found.pop(key, None)

    def remove(self, key: Try) -> None:
        self._found.pop(key, None)


class Guesses:
    def __init__(self) -> None:
        self._pairs = Counts()
        self._addresses = Counts()
        self._names = Counts()
        self._at_home: OrderedDict[Try, None] = OrderedDict()
        """Names where they have got in."""

    def wait_s(self, name: str, address: str, now_s: float) -> float:
        """How long until it may be tried; 0: now."""
        pair = _pair(name, address)
        is_at_home = pair in self._at_home
        is_strict = not is_at_home and self._names.get(_name(pair), now_s).count >= UNDER_ATTACK
        waits = [_left(self._pairs.get(pair, now_s), STRICT if is_strict else PAIR, now_s)]
        if pair.address and not is_at_home:
            waits.append(_left(self._addresses.get(_address(pair), now_s), ADDRESS, now_s))
        return max(waits)

    def begin(self, name: str, address: str, now_s: float) -> Try:
        """Counted at once, so that many at the same time are no way around."""
        pair = _pair(name, address)
        self._pairs.add(pair, now_s)
        if pair.address:
            self._addresses.add(_address(pair), now_s)
        if pair not in self._at_home:
            self._names.add(_name(pair), now_s)
        return pair

    def right(self, tried: Try) -> None:
        """Only what this name did here is forgiven: else who has an account could guess others' without end."""
        self.undone(tried)
        self._pairs.remove(tried)
        self._at_home[tried] = None
        self._at_home.move_to_end(tried)
        if len(self._at_home) > MOST:
            self._at_home.popitem(last=False)

    def undone(self, tried: Try) -> None:
        """It could not be looked at."""
        self._pairs.take_back(tried)
        if tried.address:
            self._addresses.take_back(_address(tried))
        if tried not in self._at_home:
            self._names.take_back(_name(tried))


def _left(failures: Failures, rule: Rule, now_s: float) -> float:
    return max(0.0, failures.last_s + rule.wait_s(failures.count) - now_s) if failures.count else 0.0


def _pair(name: str, address: str) -> Try:
    return Try(name[:NAME_LIMIT], network_of(address))


def _address(pair: Try) -> Try:
    return Try("", pair.address)


def _name(pair: Try) -> Try:
    return Try(pair.name, "")


def network_of(address: str) -> str:
    """What one customer has: an address of IPv4, 64 bits of IPv6 (RFC 6177). Empty: nobody knows where it is."""
    try:
        found = ip_address(address)
    except ValueError:
        return ""
    if isinstance(found, IPv6Address):
        return str(found.ipv4_mapped or ip_network((int(found), 64), strict=False))
    return str(found)

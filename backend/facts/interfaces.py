"""`ip addr show` as interfaces."""

import re
from functools import lru_cache
from ipaddress import IPv4Address

from msgspec.structs import replace

from backend.facts import names
from backend.facts.error import LineError
from backend.facts.notes import Notes
from backend.facts.sections import Section
from backend.facts.words import Words, address, number
from backend.model.address import Family
from backend.model.interface import Interface, InterfaceAddress

HEAD = re.compile(r"^(\d+): (\S+): <([^>]*)>(.*)$")
FLAGS = frozenset((
    "secondary", "temporary", "dynamic", "permanent", "deprecated", "tentative", "dadfailed", "nodad", "optimistic",
    "noprefixroute", "home", "mngtmpaddr", "autojoin", "stable-privacy", "managetempaddr",
))  # fmt: skip
IGNORED = frozenset((
    "valid_lft", "altname", "alias", "link-netns", "link-netnsid", "vf", "RX:", "TX:", "RX", "TX", "promiscuity",
    "allmulti", "minmtu", "maxmtu", "addrgenmode", "numtxqueues", "numrxqueues", "gso_max_size", "veth", "bridge",
    "bridge_slave", "bond", "bond_slave", "vlan", "tun", "macvlan", "vxlan", "gre", "gretap", "ipip", "sit",
    "ip6tnl", "ip6gre", "wireguard", "dummy", "ifb", "team", "prog", "xdp", "nlmon", "parentbus", "physical",
))  # fmt: skip
"""First words of lines that `ip -d -s addr show` adds and that decide nothing."""


def read_interfaces(section: Section, notes: Notes) -> tuple[tuple[Interface, ...], dict[str, int]]:
    """The interfaces, and the table of each VRF among them where `ip -d` shows it."""
    found: list[Interface] = []
    vrfs: dict[str, int] = {}
    current: _Draft | None = None
    for line, text in section:
        try:
            if not text[0].isspace():
                current = None  # what follows a line that is not understood must not go to the interface before it
                head = _parse_head(text, line)
                found.append(head)
                current = _Draft(head)
            elif current is None:
                raise LineError("expected '1: lo: <…> mtu …' before it")
            else:
                _read_detail(current, Words(text.split()), vrfs)
                found[-1] = current.interface
                if current.odd:
                    notes.add(section.name, line, text, f"expected flags of an address, not {current.taken_odd()!r}")
        except LineError as error:
            notes.add(section.name, line, text, str(error))
    return tuple(found), vrfs


class _Draft:
    """An interface while its lines are being read."""

    def __init__(self, interface: Interface) -> None:
        self.interface = interface
        self.odd: list[str] = []

    def taken_odd(self) -> str:
        words, self.odd = " ".join(self.odd), []
        return words


def _parse_head(text: str, line: int) -> Interface:
    head = HEAD.match(text.rstrip())
    if head is None:
        raise LineError("expected an interface such as '2: eth0: <BROADCAST,UP> mtu 1500 …'")
    name, _, parent = head[2].rpartition("@") if "@" in head[2] else (head[2], "", "")
    words = head[4].split()
    pairs = dict(zip(words[::2], words[1::2], strict=False))
    flags = tuple(head[3].split(",")) if head[3] else ()
    return Interface(
        name=name,
        index=int(head[1]),
        flags=flags,
        mtu=number(pairs.get("mtu", "1500"), "an mtu"),
        group=pairs.get("group", "default"),
        state=pairs.get("state", "UP" if "UP" in flags else "DOWN"),
        parent=parent or None,
        master=pairs.get("master"),
        line=line,
    )


def _read_detail(draft: _Draft, words: Words, vrfs: dict[str, int]) -> None:
    interface = draft.interface
    word = words.take("a word")
    if word in ("inet", "inet6"):
        entry = _parse_address(word, words, interface.name, draft.odd)
        draft.interface = replace(interface, addresses=(*interface.addresses, entry))
    elif word.startswith("link/"):
        link = word.removeprefix("link/")
        has_mac = link in ("ether", "infiniband", "loopback", "ieee1394")
        draft.interface = replace(interface, link=link, mac=words.peek() if has_mac and words else None)
    elif word == "vrf" and words.peek() == "table":
        words.take("table")
        vrfs[interface.name] = words.take_number("the table of a VRF")
    elif word not in IGNORED and not word[0].isdigit():
        raise LineError("expected inet, inet6, link/… or valid_lft")


def _parse_address(kind: str, words: Words, name: str, odd: list[str]) -> InterfaceAddress:
    family: Family = 4 if kind == "inet" else 6
    own, _, length = words.take("an address").partition("/")
    peer = None
    if words.peek() == "peer":
        words.take("peer")
        other, _, length = words.take("the peer's address").partition("/")
        peer = address(other, family, "the peer's address")
    bits = 32 if family == 4 else 128
    prefix_length = number(length, "a prefix length") if length else bits
    if prefix_length > bits:
        raise LineError(f"expected a prefix length up to {bits}, not {length}")
    broadcast, scope, flags = _read_rest(words, family, name, odd)
    return InterfaceAddress(address(own, family, "an address"), prefix_length, peer, broadcast, scope, flags)


def _read_rest(words: Words, family: int, name: str, odd: list[str]) -> tuple[IPv4Address | None, str, tuple[str, ...]]:
    broadcast: IPv4Address | None = None
    scope = "global"
    flags: list[str] = []
    while words:
        word = words.take("a word")
        if word == "brd" and family == 4:
            broadcast = _broadcast(words.take("a broadcast address"))
        elif word == "scope":
            scope = names.scope(words.take("a scope"))
        elif word in FLAGS:
            flags.append(word)
        elif word in ("metric", "any", "brd", "proto", "flags", "valid_lft", "preferred_lft"):
            words.take(f"a value behind {word}")
        elif word == "\\":  # ip -o: the rest was on a line of its own
            break
        elif words or not (word == name or word.startswith(name + ":") or family == 4):
            # The last word of an IPv4 address is its label, which may be any name.
            odd.append(word)
    return broadcast, scope, tuple(flags)


@lru_cache(maxsize=4096)
def _broadcast(text: str) -> IPv4Address | None:
    value = address(text, 4, "a broadcast address")
    return value if isinstance(value, IPv4Address) else None

"""Sets of the facts, made ready to be asked."""

from collections.abc import Mapping, Sequence

from backend.model.address import Family
from backend.model.firewall import IpSet, Option, SetEntry
from backend.sim.netfilter.sets.bound import Interfaces, interfaces
from backend.sim.netfilter.sets.compiled import CompiledSet, Listed, Room
from backend.sim.netfilter.sets.element import ADDRESS_WIDTH, ElementError, prefix_mask, reader
from backend.sim.netfilter.sets.keyed import Keyed
from backend.sim.netfilter.sets.level import Level
from backend.sim.netfilter.sets.member import PLAIN, Member
from backend.sim.netfilter.sets.shape import Shape, shape

LIST = "list:set"
PARTS = frozenset(
    (
        "bitmap:ip", "bitmap:ip,mac", "bitmap:port", "hash:ip", "hash:mac", "hash:ip,mac", "hash:net", "hash:net,net",
        "hash:ip,port", "hash:net,port", "hash:ip,port,ip", "hash:ip,port,net", "hash:ip,mark", "hash:net,port,net",
        "hash:net,iface",
    )
)  # fmt: skip
FAMILIES: dict[str, Family] = {"inet": 4, "inet6": 6}
TELLING = frozenset(("nomatch", "timeout", "skbmark"))
"""Of an entry's options, those that make a difference here."""


def compile_sets(sets: Sequence[IpSet]) -> dict[str, CompiledSet]:
    found = {each.name: _compiled(each) for each in sets if each.type != LIST}
    return found | {each.name: _listed(each, found) for each in sets if each.type == LIST}


def _compiled(ipset: IpSet) -> CompiledSet:
    options = {option.name: option.values[0] if option.values else "" for option in ipset.options}
    parts = tuple(ipset.type.partition(":")[2].split(","))
    is_hash = ipset.type.startswith("hash:")
    family = FAMILIES.get(options.get("family", "inet"), 4)
    content: Keyed | Interfaces = Keyed(shape((), 4, {}))
    flaw = ""
    room = Room()
    try:
        if ipset.type not in PARTS:
            raise ElementError(f"nobody knows the type {ipset.type}")
        room = _room(ipset.type, options)
        content = _content(ipset, parts, family, options)
    except ElementError as error:
        flaw = f"set {ipset.name}: {error}"
    return CompiledSet(
        ipset.name,
        ipset.type,
        _family(ipset.type, family),
        len(parts),
        content,
        "counters" in options,
        is_hash and "net" in parts,
        "skbinfo" in options,
        room,
        flaw,
    )


def _family(kind: str, family: Family) -> Family | None:
    """NFPROTO_UNSPEC in `set->family`."""
    if kind in ("bitmap:port", "hash:mac"):
        return None
    return family if kind.startswith("hash:") else 4


def _content(ipset: IpSet, parts: tuple[str, ...], family: Family, options: Mapping[str, str]) -> Keyed | Interfaces:
    default = _seconds(options.get("timeout", "0"))
    if parts[-1] == "iface":
        entries = [(entry, _member(entry, default)) for entry in ipset.entries]
        return _interfaces(family, entries)
    number = ("number",) if ipset.type == "bitmap:port" else parts
    made = shape(number, family, _masks(family, options), ipset.type == "bitmap:ip,mac")
    return Keyed(made, _levels(made, ipset.entries, default))


def _interfaces(family: Family, entries: Sequence[tuple[SetEntry, Member]]) -> Interfaces:
    for entry, _ in entries:
        if len(entry.elements) != 2:
            raise ElementError(f"{entry.text}: expected net,iface")
    return interfaces(
        family,
        (
            (_physical(entry), member, any(option.name == "wildcard" for option in entry.options))
            for entry, member in entries
        ),
    )


def _physical(entry: SetEntry) -> tuple[str, ...]:
    is_flagged = any(option.name == "physdev" for option in entry.options)
    return (entry.elements[0], f"physdev:{entry.elements[1]}") if is_flagged else entry.elements


def _levels(made: Shape, entries: Sequence[SetEntry], default: int) -> list[Level]:
    levels: dict[tuple[int, ...], Level] = {}
    for entry in entries:
        member = _member(entry, default) if entry.options or entry.is_nomatch or default else PLAIN
        if made.is_mac_optional and len(entry.elements) == 1:
            # Time does not count before there is a MAC address (MAC_UNSET in bitmap_ipmac_add_timeout()).
            member = PLAIN
        try:
            numbers = made.read(entry.elements)
        except ElementError as error:
            raise ElementError(f"{entry.text or ','.join(entry.elements)}: {error}") from None
        for key, lengths in numbers:
            level = levels.get(lengths)
            if level is None:
                level = levels[lengths] = Level(lengths, made.mask(lengths))
            level.add(key & level.mask, member)
    return list(levels.values())


def _member(entry: SetEntry, default: int) -> Member:
    """`default`: after how many seconds an entry ends that says nothing of it."""
    said = {option.name: option.values[0] for option in entry.options if option.name in TELLING and option.values}
    ends_s = _seconds(said["timeout"]) if "timeout" in said else default
    if not (said or ends_s or entry.is_nomatch):
        return PLAIN
    return Member(entry.elements, entry.is_nomatch, ends_s, _mark(said.get("skbmark")))


def _mark(text: str | None) -> tuple[int, int]:
    """`0x10/0xff`; without a mask, all bits (ipset_parse_skbmark() of ipset)."""
    if text is None:
        return 0, 0
    mark, _, mask = text.partition("/")
    try:
        return int(mark, 16), int(mask or "0xffffffff", 16)
    except ValueError:
        raise ElementError(f"{text} is no skbmark") from None


def _seconds(text: str) -> int:
    if not text.isdecimal():
        raise ElementError(f"{text} is no timeout")
    return int(text)


def _masks(family: Family, options: Mapping[str, str]) -> dict[str, int]:
    bits = ADDRESS_WIDTH[family]
    masks = {}
    if "netmask" in options:
        masks["ip"] = masks["net"] = prefix_mask(int(options["netmask"]), bits)
    if "bitmask" in options:
        masks["ip"] = masks["net"] = reader("ip", family)(options["bitmask"])[0][0]
    if "markmask" in options:
        masks["mark"] = int(options["markmask"], 0)
    return masks


def _room(kind: str, options: Mapping[str, str]) -> Room:
    if kind.startswith("hash:"):
        most, buckets = int(options.get("maxelem", "65536")), int(options.get("hashsize", "1024"))
        return Room(True, most, buckets, "timeout" in options, "forceadd" in options)
    low, _, high = options.get("range", "0-0").partition("-")
    if kind == "bitmap:port":
        return Room(span=(int(low), int(high)))
    pieces = reader("net", 4)(options.get("range", "0.0.0.0/0"))
    return Room(span=(pieces[0][0], pieces[-1][0] | (1 << 32 - pieces[-1][1]) - 1))


def _listed(ipset: IpSet, others: Mapping[str, CompiledSet]) -> CompiledSet:
    """Lists hold no lists (IPSET_ERR_LOOP)."""
    options = {option.name: option for option in ipset.options}
    missing = [entry.elements[0] for entry in ipset.entries if entry.elements[0] not in others]
    flaw = f"set {ipset.name}: its member {missing[0]} is not in the facts" if missing else ""
    members = []
    try:
        default = _seconds(_value(options.get("timeout")))
        members = [
            (others[entry.elements[0]], _member(entry, default))
            for entry in ipset.entries
            if entry.elements[0] in others
        ]
    except ElementError as error:
        flaw = f"set {ipset.name}: {error}"
    return CompiledSet(
        ipset.name,
        LIST,
        None,
        1,
        Listed(tuple(members)),
        has_counters="counters" in options,
        has_marks="skbinfo" in options,
        flaw=flaw,
    )


def _value(option: Option | None) -> str:
    return option.values[0] if option is not None and option.values else "0"

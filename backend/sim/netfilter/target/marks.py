"""MARK and CONNMARK: net/netfilter/xt_mark.c, net/netfilter/xt_connmark.c."""

from msgspec import structs

from backend.model.firewall import Target
from backend.sim.netfilter.meeting import Meeting
from backend.sim.netfilter.rule import Change
from backend.sim.netfilter.scope import Scope
from backend.sim.netfilter.target.options import Options, UnreadError, options_of, value
from backend.sim.netfilter.values import masked, number

FULL = 0xFFFFFFFF
SETTING = ("--set-xmark", "--set-mark", "--and-mark", "--or-mark", "--xor-mark")
MARK_OPTIONS = frozenset(SETTING)
CONNMARK_OPTIONS = MARK_OPTIONS | {"--save-mark", "--restore-mark", "--nfmask", "--ctmask", "--mask"}


def mark(target: Target, scope: Scope) -> Change:
    kept, flipped = _setting(options_of(target, MARK_OPTIONS))

    def change(meeting: Meeting) -> None:
        packet = meeting.packet
        meeting.packet = structs.replace(packet, mark=packet.mark & kept ^ flipped)

    return change


def connmark(target: Target, scope: Scope) -> Change:
    options = options_of(target, CONNMARK_OPTIONS)
    if "--save-mark" in options:
        return _save(*_masks(options))
    if "--restore-mark" in options:
        return _restore(*_masks(options))
    kept, flipped = _setting(options)

    def change(meeting: Meeting) -> None:
        if meeting.connection is not None:
            mark = meeting.connection.mark & kept ^ flipped
            meeting.connection = structs.replace(meeting.connection, mark=mark)

    return change


def _setting(options: Options) -> tuple[int, int]:
    """What stays of the mark, and what is flipped then."""
    said = [name for name in SETTING if name in options]
    if len(said) != 1:
        raise UnreadError(f"one of {', '.join(SETTING)} was expected")
    text = value(options, said[0])
    assert text is not None
    match said[0]:
        case "--set-xmark":
            flipped, mask = masked(text)
            return FULL & ~mask, flipped
        case "--set-mark":  # with a mask, the bits of the value are set too
            bits, mask = masked(text)
            return FULL & ~(mask | bits), bits
        case "--and-mark":
            return number(text), 0
        case "--or-mark":
            return FULL & ~number(text), number(text)
        case _:
            return FULL, number(text)


def _masks(options: Options) -> tuple[int, int]:
    """Of the packet's mark and of the connection's."""
    both = value(options, "--mask")
    packets, connections = value(options, "--nfmask") or both, value(options, "--ctmask") or both
    return number(packets) if packets else FULL, number(connections) if connections else FULL


def _save(packets: int, connections: int) -> Change:
    def change(meeting: Meeting) -> None:
        if meeting.connection is not None:
            mark = meeting.connection.mark & ~connections ^ meeting.packet.mark & packets
            meeting.connection = structs.replace(meeting.connection, mark=mark)

    return change


def _restore(packets: int, connections: int) -> Change:
    def change(meeting: Meeting) -> None:
        if meeting.connection is not None:
            mark = meeting.packet.mark & ~packets ^ meeting.connection.mark & connections
            meeting.packet = structs.replace(meeting.packet, mark=mark)

    return change

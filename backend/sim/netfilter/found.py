"""What a packet has where an option of a rule asks for something: `source is 10.1.1.50`, `came in on eth0`."""

from collections.abc import Callable

from backend.model.firewall import Match, Option
from backend.model.flow import PROTOCOL_NAMES
from backend.sim.netfilter.connection import Connection
from backend.sim.netfilter.match.compile import ALIASES
from backend.sim.netfilter.match.transport import FLAGS
from backend.sim.netfilter.meeting import Meeting
from backend.sim.netfilter.scope import Scope
from backend.sim.netfilter.sets.match import NAMING
from backend.sim.packet import show

Found = Callable[[Meeting], str]
SINGLE_FLAGS = {name: bit for name, bit in FLAGS.items() if bit and name != "ALL"}


def found(match: Match, option: Option, meeting: Meeting, scope: Scope) -> str:
    """Empty where the packet has nothing that says it better than the option itself."""
    module = ALIASES.get(match.module, match.module)
    if module == "set":
        return _members(option, meeting, scope) if option.name in NAMING else ""
    tell = OF_MODULE.get((module, option.name)) or FOUND.get(option.name)
    return tell(meeting) if tell is not None else ""


def _source(meeting: Meeting) -> str:
    return f"source is {show(meeting.packet.family, meeting.packet.source)}"


def _destination(meeting: Meeting) -> str:
    return f"destination is {show(meeting.packet.family, meeting.packet.destination)}"


def _incoming(meeting: Meeting) -> str:
    return f"came in on {meeting.iif}" if meeting.iif else "the router sends it itself"


def _outgoing(meeting: Meeting) -> str:
    return f"leaves on {meeting.oif}" if meeting.oif else "where it leaves is not known here"


def _protocol(meeting: Meeting) -> str:
    number = meeting.packet.protocol
    return f"protocol is {PROTOCOL_NAMES.get(number or 0, str(number))}"


def _source_port(meeting: Meeting) -> str:
    port = meeting.packet.source_port
    return "it has no ports" if port is None else f"source port is {port}"


def _destination_port(meeting: Meeting) -> str:
    port = meeting.packet.destination_port
    return "it has no ports" if port is None else f"port is {port}"


def _ports(meeting: Meeting) -> str:
    packet = meeting.packet
    if packet.destination_port is None:
        return "it has no ports"
    return f"ports are {packet.source_port} and {packet.destination_port}"


def _flags(meeting: Meeting) -> str:
    flags = meeting.packet.content.flags
    if flags is None:
        return ""
    return f"flags are {','.join(name for name, bit in SINGLE_FLAGS.items() if flags & bit) or 'NONE'}"


def _icmp(meeting: Meeting) -> str:
    kind = meeting.packet.content.icmp
    return "it is no ICMP" if kind is None else f"type is {kind[0]}, code {kind[1]}"


def _length(meeting: Meeting) -> str:
    length = meeting.packet.content.length
    return "" if length is None else f"length is {length}"


def _state(meeting: Meeting) -> str:
    return f"it is {meeting.state.name}"


def _of_connection(tell: Callable[[Connection], str]) -> Found:
    def of_connection(meeting: Meeting) -> str:
        return "it belongs to no connection" if meeting.connection is None else tell(meeting.connection)

    return of_connection


def _direction(meeting: Meeting) -> str:
    return "it is a reply" if meeting.is_reply else "it is no reply"


def _members(option: Option, meeting: Meeting, scope: Scope) -> str:
    """Set types are named after the parts of their elements."""
    name, *directions = option.values
    compiled = (scope.sets or {}).get(name)
    flags = directions[0].split(",") if directions else []
    if compiled is None:
        return ""
    if compiled.type == "list:set":
        return f"it is in {'one' if option.negated else 'none'} of its sets"
    kinds = compiled.type.partition(":")[2].split(",")
    if len(flags) < len(kinds):
        return f"a member has {len(kinds)} parts"
    parts = [_part(kind, flag == "src", meeting) for kind, flag in zip(kinds, flags, strict=False)]
    return f"{','.join(parts)} is {'' if option.negated else 'not '}in it"


def _part(kind: str, is_source: bool, meeting: Meeting) -> str:
    packet = meeting.packet
    if kind in ("ip", "net"):
        return show(packet.family, packet.source if is_source else packet.destination)
    if kind == "port":
        port = packet.source_port if is_source else packet.destination_port
        protocol = PROTOCOL_NAMES.get(packet.protocol or 0, str(packet.protocol))
        return protocol if port is None else f"{protocol}:{port}"
    if kind == "iface":
        return (meeting.iif if is_source else meeting.oif) or "no interface"
    return f"{packet.mark:#x}" if kind == "mark" else f"its {kind}"


FOUND: dict[str, Found] = {
    "-s": _source, "-d": _destination, "-i": _incoming, "-o": _outgoing, "-p": _protocol,
    "--src-range": _source, "--dst-range": _destination, "--src-type": _source, "--dst-type": _destination,
    **dict.fromkeys(("--sport", "--source-port", "--sports", "--source-ports"), _source_port),
    **dict.fromkeys(("--dport", "--destination-port", "--dports", "--destination-ports"), _destination_port),
    "--ports": _ports, "--tcp-flags": _flags, "--syn": _flags, "--icmp-type": _icmp, "--icmpv6-type": _icmp,
    "--length": _length, "--state": _state, "--ctstate": _state, "--ctdir": _direction,
    "--src-group": _incoming, "--dst-group": _outgoing,
    "--dscp": lambda meeting: f"DSCP is {meeting.packet.tos >> 2:#x}",
    "--dscp-class": lambda meeting: f"DSCP is {meeting.packet.tos >> 2:#x}",
    "--tos": lambda meeting: f"TOS is {meeting.packet.tos:#x}",
    **{
        f"--{name}{how}": lambda meeting: f"it is {meeting.packet.ttl}"
        for name in ("ttl", "hl") for how in ("", "-eq", "-lt", "-gt")
    },
}  # fmt: skip
OF_MODULE: dict[tuple[str, str], Found] = {
    ("mark", "--mark"): lambda meeting: f"mark is {meeting.packet.mark:#x}",
    ("connmark", "--mark"): _of_connection(lambda connection: f"mark of the connection is {connection.mark:#x}"),
}

"""Services as a person writes them: `22/tcp,80,1000-1010/udp,ssh,icmp`.

Where no protocol is said, and no default either, a port is TCP, and a name is what it usually is: `ntp` is 123/udp.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from backend.model.flow import Service
from backend.model.services import USUAL, ports_of
from backend.wire.question import Faults, QuestionError, Spot

PROTOCOLS = ("tcp", "udp")
WITHOUT_PORTS = ("icmp",)
FIELD = "services"
MOST = 1000
MOST_FAULTS = 20
SHOWN = 60
RANGE = re.compile(r"(\d{1,5})(?:\s*-\s*(\d{1,5}))?")


def read_services(text: str, default_protocol: str | None = None, most: int = MOST) -> tuple[Service, ...]:
    """In the order in which they are written; one that is written twice stands once."""
    return whole(*readable(text, default_protocol, most))


def read_service_list(
    pieces: Sequence[object], default_protocol: str | None = None, most: int = MOST
) -> tuple[Service, ...]:
    """The same where each stands for itself: text, a port, or an object with `port` and `protocol`."""
    return whole(*readable_list(pieces, default_protocol, most))


def readable(text: str, default_protocol: str | None = None, most: int = MOST) -> tuple[list[Service], Faults]:
    """What can be read of it, and what is wrong with the other pieces, up to some."""
    found: dict[Service, None] = {}
    faults = Faults()
    if default_protocol not in (None, *PROTOCOLS):
        text = f"{_shown(str(default_protocol))} is none of {', '.join(PROTOCOLS)}"
        return [], Faults([QuestionError("default_protocol", text)])
    after = 0
    for part in text.split(","):
        piece, after = part.strip(), after + len(part) + 1
        if not piece or len(faults) >= MOST_FAULTS:
            continue
        start = after - len(part.lstrip()) - 1
        with faults.noted(Spot(piece[:SHOWN], start, start + len(piece))):
            for service in _piece(piece, default_protocol):
                if len(found) >= most and service not in found:
                    raise QuestionError(FIELD, f"{_shown(piece)} is one too many: at most {most} services at once")
                found[service] = None
    return list(found), faults


def readable_list(
    pieces: Sequence[object], default_protocol: str | None = None, most: int = MOST
) -> tuple[list[Service], Faults]:
    texts: list[str] = []
    faults = Faults()
    for piece in pieces:
        with faults.noted():
            texts.append(_text(piece))
        if len(faults) >= MOST_FAULTS:
            return [], faults
    found, others = readable(",".join(texts), default_protocol, most)
    for each in others:
        spot = None if each.spot is None else Spot(each.spot.piece)  # nobody has seen the text of all together
        faults.append(QuestionError(each.field, each.detail, spot))
    return found, faults


def whole(found: Sequence[Service], faults: Faults) -> tuple[Service, ...]:
    """All of it, or an error."""
    if faults:
        raise faults[0]
    if not found:
        raise QuestionError(FIELD, "are missing: ports such as 22/tcp,80,1000-1010/udp, names such as ssh, or icmp")
    return tuple(found)


def _text(piece: object) -> str:
    if isinstance(piece, str):
        return piece
    if type(piece) is int:
        return str(piece)
    if isinstance(piece, Mapping) and set(piece) <= {"port", "protocol"}:
        parts = [str(piece[name]) for name in ("port", "protocol") if piece.get(name) is not None]
        return "/".join(parts)
    raise QuestionError(FIELD, f"{_shown(str(piece))} is no service: text such as 22/tcp, or a port")


def _piece(piece: str, default_protocol: str | None) -> Iterable[Service]:
    ports, slash, protocol = (part.strip().lower() for part in piece.partition("/"))
    if ports in (*WITHOUT_PORTS, "ping") and not slash:
        return [Service("icmp", 0)]
    if not slash and default_protocol is None and ports in USUAL:
        return [Service(*each) for each in USUAL[ports]]
    protocol = protocol if slash else default_protocol or PROTOCOLS[0]
    if protocol not in PROTOCOLS:
        raise QuestionError(FIELD, f"{_shown(piece)}: the protocol is none of {', '.join(PROTOCOLS)}")
    if ports in USUAL:
        return [Service(protocol, port) for port in ports_of(ports)]
    numbers = RANGE.fullmatch(ports)
    if numbers is None:
        raise QuestionError(FIELD, f"{_shown(piece)} is no port, range of ports or name of a service")
    first, last = int(numbers[1]), int(numbers[2] or numbers[1])
    if not 1 <= first <= 65535 or not 1 <= last <= 65535:
        raise QuestionError(FIELD, f"{_shown(piece)}: a port is from 1 to 65535")
    if first > last:
        raise QuestionError(FIELD, f"{_shown(piece)}: the range ends before it begins")
    return (Service(protocol, port) for port in range(first, last + 1))


def _shown(text: str) -> str:
    text = text.strip()
    return repr(text if len(text) <= SHOWN else f"{text[:SHOWN]}…")


def service_document(service: Service) -> dict[str, Any]:
    return {"port": service.port or None, "protocol": service.protocol}


def spoken(service: Service) -> str:
    return f"{service.port}/{service.protocol}" if service.port else service.protocol

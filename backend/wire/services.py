"""Services as a person writes them: `22/tcp,80,1000-1010/udp,ssh,icmp`."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from backend.model.flow import Service
from backend.model.services import PORTS
from backend.wire.question import QuestionError

PROTOCOLS = ("tcp", "udp")
WITHOUT_PORTS = ("icmp",)
FIELD = "services"
MOST = 1000
SHOWN = 60
RANGE = re.compile(r"(\d{1,5})(?:\s*-\s*(\d{1,5}))?")


def read_services(text: str, default_protocol: str = "tcp", most: int = MOST) -> tuple[Service, ...]:
    """In the order in which they are written; one that is written twice stands once."""
    if default_protocol not in PROTOCOLS:
        raise QuestionError("default_protocol", f"{_shown(default_protocol)} is none of {', '.join(PROTOCOLS)}")
    found: dict[Service, None] = {}
    for piece in text.split(","):
        if not piece.strip():
            continue
        for service in _piece(piece.strip(), default_protocol):
            found[service] = None
            if len(found) > most:
                raise QuestionError(FIELD, f"{_shown(piece)} is one too many: at most {most} services at once")
    if not found:
        raise QuestionError(FIELD, "are missing: ports such as 22/tcp,80,1000-1010/udp, names such as ssh, or icmp")
    return tuple(found)


def read_service_list(pieces: Sequence[object], default_protocol: str = "tcp", most: int = MOST) -> tuple[Service, ...]:
    """The same where each stands for itself: text, a port, or an object with `port` and `protocol`."""
    return read_services(",".join(_text(piece) for piece in pieces), default_protocol, most)


def _text(piece: object) -> str:
    if isinstance(piece, str):
        return piece
    if type(piece) is int:
        return str(piece)
    if isinstance(piece, Mapping) and set(piece) <= {"port", "protocol"}:
        parts = [str(piece[name]) for name in ("port", "protocol") if piece.get(name) is not None]
        return "/".join(parts)
    raise QuestionError(FIELD, f"{_shown(str(piece))} is no service: text such as 22/tcp, or a port")


def _piece(piece: str, default_protocol: str) -> list[Service]:
    ports, slash, protocol = (part.strip().lower() for part in piece.partition("/"))
    if ports in (*WITHOUT_PORTS, "ping") and not slash:
        return [Service("icmp", 0)]
    protocol = protocol if slash else default_protocol
    if protocol not in PROTOCOLS:
        raise QuestionError(FIELD, f"{_shown(piece)}: the protocol is none of {', '.join(PROTOCOLS)}")
    if ports in PORTS:
        return [Service(protocol, PORTS[ports])]
    numbers = RANGE.fullmatch(ports)
    if numbers is None:
        raise QuestionError(FIELD, f"{_shown(piece)} is no port, range of ports or name of a service")
    first, last = int(numbers[1]), int(numbers[2] or numbers[1])
    if not 1 <= first <= 65535 or not 1 <= last <= 65535:
        raise QuestionError(FIELD, f"{_shown(piece)}: a port is from 1 to 65535")
    if first > last:
        raise QuestionError(FIELD, f"{_shown(piece)}: the range ends before it begins")
    return [Service(protocol, port) for port in range(first, last + 1)]


def _shown(text: str) -> str:
    text = text.strip()
    return repr(text if len(text) <= SHOWN else f"{text[:SHOWN]}…")


def service_document(service: Service) -> dict[str, Any]:
    return {"port": service.port or None, "protocol": service.protocol}


def spoken(service: Service) -> str:
    return f"{service.port}/{service.protocol}" if service.port else service.protocol

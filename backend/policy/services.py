"""Services of an expectation: `https, 22/tcp, tcp/3306, 1000-1010/udp, icmp`, `tcp` for all of its ports, `any`.

A name without a protocol is what it usually is: `dns` is 53/tcp and 53/udp.
"""

import re

from backend.model.services import USUAL, ports_of
from backend.policy.error import PolicyError
from backend.policy.expectation import ANYTHING, Ports

WITH_PORTS = ("tcp", "udp")
RANGE = re.compile(r"(\d{1,5})(?:-(\d{1,5}))?")
LAST = 65535


def read_services(text: str, line: int) -> tuple[Ports, ...]:
    found: dict[Ports, None] = {}
    for piece in text.split(","):
        if piece.strip():
            found.update(dict.fromkeys(_piece(" ".join(piece.split()).lower(), line)))
    if not found:
        raise PolicyError("no service is named: such as https, 22/tcp, tcp/3306, icmp, any", line)
    return tuple(found)


def _piece(piece: str, line: int) -> tuple[Ports, ...]:
    if piece in ("any", "anything"):
        return ANYTHING
    if piece in ("icmp", "ping"):
        return (Ports("icmp"),)
    if (name := piece.removeprefix("any ").removesuffix("/any").removeprefix("any/")) in WITH_PORTS:
        return (Ports(name, 1, LAST),)
    one, slash, other = (part.strip() for part in piece.partition("/"))
    ports, protocol = (other, one) if one in WITH_PORTS else (one, other)
    if slash and protocol not in WITH_PORTS:
        raise PolicyError(f"{piece[:60]!r}: the protocol is none of {', '.join(WITH_PORTS)}", line)
    if ports in USUAL:
        usual = [(protocol, port) for port in ports_of(ports)] if slash else USUAL[ports]
        return tuple(Ports(each, port, port) for each, port in usual)
    return (_ports(piece, ports, protocol or "tcp", line),)


def _ports(piece: str, text: str, protocol: str, line: int) -> Ports:
    numbers = RANGE.fullmatch(text.replace(" ", ""))
    if numbers is None:
        raise PolicyError(f"{piece[:60]!r} is no port, range of ports or name of a service", line)
    first, last = int(numbers[1]), int(numbers[2] or numbers[1])
    if not 1 <= first <= last <= LAST:
        raise PolicyError(f"{piece[:60]!r}: ports are from 1 to {LAST}, the smaller one first", line)
    return Ports(protocol, first, last)

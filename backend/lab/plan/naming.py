"""Names of namespaces and addresses of network cards, the same for the same network. Pure."""

import re
from collections.abc import Iterable, Mapping
from hashlib import sha256

from backend.model.interface import Interface
from backend.model.network import Attachment

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9.-]{0,62}")
MAC = re.compile(r"[0-9a-f][02468ace](:[0-9a-f]{2}){5}")


def namespaces(names: Iterable[str]) -> dict[str, str]:
    """A namespace is a file: a name that cannot be one is replaced by a number."""
    return {name: name if NAME.fullmatch(name) else f"_machine{number}" for number, name in enumerate(names)}


def macs(interfaces: Mapping[Attachment, Interface]) -> dict[Attachment, str]:
    """The interfaces' own, except those that facts have blotted out or that occur twice."""
    seen: set[str] = {"00:00:00:00:00:00"}
    found = {}
    for attachment, interface in interfaces.items():
        mac = (interface.mac or "").lower()
        is_good = MAC.fullmatch(mac) and mac not in seen
        found[attachment] = mac if is_good else derived_mac(attachment.router, attachment.interface)
        seen.add(found[attachment])
    return found


def derived_mac(owner: str, dev: str) -> str:
    digest = sha256(f"{owner}/{dev}".encode()).digest()
    return ":".join(f"{byte:02x}" for byte in (0x02, *digest[:5]))

"""What people ask, as their requests say it. What a value means is for the engine to read."""

from typing import Annotated, Any, Literal

from msgspec import UNSET, Meta, Struct, UnsetType, to_builtins

from backend.web.documents import Mode, Priority

Number = int | str | UnsetType | None
"""Marks and the like may be written in hexadecimal."""
Text = str | UnsetType | None
End = Annotated[str, Meta(min_length=1, description="An address, or the name of a host or router.")]


class Flow(Struct, forbid_unknown_fields=True, kw_only=True):
    source: End
    destination: End
    source_port: Number = UNSET
    tos: Number = UNSET
    ttl: Number = UNSET
    gateway: Text = UNSET


class TraceQuestion(Flow, forbid_unknown_fields=True, kw_only=True):
    protocol: Number = UNSET
    destination_port: Number = UNSET
    mark: Number = UNSET
    tried: bool = False
    """With the rules that were asked in vain."""


class PortGiven(Struct, forbid_unknown_fields=True):
    port: int | str | None = None
    protocol: str | None = None


Services = Annotated[
    str | list[str | int | PortGiven],
    Meta(description="22/tcp,80,443/tcp,1000-1010/udp,53/tcp,53/udp,ssh,icmp; or a list of such pieces."),
]


class ServicesQuestion(Flow, forbid_unknown_fields=True, kw_only=True):
    services: Services
    default_protocol: Literal["tcp", "udp"] | UnsetType | None = UNSET


class ReachQuestion(ServicesQuestion, forbid_unknown_fields=True, kw_only=True):
    tried: bool = False


class JobQuestion(ServicesQuestion, forbid_unknown_fields=True, kw_only=True):
    mode: Mode | UnsetType | None = UNSET
    priority: Priority | UnsetType | None = UNSET
    trace: str | dict[str, Any] | UnsetType | None = UNSET
    """A path that is tested in its order, instead of finding one; as `tsimsh trace -j` prints it."""


class OfNetwork(Struct, forbid_unknown_fields=True):
    network: str = ""
    """The label of kept facts; none: those that are active."""


def said(question: Struct) -> dict[str, Any]:
    """What of it was said."""
    found: dict[str, Any] = to_builtins(question)
    if found.get("tried") is False:
        del found["tried"]
    return found

"""The services that people choose from, as a TOML file lists them: packaged, or one of the administrator's."""

import tomllib
from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec
from msgspec import Struct

from backend.config import ConfigError
from backend.wire.question import QuestionError
from backend.wire.services import read_services, spoken


class Choice(Struct, frozen=True, forbid_unknown_fields=True):
    name: str
    ports: str
    title: str = ""
    description: str = ""


class Group(Struct, frozen=True, forbid_unknown_fields=True):
    name: str
    title: str = ""
    service: tuple[Choice, ...] = ()


class File(Struct, frozen=True, forbid_unknown_fields=True):
    group: tuple[Group, ...] = ()
    service: tuple[Choice, ...] = ()
    """Those that are in no group."""


class Quick(Struct, frozen=True):
    document: bytes
    """As `GET /services` answers."""
    ports: dict[str, str]
    """Of each name of a service or group."""

    def resolved(self, pieces: Sequence[str]) -> str:
        """Names of the list become ports; what is none is for the port grammar to read."""
        return ",".join(self.ports.get(piece.strip().lower(), piece) for piece in pieces)


def read_quick(path: Path) -> Quick:
    """ConfigError names the file and the entry that is wrong."""
    try:
        file = msgspec.convert(tomllib.loads(path.read_text("utf-8")), File)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise ConfigError(f"TSIM_SERVICES {path}: {getattr(error, 'strerror', None) or error}") from error
    ports: dict[str, str] = {}
    for choice in _choices(file):
        _put(ports, choice.name, _normal(path, choice), path)
    for group in file.group:
        _put(ports, group.name, ",".join(ports[each.name] for each in group.service), path)
    return Quick(msgspec.json.encode(_document(file, ports)), ports)


def _choices(file: File) -> Iterator[Choice]:
    for group in file.group:
        yield from group.service
    yield from file.service


def _normal(path: Path, choice: Choice) -> str:
    try:
        return ",".join(map(spoken, read_services(choice.ports)))
    except QuestionError as error:
        raise ConfigError(f"TSIM_SERVICES {path}: {choice.name}: {error.detail}") from None


def _put(ports: dict[str, str], name: str, value: str, path: Path) -> None:
    if not name or name != name.lower() or "," in name or name in ports:
        text = "should be in small letters, without a comma, and stand there once"
        raise ConfigError(f"TSIM_SERVICES {path}: the name {name!r} {text}")
    ports[name] = value


def _document(file: File, ports: dict[str, str]) -> object:
    return {
        "services": [_chosen(each, group.name, ports) for group in file.group for each in group.service]
        + [_chosen(each, None, ports) for each in file.service],
        "groups": [
            {
                "name": group.name,
                "title": group.title or group.name,
                "ports": ports[group.name],
                "services": [each.name for each in group.service],
            }
            for group in file.group
        ],
    }


def _chosen(choice: Choice, group: str | None, ports: dict[str, str]) -> object:
    return {
        "name": choice.name,
        "title": choice.title or choice.name,
        "ports": ports[choice.name],
        "description": choice.description,
        "group": group,
    }

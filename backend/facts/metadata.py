"""What people say about a router: its make, place, roles, and which segments its interfaces are on."""

import json
from collections.abc import Mapping
from typing import Any

from msgspec import Struct

from backend.facts.notes import Notes
from backend.facts.sections import Section
from backend.model.network import Location


class Metadata(Struct, frozen=True):
    kind: str = "linux"
    location: Location | None = None
    roles: tuple[str, ...] = ()
    segments: Mapping[str, str] = {}


def read_metadata(section: Section | None, notes: Notes) -> Metadata:
    if section is None or section.is_empty:
        return Metadata()
    try:
        said = json.loads("\n".join(section.lines))
    except (ValueError, RecursionError) as error:
        notes.add(section.name, section.start, "", f"expected JSON: {error}")
        return Metadata()
    if not isinstance(said, dict):
        notes.add(section.name, section.start, str(said), "expected a JSON object")
        return Metadata()
    reader = _Reader(said, section, notes)
    return Metadata(reader.kind(), reader.location(), reader.roles(), reader.segments())


class _Reader:
    def __init__(self, said: dict[str, Any], section: Section, notes: Notes) -> None:
        self._said, self._section, self._notes = said, section, notes

    def _expected(self, what: str, value: object) -> None:
        self._notes.add(self._section.name, self._section.start, json.dumps(value), f"expected {what}")

    def kind(self) -> str:
        kind = self._said.get("type", self._said.get("kind", "linux"))
        if isinstance(kind, str) and kind:
            return kind.lower()
        self._expected("type to be linux or other", kind)
        return "linux"

    def location(self) -> Location | None:
        place = self._said.get("location")
        if place is None or isinstance(place, str):
            return Location(place) if place else None
        if not isinstance(place, dict) or not isinstance(place.get("name", ""), str):
            self._expected("location to have name, latitude and longitude", place)
            return None
        latitude = self._degrees(place, "latitude", 90)
        longitude = self._degrees(place, "longitude", 180)
        return Location(place.get("name", ""), latitude, longitude)

    def _degrees(self, place: dict[str, Any], name: str, limit: int) -> float | None:
        value = place.get(name)
        if value is None:
            return None
        if isinstance(value, int | float) and not isinstance(value, bool) and abs(value) <= limit:
            return float(value)
        self._expected(f"{name} in degrees", value)
        return None

    def roles(self) -> tuple[str, ...]:
        roles = self._said.get("roles", self._said.get("role", []))
        roles = [roles] if isinstance(roles, str) else roles
        if isinstance(roles, list) and all(isinstance(role, str) for role in roles):
            return tuple(roles)
        self._expected("roles to be a list of words", roles)
        return ()

    def segments(self) -> dict[str, str]:
        segments = self._said.get("segments", {})
        if isinstance(segments, dict) and all(isinstance(name, str) and name for name in segments.values()):
            return segments
        self._expected("segments to name the segment of interfaces", segments)
        return {}

import pytest

from backend.facts.metadata import Metadata, read_metadata
from backend.facts.notes import Notes
from backend.model.network import Location
from tests.facts.sample import section


def read(text: str) -> tuple[Metadata, list[str]]:
    notes = Notes("r1_facts.txt")
    return read_metadata(section(text, "metadata"), notes), [found.expected for found in notes.diagnostics]


def test_make_place_roles_and_segments() -> None:
    found, diagnostics = read(
        '{"type": "other", "location": {"name": "Berlin", "latitude": 52.5, "longitude": 13},\n'
        ' "roles": ["gateway", "core"], "segments": {"wg0": "vpn"}, "vendor": "unknown keys are fine"}'
    )
    place = Location("Berlin", 52.5, 13.0)
    assert found == Metadata("other", place, ("gateway", "core"), {"wg0": "vpn"})
    assert diagnostics == []


def test_what_is_not_said_is_a_linux_router_somewhere() -> None:
    assert read("{}") == (Metadata(), [])
    assert read_metadata(None, Notes("x")) == Metadata()
    assert read('{"location": "Berlin", "role": "gateway"}')[0] == Metadata("linux", Location("Berlin"), ("gateway",))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{not json", "expected JSON"),
        ("[" * 100_000, "expected JSON"),
        ("[1]", "expected a JSON object"),
        ('{"type": 5}', "expected type"),
        ('{"location": 5}', "expected location"),
        ('{"location": {"name": "x", "latitude": 91}}', "expected latitude"),
        ('{"location": {"name": "x", "longitude": NaN}}', "expected longitude"),
        ('{"roles": [1]}', "expected roles"),
        ('{"segments": {"wg0": 5}}', "expected segments"),
    ],
)
def test_what_is_not_understood_is_told(text: str, expected: str) -> None:
    found, diagnostics = read(text)
    assert found.kind == "linux"
    assert len(diagnostics) == 1
    assert diagnostics[0].startswith(expected)

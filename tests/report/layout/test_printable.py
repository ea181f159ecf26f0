import json

import pytest

from backend.report.layout.printable import printable, printable_json


def has(sign: str) -> bool:
    return sign != "中"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("-j DROP", "-j DROP"),
        ("Büro אבג", "Büro אבג"),
        ("a\tb", "a b"),
        ("a\r\nb\nc", "a ⏎ b ⏎ c"),
        ("\x1b[31mred\x00", "\\x1b[31mred\\x00"),
        ("evil\u202egnp.exe", "evil⟨U+202E⟩gnp.exe"),
        ("zero\u200bwidth", "zero⟨U+200B⟩width"),
        ("half \ud800", "half ⟨U+D800⟩"),
        ("中", "⟨U+4E2D⟩"),
    ],
)
def test_what_cannot_be_seen_is_written_out(text: str, shown: str) -> None:
    assert printable(text, has) == shown


@pytest.mark.parametrize("is_ascii", [True, False])
def test_all_texts_of_a_document_are(is_ascii: bool) -> None:
    document = {"a": "\x07\r\n🔥é", "b": [{"c": '\x1b"\\ü/\ud800'}, 1, None, True]}
    shown = printable_json(json.dumps(document, ensure_ascii=is_ascii), has)
    assert json.loads(shown) == {"a": "\\x07 ⏎ 🔥é", "b": [{"c": '\\x1b"\\ü/⟨U+D800⟩'}, 1, None, True]}

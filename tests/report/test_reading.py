import json

from backend.report.reading import as_json, printed


def test_a_value_becomes_json_and_json_stays_what_it_is() -> None:
    assert json.loads(as_json({"a": "ä\ud800"})) == {"a": "ä⟨U+D800⟩"}
    assert as_json(b"{}") == b"{}"


def test_plain_texts_are_not_touched() -> None:
    plain = rb'{"a": "-j DROP \"x\" \\ \/"}'
    assert printed(plain) is plain


def test_what_cannot_be_printed_is_written_out() -> None:
    assert json.loads(printed(as_json({"a": "\x07→", "b": "\n"}))) == {"a": "\\x07→", "b": " ⏎ "}
    assert json.loads(printed(b'{"a": "\xff\x01"}')) == {"a": "\ufffd\\x01"}

import pytest

from backend.auth.protocol import Answer, ProtocolError, Question, decode_answer, decode_question, encode, wipe


@pytest.mark.parametrize("value", [Question("ann", 'x"\n\0ü', "192.0.2.1"), Answer(True, "ann", ("users", "adm"))])
def test_what_is_said_is_one_line_and_is_understood(value: Question | Answer) -> None:
    line = bytearray()
    encode(value, line)
    assert line.count(b"\n") == 1
    assert line.endswith(b"\n")
    assert (decode_question(line) if isinstance(value, Question) else decode_answer(line)) == value


@pytest.mark.parametrize(
    "line",
    [b"", b"{", b"[]", b'{"username": "ann"}', b'{"username": "a", "password": ["secret"]}', b"\xff", b"[" * 9000],
)
def test_what_is_no_question_is_refused_without_repeating_it(line: bytes) -> None:
    with pytest.raises(ProtocolError) as caught:
        decode_question(line)
    assert "secret" not in str(caught.value)
    with pytest.raises(ProtocolError):
        decode_answer(b"[" + line)


def test_a_password_can_be_wiped() -> None:
    secret = bytearray(b"correct horse")
    wipe(secret)
    assert secret == bytes(13)

"""What is asked and answered: a line of JSON each way, and then the connection is over."""

import msgspec
from msgspec import Struct

LIMIT = 16 * 1024
"""Bytes of a line."""


class ProtocolError(Exception):
    """Not a line of this language."""


class Question(Struct, frozen=True, forbid_unknown_fields=True):
    username: str
    password: str
    address: str = ""
    """Where it comes from, for the log."""


class Answer(Struct, frozen=True):
    is_right: bool = False
    username: str = ""
    """As the machine writes it."""
    groups: tuple[str, ...] = ()
    trouble: str = ""
    """Why nobody can say whether it is right."""


def encode(value: Question | Answer, into: bytearray) -> None:
    msgspec.json.Encoder().encode_into(value, into)
    into += b"\n"


def decode_question(line: bytes | bytearray) -> Question:
    """What is wrong with it is never said with its text."""
    try:
        return msgspec.json.decode(line, type=Question)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        raise ProtocolError("this is no question") from None


def decode_answer(line: bytes | bytearray) -> Answer:
    try:
        return msgspec.json.decode(line, type=Answer)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise ProtocolError(f"this is no answer: {error}") from error


def wipe(secret: bytearray) -> None:
    """What is ours of a password; copies that Python made of it go with the process, or with time."""
    secret[:] = bytes(len(secret))

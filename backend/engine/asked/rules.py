"""Which names and passwords accounts may have. What was there before stays."""

import re

from backend.engine.protocol import Code, EngineError
from backend.store.users import PASSWORD_LIMIT

PASSWORD_LEAST = 8
"""NIST SP 800-63B, 5.1.1.2: length matters, which letters they are does not."""
NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.@-]{0,63}")


def check_name(name: str, field: str) -> None:
    if not NAME.fullmatch(name):
        text = f"{field}: {name[:64]!r} is no name: letters, digits and _ . @ - are taken, at most 64 of them"
        raise EngineError(Code.BAD_VALUE, text, field)


def check_password(password: str, name: str, field: str) -> None:
    """Never repeated in what is said about it."""
    if len(password) < PASSWORD_LEAST:
        raise EngineError(Code.BAD_VALUE, f"{field}: a password has at least {PASSWORD_LEAST} characters", field)
    if len(password) > PASSWORD_LIMIT:
        raise EngineError(Code.BAD_VALUE, f"{field}: a password has at most {PASSWORD_LIMIT} characters", field)
    if password.casefold() == name.casefold():
        raise EngineError(Code.BAD_VALUE, f"{field}: the name is no password", field)
    try:
        password.encode()
    except UnicodeEncodeError:
        raise EngineError(Code.BAD_VALUE, f"{field}: this is no text", field) from None

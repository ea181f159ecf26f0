"""Secrets in files that only their owner can read."""

import os
import secrets
from pathlib import Path

from backend.store.error import StoreError


def read_secret(file: Path) -> str | None:
    try:
        return file.read_text("ascii").strip() or None
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as error:
        raise StoreError(f"{file}: {getattr(error, 'strerror', None) or error}") from error


def write_secret(file: Path, text: str) -> None:
    """Whole or not at all, never readable by others, not even for a moment."""
    draft = file.with_name(f".{file.name}.{secrets.token_hex(4)}")
    try:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_CLOEXEC, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as opened:
            opened.write(text + "\n")
        draft.replace(file)
    except OSError as error:
        raise StoreError(f"{file}: {error.strerror}") from error


def kept_secret(file: Path) -> str:
    """The secret of the file, made at the first time."""
    known = read_secret(file)
    if known is None:
        write_secret(file, secrets.token_urlsafe(32))
        known = read_secret(file)  # what stands there, if another process was faster
    assert known is not None
    return known

"""`network list|upload|activate|download`: the networks that the engine keeps."""

import argparse
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

from backend.cli.command import YES, Answer, Shell, answered
from backend.cli.error import FailureError, UsageError
from backend.cli.job.asking import told
from backend.cli.text import counted
from backend.cli.who import Document
from backend.engine.protocol import EngineError
from backend.wire.given import shown

PIECE = 1 << 19
SUFFIX = "_facts.txt"
HOSTS = "hosts.toml"


def listed(shell: Shell, asked: argparse.Namespace) -> Answer:
    kept = told(lambda: shell.link.ask("networks"))["kept"]
    return answered(asked, YES, {"networks": kept}, lambda: "\n".join(map(_line, kept)))


def upload(shell: Shell, asked: argparse.Namespace) -> Answer:
    files = _files(Path(_target(asked, "FILE or DIR")))
    sent = told(lambda: _sent(shell, files, asked.activate))
    return answered(asked, YES, sent, lambda: _sent_text(sent))


def activate(shell: Shell, asked: argparse.Namespace) -> Answer:
    label = _target(asked, "LABEL")
    active = told(lambda: shell.link.ask("activate", network=label))
    return answered(asked, YES, active, lambda: f"{active['active']} is active")


def download(shell: Shell, asked: argparse.Namespace) -> Answer:
    label = _target(asked, "LABEL")
    events = shell.link.events("download", network=label)
    first: Document = told(lambda: next(events))
    place = Path(asked.output or first["file"])
    try:
        with place.open("wb") as file:
            size = told(lambda: sum(file.write(b64decode(piece["data"])) for piece in events))
    except OSError as error:
        raise FailureError(f"{shown(str(place))} cannot be written: {error.strerror}") from None
    document = {"network": first["network"]["label"], "file": str(place), "bytes": size}
    return answered(asked, YES, document, lambda: f"{place}: {size} bytes")


NETWORK: Mapping[str, Callable[[Shell, argparse.Namespace], Answer]] = {
    "list": listed, "upload": upload, "activate": activate, "download": download,
}  # fmt: skip


def _target(asked: argparse.Namespace, what: str) -> str:
    if asked.target is None:
        raise UsageError(f"network {asked.what}: {what} is missing")
    return str(asked.target)


def _files(path: Path) -> list[Path]:
    """One file as it is, whatever it is; of a directory, its facts."""
    if not path.is_dir():
        return [path]
    files = [file for file in sorted(path.iterdir()) if file.name.endswith(SUFFIX) or file.name == HOSTS]
    if not files:
        raise UsageError(f"{shown(str(path))} holds no facts: no file in it is named …{SUFFIX}")
    return files


def _sent(shell: Shell, files: list[Path], is_to_be_active: bool) -> Document:
    named = {"name": files[0].parent.resolve().name} if len(files) > 1 else {}
    upload = shell.link.ask("upload_begin", **named)["upload"]
    try:
        for path in files:
            for at, data in _pieces(path):
                piece = b64encode(data).decode()
                shell.link.ask("upload_part", upload=upload, file=path.name, at=at, data=piece)
        sent: Document = shell.link.ask("upload_end", upload=upload, activate=is_to_be_active)
    except BaseException:
        with suppress(EngineError):  # it may be gone already
            shell.link.ask("upload_cancel", upload=upload)
        raise
    return sent


def _pieces(path: Path) -> Iterator[tuple[int, bytes]]:
    try:
        with path.open("rb") as file:
            yield from _read(file)
    except OSError as error:
        raise UsageError(f"{shown(str(path))} cannot be read: {error.strerror}") from None


def _read(file: BinaryIO) -> Iterator[tuple[int, bytes]]:
    at = 0
    while data := file.read(PIECE):
        yield at, data
        at += len(data)
    if not at:
        yield 0, b""


def _line(network: Document) -> str:
    mark = "*" if network["is_active"] else " "
    routers, origin = counted(network["routers"], "router"), network["origin"]
    return f"{mark} {network['label']}  {network['created'][:19]}  {routers}, {origin}"


def _sent_text(sent: Document) -> str:
    network = sent["network"]
    active = ", active" if network["is_active"] else ""
    lines = [f"{network['label']}: {counted(network['routers'], 'router')}{active}"]
    if network["diagnostics"]:
        lines.append(f"not all of it is understood: {counted(network['diagnostics'], 'diagnostic')}")
    if sent["ignored"]:
        lines.append(f"left out: {', '.join(sent['ignored'])}")
    return "\n".join(lines)

"""Who is asked, by the options that were typed and by what there is."""

import argparse
from pathlib import Path

from backend import config
from backend.cli.command import Shell
from backend.cli.error import UsageError
from backend.cli.person import Person
from backend.cli.who.either import Either, Who
from backend.cli.who.link import Link
from backend.config import Config


def chosen(asked: argparse.Namespace, settings: Config, person: Person) -> Shell:
    is_apart = asked.no_engine or asked.facts is not None
    if asked.server is not None and is_apart:
        raise UsageError("--server: goes without --facts and --no-engine, which read the facts here")
    server = "" if is_apart else asked.server or config.server_named()[0]
    if server:
        return _elsewhere(server, asked, settings, person)
    link = Link(settings, "the engine was not to be asked, and nobody else can" if is_apart else "")
    who = (
        _here(asked.facts or settings.facts)
        if is_apart or config.are_facts_named()
        else _engine(link, settings, person)
    )
    return Shell(who, link, person, settings.lab)


def _elsewhere(url: str, asked: argparse.Namespace, settings: Config, person: Person) -> Shell:
    from backend.cli.who.elsewhere import Elsewhere  # which brings HTTP and TLS
    from backend.cli.who.remote import Remote
    from backend.cli.who.server import Address, Server

    token = config.server_named()[1] if asked.token_file is None else _token(asked.token_file)
    remote = Remote(settings, Server(Address(url, token, asked.ca_file)))
    return Shell(Elsewhere(remote), remote, person, settings.lab)


def _token(file: Path) -> str:
    try:
        return file.read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "is no text"
        raise UsageError(f"--token-file: {file}: {reason}") from None


def _here(folder: Path) -> Who:
    from backend.cli.who.here import here_at  # which brings the simulator

    return here_at(folder)


def _engine(link: Link, settings: Config, person: Person) -> Who:
    from backend.cli.who.engine import Engine

    return Either(Engine(link), lambda: _here(settings.facts), person.note)

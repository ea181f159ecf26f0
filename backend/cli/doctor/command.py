"""The command `doctor`."""

import argparse
from collections.abc import Iterator

import msgspec

from backend import config
from backend.cli.command import NO, YES, Answer, Parser, Shell, add_command, answered
from backend.cli.doctor import engine, installed, kernel, machine, settings, web
from backend.cli.doctor.finding import Finding, State
from backend.config import Config

EXITS = "exit codes: 0 all is well, 1 something is wrong, 2 wrong use, 3 failure"
SIGNS = {State.WELL: "ok  ", State.NOTE: "note", State.WRONG: "BAD "}


def register(commands: "argparse._SubParsersAction[Parser]") -> None:
    purpose = "what is wrong with engine, store, kernel, web and machine, and how to mend it"
    doctor = add_command(commands, "doctor", _doctor, purpose)
    doctor.epilog = EXITS
    doctor.add_argument("--url", metavar="URL", help="where people reach the page, such as https://tsim.example.org")


def _doctor(_: Shell, asked: argparse.Namespace) -> Answer:
    findings = list(look(config.from_environment(), asked.url))
    is_well = not any(finding.state is State.WRONG for finding in findings)
    document = {"success": is_well, "findings": msgspec.to_builtins(findings)}
    return answered(asked, YES if is_well else NO, document, lambda: "\n".join(map(spoken, findings)))


def look(given: Config, url: str | None = None) -> Iterator[Finding]:
    yield from settings.look(given)
    yield from machine.look(given)
    yield from engine.look(given)
    yield from web.look(given, url)
    yield from installed.look(given)
    yield from kernel.look(given)


def spoken(finding: Finding) -> str:
    line = f"{SIGNS[finding.state]} {finding.about}: {finding.text}"
    return f"{line}\n     mend it: {finding.mend}" if finding.mend else line

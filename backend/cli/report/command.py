"""The command `report`."""

import argparse
import re
import sys
from pathlib import Path

from backend.cli.command import YES, Answer, Parser, Shell, add_command, answered
from backend.cli.error import FailureError
from backend.cli.report.documents import STANDARD, Document, result_of
from backend.cli.report.forms import FORMS, PAPERS, drawn, form_of

JOB = re.compile(r"[0-9A-Za-z_-]{4,64}")


def register(commands: "argparse._SubParsersAction[Parser]") -> None:
    each = add_command(commands, "report", _report, "a result as PDF, as a picture of its path, as a table or as JSON")
    text = "a test's id, or a file that `job result -j`, `reach -j`, `prove -j` or `reachability` wrote; - is"
    text += " standard input"
    each.add_argument("file", metavar="ID|FILE", help=text)
    each.add_argument("-o", "--output", metavar="FILE", help="its ending says the form; - is standard output")
    each.add_argument("--format", choices=FORMS, metavar="F", help=f"{', '.join(FORMS)}, whatever the ending is")
    each.add_argument("--service", metavar="S", help="a picture, or a PDF, of this service alone, such as 443/tcp")
    each.add_argument("--paper", choices=PAPERS, default="A4", help="default: A4")


def _report(shell: Shell, asked: argparse.Namespace) -> Answer:
    document, name = _source(shell, asked.file)
    output = asked.output or f"{name}.{asked.format or 'pdf'}"
    form = form_of(output, asked.format)
    data = drawn(document, form, asked.paper, asked.service)
    write(output, data)
    if output == STANDARD:
        return Answer(YES)
    said = {"file": output, "format": form, "bytes": len(data)}
    return answered(asked, YES, said, lambda: f"{output}: {len(data) / 1000:.0f} kB")


def _source(shell: Shell, given: str) -> tuple[Document, str]:
    """A file where there is one."""
    if given != STANDARD and not Path(given).exists() and JOB.fullmatch(given):
        from backend.cli.job.asking import ask

        return ask(shell, "result", given), f"job-{given}"
    return result_of(given), "report" if given == STANDARD else Path(given).stem


def write(output: str, data: bytes) -> None:
    if output == STANDARD:
        sys.stdout.flush()
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
        return
    try:
        Path(output).write_bytes(data)
    except OSError as error:
        raise FailureError(f"{output}: {error.strerror or error}") from None

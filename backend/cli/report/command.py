"""The command `report`."""

import argparse
import base64
import re
import sys
from pathlib import Path

from backend.cli.command import YES, Answer, Parser, Shell, add_command, answered
from backend.cli.error import FailureError, UsageError
from backend.cli.report.documents import STANDARD, result_of
from backend.cli.report.forms import FORMS, PAPERS, drawn, form_of

JOB = re.compile(r"[0-9A-Za-z_-]{4,64}")


def register(commands: "argparse._SubParsersAction[Parser]") -> None:
    each = add_command(commands, "report", _report, "a result as PDF, as a picture of its path, as a table or as JSON")
    text = "a test's id, or a file that `job result -j`, `reach -j`, `prove -j` or `reachability` wrote; - is"
    text += " standard input; several become one PDF"
    each.add_argument("tests", nargs="+", metavar="ID|FILE", help=text)
    each.add_argument("-o", "--output", metavar="FILE", help="its ending says the form; - is standard output")
    each.add_argument("--format", choices=FORMS, metavar="F", help=f"{', '.join(FORMS)}, whatever the ending is")
    text = "a picture, or a PDF, of this service alone, such as 443/tcp; a PDF of the summary or appendix alone"
    each.add_argument("--service", metavar="S", help=text)
    each.add_argument("--paper", choices=PAPERS, default="A4", help="default: A4")


def _report(shell: Shell, asked: argparse.Namespace) -> Answer:
    output = asked.output or f"{_name(asked.tests)}.{asked.format or 'pdf'}"
    form = form_of(output, asked.format)
    if form != "pdf" and len(asked.tests) > 1:
        raise UsageError(f"{output}: several results become one PDF, and no {form}")
    found = [_drawn(shell, given, form, asked) for given in asked.tests]
    data = found[0] if len(found) == 1 else _merged(found)
    write(output, data)
    if output == STANDARD:
        return Answer(YES)
    said = {"file": output, "format": form, "bytes": len(data)}
    return answered(asked, YES, said, lambda: f"{output}: {len(data) / 1000:.0f} kB")


def _name(tests: list[str]) -> str:
    """Of what is written, where nobody names it."""
    if len(tests) > 1 or tests[0] == STANDARD:
        return "report"
    return f"job-{tests[0]}" if _is_job(tests[0]) else Path(tests[0]).stem


def _is_job(given: str) -> bool:
    """A file where there is one."""
    return given != STANDARD and not Path(given).exists() and JOB.fullmatch(given) is not None


def _drawn(shell: Shell, given: str, form: str, asked: argparse.Namespace) -> bytes:
    """By the engine, where it is the report of a test: it knows the facts as well."""
    if not _is_job(given):
        return drawn(result_of(given), form, asked.paper, asked.service)
    from backend.cli.job.asking import ask

    if form == "pdf":
        wanted = {"paper": asked.paper.lower(), "part": asked.service or ""}
        return base64.b64decode(ask(shell, "report", given, **wanted)["pdf"])
    return drawn(ask(shell, "result", given), form, asked.paper, asked.service)


def _merged(reports: list[bytes]) -> bytes:
    from backend.report.merging import merged  # which brings all that reads PDFs

    return merged(reports)


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

"""`job result` and `job report`: what came of a test, and that on paper."""

import argparse
import base64

from backend.cli.command import NO, OPEN, YES, Answer, Parser, Shell, add_command, answered, reached
from backend.cli.job import text
from backend.cli.job.asking import ask, refusal
from backend.cli.report.command import write
from backend.cli.report.documents import STANDARD
from backend.cli.who import Document
from backend.engine.protocol import Code, EngineError


def add_report(kinds: "argparse._SubParsersAction[Parser]") -> None:
    each = add_command(kinds, "report", _report, "the report, as PDF", "job")
    each.add_argument("job", metavar="ID")
    each.add_argument("-o", "--output", metavar="FILE", help="- for standard output (default: job-ID.pdf)")


def result(shell: Shell, asked: argparse.Namespace) -> Answer:
    try:
        found: Document = shell.link.ask("result", job=asked.job)
    except EngineError as error:
        if error.code == Code.NOT_FOUND and error.field is None:  # there is the test, and no result
            said = str(error)
            return answered(asked, NO, {"success": False, "error": said}, lambda: said)
        raise refusal(error) from None
    return result_answer(asked, found)


def result_answer(asked: argparse.Namespace, result: Document) -> Answer:
    is_whole = result["prediction"] is not None and (result["mode"] == "predict" or result["proof"] is not None)
    code = reached({service["verdict"] for service in result["services"]}) if is_whole else OPEN
    return answered(asked, code, result, lambda: text.result_text(result, asked.verbose))


def _report(shell: Shell, asked: argparse.Namespace) -> Answer:
    pdf = base64.b64decode(ask(shell, "report", asked.job)["pdf"])
    file = asked.output or f"job-{asked.job}.pdf"
    write(file, pdf)
    if file == STANDARD:
        return Answer(YES)
    document = {"job": asked.job, "file": file, "bytes": len(pdf)}
    return answered(asked, YES, document, lambda: f"{file}: {len(pdf) / 1000:.0f} kB")

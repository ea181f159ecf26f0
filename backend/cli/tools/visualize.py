"""visualize: a result as PDF, or as a picture of its path."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from backend.cli.command import YES
from backend.cli.error import UsageError
from backend.cli.reach import given
from backend.cli.report.command import write
from backend.cli.report.documents import result_of
from backend.cli.report.forms import FORMS, PAPERS, drawn, form_of
from backend.cli.tools import tool
from backend.cli.version import Version

EPILOG = """\
examples:
  visualize result.json -o result.pdf
  visualize -t trace.json -r result.json -o result.pdf
  visualize result.json -o path.svg --service 443/tcp

A result is what `reachability`, `tsimsh job result -j`, `tsimsh reach -j` and `tsimsh prove -j` print.

exit codes: 0 done, 2 wrong use, 3 failure
"""


def main(arguments: Sequence[str] | None = None) -> int:
    return tool.run(parser(), _work, arguments)


def parser() -> argparse.ArgumentParser:
    found = argparse.ArgumentParser(
        prog="visualize",
        description="A result of a test as PDF, SVG, PNG, CSV or JSON.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = found.add_argument
    add("file", nargs="?", metavar="RESULT", help="the result; - is standard input")
    add("-r", "--results", "--results-file", dest="results", metavar="RESULT", help="the same as an option")
    text = "its trace; a result holds all paths itself, so it is only looked at whether it can be read"
    add("-t", "--trace", "--trace-file", dest="trace", type=Path, metavar="FILE", help=text)
    add("-o", "--output", metavar="FILE", help="its ending says the form; - is standard output (default: RESULT.pdf)")
    add("--format", choices=FORMS, metavar="F", help=f"{', '.join(FORMS)}, whatever the ending is")
    add("--service", metavar="S", help="of this service alone, such as 443/tcp")
    add("--paper", choices=PAPERS, default="A4", help="default: A4")
    add("-v", "--verbose", action="count", default=0, help="say what was written")
    add("--version", action=Version)
    return found


def _work(asked: argparse.Namespace) -> int:
    names = [name for name in (asked.file, asked.results) if name is not None]
    if len(names) != 1:
        raise UsageError("a result is needed, and one only: visualize RESULT, or visualize -r RESULT")
    given(asked)
    document = result_of(names[0])
    output = asked.output or ("-" if names[0] == "-" else f"{Path(names[0]).with_suffix('')}.{asked.format or 'pdf'}")
    form = asked.format or ("pdf" if output == "-" else form_of(output, None))
    data = drawn(document, form, asked.paper, asked.service)
    write(output, data)
    if asked.verbose:
        print(f"visualize: {output}: {len(data)} bytes", file=sys.stderr, flush=True)
    return YES


if __name__ == "__main__":
    sys.exit(main())

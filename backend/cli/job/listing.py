"""`job list`: which tests there are."""

import argparse

from backend.cli.command import YES, Answer, Parser, Shell, add_command, answered
from backend.cli.job import text
from backend.cli.job.asking import told
from backend.cli.since import read_time
from backend.cli.who import Document
from backend.model.address import parse_address

PAGE = 20
WHOLE_PAGE = 500
"""As many as the engine gives at once."""
STATES = ("queued", "running", "succeeded", "failed", "cancelled", "expired")
FILTERS = ("status", "user", "source", "destination", "network", "since", "until")


def add_list(kinds: "argparse._SubParsersAction[Parser]") -> None:
    each = add_command(kinds, "list", _list, "the newest tests", "job")
    each.add_argument("--all", action="store_true", help=f"not only the newest {PAGE}")
    each.add_argument("--status", choices=STATES, metavar="S", help=" ".join(STATES))
    each.add_argument("--user", metavar="U")
    each.add_argument("-s", "--source", type=_address, metavar="A", help="an address")
    each.add_argument("-d", "--destination", type=_address, metavar="B", help="an address")
    each.add_argument("--network", metavar="LABEL", help="the facts that it was about, such as demo@549806d6")
    each.add_argument("--since", type=_time, metavar="T", help="submitted after 2026-01-31, 2026-01-31T18:00, 2h, 3d")
    each.add_argument("--until", type=_time, metavar="T", help="submitted before it")


def _address(text: str) -> str:
    try:
        return str(parse_address(text))
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no address, and by those tests are found") from None


def _time(text: str) -> str:
    try:
        return read_time(text).isoformat()
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def _list(shell: Shell, asked: argparse.Namespace) -> Answer:
    wanted: Document = {name: getattr(asked, name) for name in FILTERS if getattr(asked, name) is not None}
    document = _page(shell, wanted | {"limit": WHOLE_PAGE if asked.all else PAGE})
    while asked.all and document["next"] is not None:
        older = _page(shell, wanted | {"limit": WHOLE_PAGE, "before": document["next"]})
        document = {"jobs": document["jobs"] + older["jobs"], "next": older["next"]}
    return answered(asked, YES, document, lambda: text.list_text(document))


def _page(shell: Shell, wanted: Document) -> Document:
    page: Document = told(lambda: shell.link.ask("jobs", **wanted))
    return page

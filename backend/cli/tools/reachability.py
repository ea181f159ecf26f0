"""reachability: services of one pair, tested with real packets, as one JSON document (wire/schemas/result.json)."""

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from backend import config
from backend.cli.command import OPEN, question, reached
from backend.cli.error import UsageError
from backend.cli.person import Person
from backend.cli.reach import given
from backend.cli.report.command import write
from backend.cli.report.documents import Document, encoded
from backend.cli.tools import tool
from backend.cli.version import Version
from backend.cli.who.choosing import chosen

EPILOG = """\
examples:
  reachability -s 10.1.1.50 -d 10.2.1.50 -P 22,80/tcp,53/udp
  reachability -s hq-pc1 -d dc-db1 -P services.json -f trace.json -o result.json -v
  reachability -s hq-pc1 -d dc-db1 -P https --predict | visualize - -o result.pdf

A file of services is a JSON list of [port, protocol]. The network is that of the engine, of --facts or of TSIM_FACTS.

exit codes: 0 all are reached, 1 one is not, 2 wrong use, 3 failure, 4 one depends or is not known
"""
FIELDS = ("source", "destination", "source_port", "services", "default_protocol", "gateway")


def main(arguments: Sequence[str] | None = None) -> int:
    return tool.run(parser(), _work, arguments)


def parser() -> argparse.ArgumentParser:
    found = argparse.ArgumentParser(
        prog="reachability",
        description="Whether services are reached, by real packets in a copy of the routers on the way.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = found.add_argument
    add("-s", "--source", "--source-ip", required=True, metavar="A", help="address, or name of a host or router")
    add("-S", "--source-port", metavar="N")
    add("-d", "--destination", "--dest", "--dest-ip", required=True, metavar="B")
    text = "22/tcp,80,1000-1010/udp,ssh,icmp, or a JSON file of them"
    add("-P", "-p", "--ports", "--port", "--services", dest="services", required=True, metavar="SPEC|FILE", help=text)
    add("--protocol", "--default-protocol", dest="default_protocol", choices=("tcp", "udp"), help="where none is said")
    text = "test the routers of this trace, in its order, instead of finding the path"
    add("-f", "-t", "--trace-file", "--trace", dest="trace", type=Path, metavar="FILE", help=text)
    add("--gateway", metavar="ROUTER", help="the router that the source uses first")
    add("-o", "--output", default="-", metavar="FILE", help="where the result goes (default: standard output)")
    add("--predict", action="store_true", help="by prediction only: no packets, no namespaces")
    add("-j", "--json", action="store_true", help="as ever: the result is JSON in any case")
    add("-v", "--verbose", action="count", default=0, help="say what happens; -vv: also the verdicts")
    add("--facts", type=Path, metavar="DIR", help="facts to work on (else TSIM_FACTS, or the engine's)")
    add("--server", metavar="URL", help="ask this server instead (else TSIM_SERVER), with a token")
    add("--token-file", type=Path, metavar="FILE", help="where the token stands (else TSIM_TOKEN)")
    add("--ca-file", metavar="FILE", help="authority of the server's certificate")
    add("--no-engine", action="store_true", help="read the facts here instead of asking the engine")
    add("--version", action=Version)
    return found


def _work(asked: argparse.Namespace) -> int:
    asked.services = _services(asked.services)
    shell = chosen(asked, config.from_environment(), Person(is_quiet=True))
    wanted = question(asked, FIELDS) | given(asked) | ({"mode": "predict"} if asked.predict else {})
    result = shell.who.tested(wanted, _heard if asked.verbose else lambda _: None)
    if asked.verbose > 1:
        for service in result["services"]:
            _heard(str(service["sentence"]))
    write(asked.output, encoded(result))
    return _code(result)


def _heard(text: str) -> None:
    print(f"reachability: {text}", file=sys.stderr, flush=True)


def _code(result: Document) -> int:
    verdicts = {service["verdict"] for service in result["services"]}
    return reached(verdicts) if verdicts else OPEN


def _services(text: str) -> str:
    """The words of a file, where it is one."""
    path = Path(text)
    try:
        if not text.endswith(".json") and not path.is_file():
            return text
        pairs = json.loads(path.read_text("utf-8"))
    except OSError as error:
        raise UsageError(f"--services: {text}: {error.strerror or error}") from None
    except ValueError as error:
        raise UsageError(f"--services: {text}: is no JSON: {error}") from None
    if not isinstance(pairs, list) or not all(isinstance(pair, list) and len(pair) == 2 for pair in pairs):
        raise UsageError(f'--services: {text}: should be a list of [port, protocol], such as [[22, "tcp"]]')
    return ",".join(f"{port}/{protocol}" for port, protocol in pairs)


if __name__ == "__main__":
    sys.exit(main())

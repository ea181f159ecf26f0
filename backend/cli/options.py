"""What may stand before a command, and the help that lists all of them."""

import argparse
from pathlib import Path

from backend.cli.commands import parser
from backend.cli.error import HelpAsked
from backend.cli.version import Version

EPILOG = """\
examples:
  tsimsh reach -s hq-pc1 -d br-pc1 -P 22,53/udp       predicted; -v, -vv, -vvv: how, and who else is in the way
  tsimsh prove -s hq-pc1 -d br-pc1 -P 22,53/udp       proved with real packets
  tsimsh trace -s 10.1.1.50 -d 10.2.1.50 -v           the path, hop by hop
  tsimsh check policy.yaml                            who must reach whom, and who must not
  tsimsh diff facts.old facts                         what a change of the routers changes
  tsimsh network up; tsimsh ping -s hq-pc1 -d br-pc1  real packets in a copy of the network, until network down
  tsimsh job submit -s hq-pc1 -d br-pc1 -P 22 --wait  the same as a test that is kept, with a report
  tsimsh --facts DIR facts                            what could not be understood
  tsimsh --server https://tsim.example.org --token-file token reach -s hq-pc1 -d br-pc1 -P 22
  echo "trace -s 10.1.1.50 -d 10.2.1.50 -j" | tsimsh -q
  tsimsh -q --script nightly.tsim                     commands of a file; set NAME VALUE, $NAME, # remarks

environment:
  TSIM_FACTS, TSIM_SERVER, TSIM_TOKEN, TSIM_STATE (where the engine of this machine is, and the history)

exit codes: 0 yes, 1 no, 2 wrong use, 3 failure, 4 depends or is not known
"""


class Options(argparse.ArgumentParser):
    def format_help(self) -> str:
        """With all commands, which are loaded for it."""
        self.epilog = f"commands:\n{_command_list()}\n\n{EPILOG}"
        return super().format_help()


def _command_list() -> str:
    try:
        parser().print_help()
    except HelpAsked as text:
        listed = str(text).splitlines()
        return "\n".join(line[2:] for line in listed if line.startswith("    "))


def options() -> argparse.ArgumentParser:
    found = Options(
        prog="tsimsh",
        description="Can this host reach that service, by which path, and what decides?",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    found.add_argument("--facts", type=Path, metavar="DIR", help="facts to work on (else TSIM_FACTS, or the engine's)")
    found.add_argument("--server", metavar="URL", help="ask this server instead (else TSIM_SERVER), with a token")
    found.add_argument("--token-file", type=Path, metavar="FILE", help="where the token stands (else TSIM_TOKEN)")
    text = "authority of the server's certificate, where the system does not know it"
    found.add_argument("--ca-file", metavar="FILE", help=text)
    found.add_argument("--no-engine", action="store_true", help="read the facts here instead of asking the engine")
    found.add_argument("--script", metavar="FILE", help="read commands from it; - is standard input")
    found.add_argument("-e", "--stop", action="store_true", help="end a script with the first command that fails")
    found.add_argument("-q", "--quiet", action="store_true", help="no greeting, no prompt and no remarks")
    found.add_argument("--version", action=Version)
    found.add_argument("words", nargs=argparse.REMAINDER, metavar="COMMAND …", help="else from standard input")
    return found

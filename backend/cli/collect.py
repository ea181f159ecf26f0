"""Collects facts from routers over ssh: `tsim-collect -o facts hq-gw br-gw=10.2.1.1`."""

import argparse
import shlex
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from backend.facts.collect import Collected, CollectError, Settings, Target, collect, parse_target, read_targets

EXITS = "exit codes: 0 all collected, 1 some failed, 2 nothing was tried, 3 all failed"


def main(arguments: Sequence[str] | None = None) -> int:
    said = parser().parse_args(arguments)
    try:
        targets = [parse_target(text) for text in said.router]
        targets += read_targets(said.list) if said.list else ()
        if not targets:
            raise CollectError("no router is named; --help tells how")
        found = collect(targets, _settings(said), _progress(targets))
    except CollectError as error:
        print(f"tsim-collect: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("tsim-collect: stopped; files of routers that were done are kept", file=sys.stderr)
        return 130
    return _summary(found, said.output)


def parser() -> argparse.ArgumentParser:
    found = argparse.ArgumentParser(
        prog="tsim-collect", description="Collect facts from routers over ssh.", epilog=EXITS
    )
    found.add_argument("router", nargs="*", help="host name or address; NAME=ADDRESS to give it another name")
    found.add_argument("-o", "--output", type=Path, default=Path(), help="directory (default: here)")
    found.add_argument("--list", type=Path, metavar="FILE", help="lines of: name, address, file with metadata (JSON)")
    found.add_argument("--jobs", type=_positive(int), default=10, help="routers at once (default: %(default)s)")
    found.add_argument(
        "--timeout", type=_positive(float), default=60.0, metavar="S", help="for each router (default: %(default)s s)"
    )
    found.add_argument("--user", help="to log in as")
    found.add_argument("--identity", type=Path, metavar="FILE", help="private key")
    found.add_argument("--ssh", default="ssh", metavar="CMD", help="ssh with options, such as 'ssh -p 2222'")
    found.add_argument("--sudo", action="store_true", help="become root with sudo, which must not ask for a password")
    return found


def _positive(kind: Callable[[str], float]) -> Callable[[str], float]:
    def read(text: str) -> float:
        value = kind(text)
        if not 0 < value < float("inf"):
            raise argparse.ArgumentTypeError(f"expected more than 0, not {text}")
        return value

    read.__name__ = "number"
    return read


def _settings(said: argparse.Namespace) -> Settings:
    try:
        ssh = tuple(shlex.split(said.ssh))
    except ValueError as error:
        raise CollectError(f"--ssh {said.ssh!r}: {error}") from None
    if not ssh:
        raise CollectError("--ssh names no command")
    return Settings(said.output, said.jobs, said.timeout, said.user, said.identity, ssh, said.sudo)


def _progress(targets: Sequence[Target]) -> Callable[[Collected], None]:
    width = max(len(target.name) for target in targets)
    done = 0

    def tell(each: Collected) -> None:
        nonlocal done
        done += 1
        result = f"failed: {each.error}" if each.error else f"{each.size / 1000:.0f} kB in {each.seconds:.1f} s"
        print(f"[{done}/{len(targets)}] {each.name:<{width}}  {result}", file=sys.stderr, flush=True)

    return tell


def _summary(found: Sequence[Collected], directory: Path) -> int:
    failed = [each for each in found if each.error]
    print(f"{len(found) - len(failed)} of {len(found)} routers collected into {directory}")
    for each in failed:
        print(f"  {each.name}: {each.error}")
    if failed:
        return 3 if len(failed) == len(found) else 1
    return 0


if __name__ == "__main__":
    sys.exit(main())

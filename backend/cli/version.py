"""Which release this is, for `--version`."""

import argparse
from pathlib import Path
from typing import Any

RELEASE = Path(__file__).parents[2] / "VERSION"
"""That `make release` writes."""


class Version(argparse.Action):
    """It is looked for only where somebody asks."""

    def __init__(self, option_strings: list[str], dest: str) -> None:
        super().__init__(option_strings, dest, nargs=0, default=argparse.SUPPRESS, help="which release this is")

    def __call__(self, parser: argparse.ArgumentParser, *_: Any) -> None:
        print(f"{parser.prog} {release()}", flush=True)
        parser.exit()


def release() -> str:
    """Of the archive, or else of the package that was installed."""
    try:
        return RELEASE.read_text("utf-8").strip()
    except OSError:
        from importlib.metadata import PackageNotFoundError, version

    try:
        return version("tsim")
    except PackageNotFoundError:
        return "of a working copy"

"""What the tools share: how they end, and how they say what went wrong."""

import argparse
import sys
from collections.abc import Callable, Sequence

from backend import config
from backend.cli import streams
from backend.cli.command import FAILURE, WRONG_USE
from backend.cli.error import AwayError, FailureError, UsageError

Work = Callable[[argparse.Namespace], int]


def run(parser: argparse.ArgumentParser, work: Work, arguments: Sequence[str] | None = None) -> int:
    streams.open_streams()
    try:
        return _run(parser, work, arguments)
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        streams.forget(1)
        return FAILURE
    except OSError as error:
        streams.forget(1)
        streams.complain(parser.prog, f"the answer cannot be written: {error.strerror}")
        return FAILURE


def _run(parser: argparse.ArgumentParser, work: Work, arguments: Sequence[str] | None) -> int:
    asked = parser.parse_args(sys.argv[1:] if arguments is None else arguments)
    try:
        return work(asked)
    except UsageError as error:
        streams.complain(parser.prog, str(error))
        return WRONG_USE
    except (FailureError, AwayError, config.ConfigError) as error:
        streams.complain(parser.prog, str(error))
        return FAILURE

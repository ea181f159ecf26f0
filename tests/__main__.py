"""`python -m tests [ARGUMENTS OF PYTEST]`: all tests, side by side.

Tests of servers, labs and the browser share two cores with all the others, and with whatever else the machine does. A
few of those that failed are asked once more with nothing beside them: what fails alone has failed, what passes alone is
named. A test of pure code has no such excuse.
"""

import signal
import subprocess
import sys

import pytest

SIDE_BY_SIDE = ("-n", "3", "--dist", "loadgroup")
FEW = 3


class Failures:
    """What failed, as xdist names it: a test that belongs to a group ends with @ and the group's name."""

    def __init__(self) -> None:
        self.names: dict[str, None] = {}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed:
            self.names[report.nodeid] = None


def alone(names: list[str]) -> list[str]:
    """Those to be asked again, or none where it would not help."""
    grouped = [name.rpartition("@") for name in names]
    if len(names) > FEW or any(not at or "]" in group or "::" in group for _, at, group in grouped):
        return []
    return [name for name, _, _ in grouped]


def main(arguments: list[str]) -> int:
    signal.signal(signal.SIGINT, signal.default_int_handler)  # in the background it would be ignored by all
    failures = Failures()
    status = int(pytest.main([*SIDE_BY_SIDE, *arguments], plugins=[failures]))
    again = alone(list(failures.names))
    if status != pytest.ExitCode.TESTS_FAILED or not again:
        return status
    print(f"\n{len(again)} failed beside others and is asked once more, alone:", *again, sep="\n  ", flush=True)
    return subprocess.run([sys.executable, "-m", "pytest", "-rA", *again]).returncode


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))

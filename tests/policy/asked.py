"""Policies as they are typed, checked."""

from backend.policy.check import Checked, Checker
from backend.policy.kind import World
from backend.policy.reading import read_policy
from tests.policy.grounds import between


def check(line: str, world: World | None = None) -> Checked:
    (expected,) = read_policy(f"- {line}")
    return Checker(world or between()).check(expected)

import subprocess

import pytest

from backend.lab.build.restore import ExhaustedError, Refused, Restore
from backend.lab.kernel.namespace import inside
from backend.lab.plan.operation import Backend
from tests.lab.saved import load_rules

pytestmark = [pytest.mark.root, pytest.mark.serial]
TEXT = """*filter
:INPUT ACCEPT [0:0]
:own - [0:0]
-A INPUT -p tcp -j own
-A INPUT -p tcp --dport 99999 -j own
-A own -j MASQUERADE
-A own -j DROP
COMMIT
"""
LINES = load_rules("r1", TEXT).lines
HEAD, RULES = LINES[:3], LINES[3:7]
both = pytest.mark.parametrize("kind", list(Backend))


def named(refused: Refused | None) -> str:
    return refused.line.text if refused is not None and refused.line is not None else ""


def loaded(namespace: int, kind: Backend) -> list[str]:
    with inside(namespace):
        done = subprocess.run([f"iptables-{kind}-save"], capture_output=True, text=True, check=True)
    return [line for line in done.stdout.splitlines() if line.startswith("-A")]


@both
def test_rules_are_loaded_all_or_none(kind: Backend, namespace: int) -> None:
    restore = Restore(namespace, kind, 4, 9)
    assert restore.load([*HEAD, RULES[0], RULES[3], LINES[-1]]) is None
    assert named(restore.load(LINES)) == RULES[1].text
    assert loaded(namespace, kind) == ["-A INPUT -p tcp -j own", "-A own -j DROP"]


@both
def test_rules_are_appended_all_or_none(kind: Backend, namespace: int) -> None:
    restore = Restore(namespace, kind, 4, 9)
    restore.load([*HEAD, LINES[-1]])
    assert restore.append([HEAD[0], RULES[0], LINES[-1]]) is None
    assert restore.append([HEAD[0], RULES[3], RULES[2], LINES[-1]]) is not None
    assert restore.append([HEAD[0], RULES[3], LINES[-1]]) is None
    assert loaded(namespace, kind) == ["-A INPUT -p tcp -j own", "-A own -j DROP"]


def test_the_first_that_is_refused_by_itself_is_named(namespace: int) -> None:
    restore = Restore(namespace, Backend.LEGACY, 4, 9)
    refused = restore.check(HEAD, RULES)
    assert refused is not None
    assert named(refused) == RULES[1].text
    assert "99999" in refused.reason
    assert restore.check(HEAD, [RULES[0], RULES[3]]) is None


def test_what_the_kernel_refuses_is_named_by_legacy_when_each_has_a_table_to_itself(namespace: int) -> None:
    restore = Restore(namespace, Backend.LEGACY, 4, 9)
    assert named(restore.check(HEAD, RULES[2:])) == RULES[2].text
    assert named(restore.load([*HEAD, *RULES[2:], LINES[-1]])) == "COMMIT"


def test_what_the_kernel_refuses_is_named_by_nft_at_once(namespace: int) -> None:
    restore = Restore(namespace, Backend.NFT, 4, 9)
    assert named(restore.load([*HEAD, *RULES[2:], LINES[-1]])) == RULES[2].text


def test_the_tool_is_started_so_often_and_no_more(namespace: int) -> None:
    restore = Restore(namespace, Backend.LEGACY, 4, 1)
    restore.load(LINES)
    with pytest.raises(ExhaustedError):
        restore.load(LINES)

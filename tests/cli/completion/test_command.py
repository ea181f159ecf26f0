import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from backend.cli.completion.command import TOOLS
from tests.cli.asked import APART, ROOT
from tests.cli.networks import small
from tests.cli.playing import shell_of, told


def test_what_a_word_may_become_is_told_a_line_each() -> None:
    answer = told("complete -- -q --facts x trace -s gw-", shell_of(small()))
    assert answer.text.splitlines() == ["gw-a", "gw-b"]
    assert told("complete -j --", shell_of(small())).document["candidates"]


@pytest.mark.parametrize(
    ("words", "function"),
    [("tsimsh trace -s hq-pc", "_tsimsh"), ("/usr/bin/reachability -P 22 -s hq-pc", "_tsimsh_tool")],
)
def test_bash_completes(tmp_path: Path, words: str, function: str) -> None:
    """In a bash of its own, with a tsimsh that is this one."""
    script = told("completion bash", shell_of(small())).text
    tool = tmp_path / "tsimsh"
    tool.write_text(f"#!/bin/sh\nexec '{sys.executable}' -m backend.cli.tsimsh --no-engine \"$@\"\n")
    tool.chmod(0o755)
    typed = f"COMP_WORDS=({words}); COMP_CWORD={len(words.split()) - 1}"
    asking = f'{script}\n{typed}; {function}; printf "%s\\n" "${{COMPREPLY[@]}}"'
    done = subprocess.run(
        ["bash", "-c", asking], capture_output=True, text=True, cwd=ROOT, check=True,
        env={"PATH": f"{tmp_path}:/usr/bin:/bin", **APART},
    )  # fmt: skip
    assert done.stdout.split() == ["hq-pc1", "hq-pc2"]


def test_every_script_is_completed() -> None:
    """As the package installs them."""
    scripts = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["scripts"]
    assert TOOLS.keys() | {"tsimsh"} == scripts.keys()
    last = told("completion bash", shell_of(small())).text.splitlines()[-1]
    assert last == f"complete -F _tsimsh_tool {' '.join(TOOLS)}"


def test_zsh_uses_that_of_bash() -> None:
    text = told("completion zsh", shell_of(small())).text
    assert "bashcompinit" in text
    assert "complete -F _tsimsh tsimsh" in text


@pytest.mark.parametrize("shell", ["bash"])
def test_the_script_is_right(shell: str) -> None:
    assert shutil.which("shellcheck")
    text = told(f"completion {shell}", shell_of(small())).text
    subprocess.run(["shellcheck", "-s", "bash", "-e", "SC2207,SC2034", "-"], input=text, text=True, check=True)

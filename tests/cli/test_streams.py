"""What closed and full streams do to commands is in test_tsimsh."""

import subprocess
import sys

from tests.cli.asked import ROOT

LOADED = "from backend.cli.streams import open_streams, complain, forget; open_streams();"


def test_a_complaint_says_who_complains_in_whatever_signs_there_are() -> None:
    script = f"{LOADED} complain('tsimsh', 'é ☃')"
    variables = {"PYTHONIOENCODING": "ascii"}
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, cwd=ROOT, env=variables, check=True
    )
    assert done.stderr == "tsimsh: \\xe9 \\u2603\n"


def test_streams_that_are_closed_swallow_what_is_said() -> None:
    script = f"{LOADED} complain('a', 'b'); forget(1)"
    command = f'"{sys.executable}" -c "{script}" <&- >&- 2>&-'
    subprocess.run(["/bin/sh", "-c", command], cwd=ROOT, check=True)

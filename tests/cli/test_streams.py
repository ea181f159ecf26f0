"""What closed and full streams do to commands is in test_tsimsh."""

import subprocess
import sys

from backend.cli.streams import complain


def test_a_complaint_says_who_complains(capsys: "object") -> None:
    script = "from backend.cli.streams import open_streams, complain; open_streams(); complain('tsimsh', 'é ☃')"
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, env={"PYTHONIOENCODING": "ascii"}, check=True
    )
    assert done.stderr == "tsimsh: \\xe9 \\u2603\n"
    assert callable(complain)


def test_streams_that_are_closed_swallow_what_is_said() -> None:
    script = (
        "from backend.cli.streams import open_streams, complain, forget; open_streams(); complain('a', 'b'); forget(1)"
    )
    subprocess.run(["/bin/sh", "-c", f'"{sys.executable}" -c "{script}" <&- >&- 2>&-'], check=True)

"""Python as an ordinary user without any capability."""

import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[2]
# The tree is shown at a place that everybody may read, wherever it really is; nobody has no other right.
AS_NOBODY = """
mount --bind "$0" /mnt && cd /mnt && exec setpriv --reuid=65534 --regid=65534 --clear-groups --no-new-privs \\
  --inh-caps=-all --bounding-set=-all env HOME=/tmp PYTHONDONTWRITEBYTECODE=1 .venv/bin/python "$@"
"""
MAY = """
import subprocess
print("no" if subprocess.run(["unshare", "--user", "true"], stderr=subprocess.DEVNULL).returncode else "yes")
"""


def command(*arguments: str) -> list[str]:
    """With these Python is called, in /mnt."""
    return ["unshare", "--mount", "sh", "-c", AS_NOBODY, str(ROOT), *arguments]


def said(script: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(command("-c", script), capture_output=True, text=True, timeout=120, check=False)


def may_make_namespaces() -> bool:
    """Some machines forbid it, and Linux to who is in a chroot (user_namespaces(7))."""
    return said(MAY).stdout == "yes\n"

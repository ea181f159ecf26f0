"""A user of this very machine, with a PAM service of its own. PAM knows no other place for either; both are removed by
a process that ends when we do, however that is.
"""

import secrets
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PASSWORD = "correct horse"
HOLD = """
trap '' INT TERM HUP
cp "$3" "/etc/pam.d/$1" && groupadd "$2" && useradd -M -N -s /usr/sbin/nologin -G "$2" "$1" && echo "$1:$4" | chpasswd
echo
cat >/dev/null
userdel -f "$1"; groupdel "$2"; rm -f "/etc/pam.d/$1"
"""


class Person:
    def __init__(self) -> None:
        self.name = f"tsimtest{secrets.token_hex(4)}"
        self.service = self.name
        self.group = f"{self.name}-adm"
        command = ["sh", "-c", HOLD, "hold", self.name, self.group, str(ROOT / "deploy/pam.d/tsim"), PASSWORD]
        self._holder = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True)
        assert self._holder.stdout is not None
        assert self._holder.stdout.readline() == b"\n"

    def change(self, *command: str) -> None:
        """By a tool of the machine, whose last argument is the name."""
        subprocess.run([*command, self.name], check=True, stdout=subprocess.DEVNULL)

    def set_password(self) -> None:
        subprocess.run(["chpasswd"], input=f"{self.name}:{PASSWORD}", text=True, check=True)

    def remove(self) -> None:
        self._holder.communicate()


@contextmanager
def person() -> Iterator[Person]:
    one = Person()
    try:
        yield one
    finally:
        one.remove()

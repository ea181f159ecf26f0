"""The real process, `python -m backend.auth`, in a directory that belongs to whoever it runs as."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from backend.auth.client import ask
from backend.auth.protocol import Answer, Question
from backend.config import Config, environment
from tests.auth.person import PASSWORD
from tests.waiting import wait_for

NOBODY = 65534
SHADOW = subprocess.run(["getent", "group", "shadow"], capture_output=True, text=True).stdout.split(":")[2:3]
"""Its number, in a list."""


def as_nobody(*groups: str) -> list[str]:
    """Before a command: it runs without any right but those of these groups."""
    given = ["--groups", ",".join(groups)] if groups else ["--clear-groups"]
    ids = [f"--reuid={NOBODY}", f"--regid={NOBODY}"]
    return ["setpriv", *ids, *given, "--bounding-set=-all", "--inh-caps=-all", "--no-new-privs", "--"]


class AuthProcess:
    def __init__(self, config: Config, within: Sequence[str]) -> None:
        self.config = config
        self.log = config.state / "log"
        with self.log.open("wb") as log:
            command = [*within, sys.executable, "-m", "backend.auth"]
            self.process = subprocess.Popen(command, env=environment(config), stdout=log, stderr=log)

    def ask(self, name: str, password: str = PASSWORD, address: str = "192.0.2.1") -> Answer:
        return ask(self.config.auth_socket, Question(name, password, address))

    @property
    def said(self) -> str:
        return self.log.read_text()

    def wait_ready(self) -> None:
        wait_for(lambda: "ready" in self.said or self.process.poll() is not None, "the process")
        assert self.process.poll() is None, self.said

    def stop(self) -> int:
        self.process.terminate()
        return self.process.wait(30)


@contextmanager
def auth(service: str, within: Sequence[str] = (), uid: int = 0, **settings: object) -> Iterator[AuthProcess]:
    with tempfile.TemporaryDirectory(prefix="tsim-auth-") as state:
        os.chown(state, uid, -1)
        running = AuthProcess(Config(state=Path(state), pam_service=service, **settings), within)  # type: ignore[arg-type]
        try:
            running.wait_ready()
            yield running
        finally:
            running.stop()

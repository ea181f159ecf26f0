"""A machine with a systemd of its own, on which a release is installed. It is gone with the process that holds it."""

import secrets
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from tests.waiting import wait_for

BOOT = Path(__file__).with_name("boot.py")
HOST = "tsim.test"
QUESTION = {"source": "hq-pc1", "destination": "dc-db1", "services": "https,5432"}
CLEAN = {"HOME": "/root", "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "LANG": "C.UTF-8"}


CURL = ("curl", "-sS", "--cacert", "/etc/tsim/tls/certificate.pem", "--connect-to", "::127.0.0.1:")


class Done(Struct, frozen=True):
    code: int
    raw: bytes
    """Both streams."""

    @property
    def said(self) -> str:
        return self.raw.decode(errors="replace")


class Machine:
    def __init__(self, folder: Path, root: Path, *seeds: str) -> None:
        """`root` is the tree that it is made of, which stays as it is."""
        folder.mkdir(parents=True)
        self._program = [sys.executable, str(BOOT), str(folder), f"tsim-machine-{secrets.token_hex(4)}"]
        self._process = subprocess.Popen([*self._program, str(root), *seeds], stdout=subprocess.PIPE, text=True)
        self._wait()

    def _wait(self) -> None:
        assert self._process.stdout is not None
        self.number = self._process.stdout.readline().strip()
        """Of its first process."""
        assert self.number, "the machine does not start"
        self._within = ["nsenter", f"--target={self.number}", "--all", "--wdns=/root", "--"]
        wait_for(lambda: self.run("systemctl", "is-system-running").said.strip() == "running", "the machine", 60.0)

    def run(self, *command: str, sent: bytes | None = None) -> Done:
        variables = [f"{name}={value}" for name, value in CLEAN.items()]
        done = subprocess.run(
            [*self._within, "env", "-i", *variables, *command],
            input=sent,
            stdin=subprocess.DEVNULL if sent is None else None,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        return Done(done.returncode, done.stdout)

    def do(self, *command: str, sent: bytes | None = None) -> str:
        """What has to succeed."""
        done = self.run(*command, sent=sent)
        assert done.code == 0, f"{' '.join(command)} ended with status {done.code}:\n{done.said}{self.journal()}"
        return done.said

    def start(self, *command: str) -> subprocess.Popen[bytes]:
        return subprocess.Popen([*self._within, *command], stdout=subprocess.PIPE, stderr=subprocess.STDOUT)

    def journal(self, unit: str = "tsim-*") -> str:
        return self.run("journalctl", "-q", "--no-pager", "-n", "60", "-u", unit).said

    def main_process(self, unit: str) -> str:
        return self.do("systemctl", "show", "-p", "MainPID", "--value", unit).strip()

    def reboot(self) -> None:
        self.run("systemctl", "reboot")
        self._wait()

    def close(self) -> None:
        self._process.kill()
        self._process.wait()
        subprocess.run(self._program, check=True)


class Visitor:
    """Somebody with a cookie, who comes through nginx over TLS."""

    def __init__(self, machine: Machine, name: str, site: str = f"https://{HOST}") -> None:
        self.machine = machine
        self.site = site
        self.jar = f"/root/jar-{name}"
        self.name = name

    def ask(self, method: str, path: str, body: object = None) -> tuple[int, bytes]:
        words = ["--max-time", "60", "-b", self.jar, "-c", self.jar, "-X", method, "-H", "X-Requested-With: tests"]
        sent = None
        if body is not None:
            words += ["-H", "Content-Type: application/json", "--data-binary", "@-"]
            sent = msgspec.json.encode(body)
        done = self.machine.run(*CURL, *words, "-w", r"\n%{http_code}", f"{self.site}{path}", sent=sent)
        assert done.code == 0, done.said + self.machine.journal()
        answer, _, status = done.raw.rpartition(b"\n")
        return int(status), answer

    def told(self, method: str, path: str, body: object = None) -> Any:
        status, answer = self.ask(method, path, body)
        assert status < 300, answer
        return msgspec.json.decode(answer)

    def submit(self) -> str:
        job: str = self.told("POST", "/api/v1/jobs", QUESTION)["id"]
        return job

    def ended(self, job: str) -> Any:
        found: dict[str, Any] = {}

        def has_ended() -> bool:
            found.update(self.told("GET", f"/api/v1/jobs/{job}"))
            return found["status"] not in ("queued", "running")

        wait_for(has_ended, f"job {job}", 120.0)
        return found

    def jobs(self) -> set[str]:
        return {job["id"] for job in self.told("GET", "/api/v1/jobs")["jobs"]}

    def is_ready(self) -> bool:
        return self.ask("GET", "/readyz")[0] == 200

    def sign_in(self, password: str) -> int:
        given = {"username": self.name, "password": password}
        return self.ask("POST", "/api/v1/sessions", given)[0]


@contextmanager
def machine(folder: Path, root: Path, *seeds: str) -> Iterator[Machine]:
    one = Machine(folder, root, *seeds)
    try:
        yield one
    finally:
        one.close()

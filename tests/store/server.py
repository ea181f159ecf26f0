"""A PostgreSQL server for tests, of the newest version that is installed."""

import itertools
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path
from types import TracebackType
from typing import Self

import psycopg

from tests.waiting import wait_for

ACCOUNT = "postgres"
"""Whose the server is where root runs the tests: PostgreSQL refuses root."""
# Nothing here has to survive a power cut. What clients must wait for is the same.
SETTINGS = {"listen_addresses": "", "fsync": "off", "full_page_writes": "off", "max_connections": "60"}
numbers = itertools.count(1)


class Server:
    def __init__(self) -> None:
        found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
        assert found, "PostgreSQL is missing: make setup"
        self._programs = found[-1].parent
        self._home = Path(tempfile.mkdtemp(prefix="tsim-pg-", dir="/tmp"))  # a socket's path has 107 bytes at most
        self._account = ACCOUNT if os.geteuid() == 0 else pwd.getpwuid(os.geteuid()).pw_name
        shutil.chown(self._home, self._account)
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        options = ("--auth=trust", "--username=tsim", "--no-sync", "--encoding=UTF8", "--locale=C")
        self._run("initdb", *options, "-D", str(self._home / "data"))
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
        shutil.rmtree(self._home, ignore_errors=True)

    @property
    def address(self) -> str:
        return self.url("postgres")

    def url(self, database: str, user: str = "tsim") -> str:
        return f"postgresql://{user}@/{database}?host={self._home}"

    def start(self) -> None:
        settings = [f"-c{name}={value}" for name, value in {**SETTINGS, "unix_socket_directories": self._home}.items()]
        command = [str(self._programs / "postgres"), "-D", str(self._home / "data"), *settings]
        self._process = subprocess.Popen(
            ["setpriv", "--pdeathsig=QUIT", *command],  # it ends with the tests, however they end
            user=self._account,
            group=pwd.getpwnam(self._account).pw_gid,
            extra_groups=[],
            cwd=self._home,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=(self._home / "log").open("ab"),
        )
        wait_for(self._answers, "PostgreSQL")

    def stop(self, how: signal.Signals = signal.SIGQUIT) -> None:
        if self._process is not None:
            self._process.send_signal(how)
            self._process.wait(30)
            self._process = None

    def new_database(self) -> str:
        name = f"test{next(numbers)}"
        self.execute(f"CREATE DATABASE {name}")
        return self.url(name)

    def execute(self, command: str) -> None:
        with psycopg.connect(self.address, autocommit=True) as connection:
            connection.execute(command.encode())

    def write_access(self, lines: str) -> None:
        """Who may connect, and how (pg_hba.conf)."""
        (self._home / "data" / "pg_hba.conf").write_text(lines)
        self.execute("SELECT pg_reload_conf()")

    def _answers(self) -> bool:
        try:
            psycopg.connect(self.address).close()
        except psycopg.OperationalError:
            return False
        return True

    def _run(self, program: str, *arguments: str) -> None:
        subprocess.run(
            [str(self._programs / program), *arguments],
            user=self._account,
            group=pwd.getpwnam(self._account).pw_gid,
            extra_groups=[],
            cwd=self._home,
            check=True,
            stdout=subprocess.DEVNULL,
        )

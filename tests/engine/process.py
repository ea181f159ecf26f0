"""The real engine: `python -m backend.engine` in a process of its own, as `make run` starts it."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec

from backend.config import Config, environment
from backend.engine import Client, EngineError
from tests.waiting import wait_for

START_S = 60.0
END_S = 30.0
OWNER = {"as_owner": True}


class EngineProcess:
    """Started again as often as one likes, on the same state."""

    def __init__(
        self,
        config: Config,
        log: Path,
        variables: Mapping[str, str] | None = None,
        within: Sequence[str] = (),
        socket: Path | None = None,
    ) -> None:
        """`within`: a command that runs it; `socket`: where it is then, as seen from here."""
        self.config = config
        self.log = log
        self.client = Client(socket or config.engine_socket)
        self._variables = variables or {}
        self._within = within
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    def start(self) -> None:
        self.begin()
        self.wait_ready()

    def begin(self) -> None:
        variables = {**environment(self.config), "PYTHONUNBUFFERED": "1", **self._variables}
        with self.log.open("ab") as output:
            command = [*self._within, sys.executable, "-m", "backend.engine"]
            self._process = subprocess.Popen(command, env=variables, stdout=output, stderr=subprocess.STDOUT)

    def wait_ready(self) -> None:
        wait_for(self._is_ready, f"the engine ({self.log})", START_S)

    def _is_ready(self) -> bool:
        assert self._process is not None
        if self._process.poll() is not None:
            raise RuntimeError(f"the engine ended with {self._process.returncode}: {self.log.read_text()}")
        try:
            self.client.call("health")
        except EngineError:
            return False
        return True

    def kill(self) -> None:
        """As `kill -9` does."""
        assert self._process is not None
        self._process.kill()
        self._process.wait()

    def stop(self) -> int:
        """As systemctl does; the code that it ends with."""
        assert self._process is not None
        if self._process.poll() is None:
            os.kill(self._process.pid, signal.SIGTERM)
        return self.wait()

    def wait(self) -> int:
        """The code that it ends with; one that does not is killed."""
        assert self._process is not None
        try:
            return self._process.wait(END_S)
        except subprocess.TimeoutExpired:
            self.kill()
            raise

    def ask(self, call: str, **params: Any) -> Any:
        """As the one who runs the engine."""
        return msgspec.json.decode(self.client.call(call, OWNER | params))

    def plain(self, call: str, **params: Any) -> Any:
        """As nobody in particular."""
        return msgspec.json.decode(self.client.call(call, params))

    def watch(self, job: str, **params: Any) -> Iterator[Any]:
        for frame in self.client.stream("watch", OWNER | {"job": job} | params):
            yield msgspec.json.decode(frame)


@contextmanager
def engine(config: Config, log: Path, variables: Mapping[str, str] | None = None) -> Iterator[EngineProcess]:
    running = EngineProcess(config, log, variables)
    running.start()
    try:
        yield running
    finally:
        running.client.close()
        running.stop()

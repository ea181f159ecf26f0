"""A real Redis of the test's own, at a Unix socket, and what it is given to pass on."""

import subprocess
import threading
from collections import Counter
from pathlib import Path
from typing import Any

import msgspec
import redis

from tests.waiting import wait_for


class Redis:
    """Started again as often as one likes."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"unix://{self._folder / 'redis'}"

    def start(self) -> None:
        command = ["redis-server", "--port", "0", "--unixsocket", str(self._folder / "redis"), "--save", ""]
        with (self._folder / "log").open("ab") as log:
            self._process = subprocess.Popen([*command, "--dir", str(self._folder)], stdout=log, stderr=log)
        wait_for(self._is_ready, "Redis")

    def _is_ready(self) -> bool:
        try:
            with redis.Redis.from_url(self.url) as client:
                return bool(client.ping())
        except redis.ConnectionError:
            return False

    def listeners(self) -> int:
        with redis.Redis.from_url(self.url) as client:
            found: Any = client.pubsub_numsub("tsim")
            return int(found[0][1])

    def kill(self) -> None:
        assert self._process is not None
        self._process.kill()
        self._process.wait()


class Listener:
    """All that is published, until Redis ends."""

    def __init__(self, server: Redis) -> None:
        self.messages: list[Any] = []
        before = server.listeners()
        self._thread = threading.Thread(target=self._listen, args=(server.url,))
        self._thread.start()
        wait_for(lambda: server.listeners() == before + 1, "the listener")

    def events(self, job: str) -> Counter[int]:
        """How often each event of a job was published, by number."""
        about = [one["data"][0] for one in self.messages if one["event"] == "events"]
        return Counter(event["seq"] for data in about if data["job"] == job for event in data["events"])

    def join(self) -> None:
        self._thread.join()

    def _listen(self, url: str) -> None:
        with redis.Redis.from_url(url) as client, client.pubsub() as channel:
            channel.subscribe("tsim")
            try:
                for message in channel.listen():
                    if message["type"] == "message":
                        self.messages.append(msgspec.json.decode(message["data"]))
            except redis.ConnectionError:
                return

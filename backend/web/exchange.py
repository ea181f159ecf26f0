"""What several web instances tell each other, by Redis: rooms of Socket.IO that reach the sockets of all.

Webs of one engine all hear it by their own feeds, so what one of them sends here is for those of other engines: its
host is the engine, and what comes from a web's own host is not for that web (`PubSubManager._thread`). So nobody gets
anything twice, and a Redis that is away is noticed only by who needs it.
"""

import logging
from collections import deque
from collections.abc import Callable, Iterator
from typing import Any

import socketio

from backend.web.rooms import InTurns

log = logging.getLogger(__name__)
CHANNEL = "tsim"
MOST = 1000
"""Messages that wait for Redis; the oldest go first, and numbers show that they are missing."""
CONNECT_S = 2.0
LIVELY_S = 10.0
"""A connection that is silent for so long is asked whether it still is one."""
PAUSE_S = 1.0


class Exchange(InTurns, socketio.RedisManager):  # type: ignore[misc]  # it has no types
    def __init__(self, url: str, returned: Callable[[], None]) -> None:
        options = {"socket_connect_timeout": CONNECT_S, "health_check_interval": LIVELY_S}
        super().__init__(url, channel=CHANNEL, redis_options=options, logger=log)
        self._returned = returned
        """Called when it is heard again after a while in which it was not."""
        self._waiting: deque[dict[str, Any]] = deque(maxlen=MOST)
        self._is_publishing = False
        self._is_lost = False

    def serve(self, engine: str) -> None:
        self.host_id = engine

    def _publish(self, data: dict[str, Any]) -> None:
        """Later: who sends to a room must not wait for Redis. While it is away nobody would hear it."""
        if self._is_lost:
            return
        self._waiting.append(data)
        if not self._is_publishing:
            self._is_publishing = True
            self.server.start_background_task(self._publish_all)

    def _publish_all(self) -> None:
        try:
            while self._waiting:
                super()._publish(self._waiting.popleft())
        finally:
            self._is_publishing = False

    def _redis_listen_with_retries(self) -> Iterator[dict[str, Any]]:
        """As there, but it does not wait longer and longer, and says when it is back."""
        while True:
            try:
                self._redis_connect()
                self.pubsub.subscribe(self.channel)
                if self._is_lost:
                    self._is_lost = False
                    log.warning("Redis is back")
                    self._returned()
                yield from self.pubsub.listen()
            except Exception as error:  # noqa: BLE001 - the edge of a thread; whatever it was, it is tried again
                if not self._is_lost:
                    log.warning("Redis cannot be heard: %s", error)
                self._is_lost = True
                self.server.sleep(PAUSE_S)

"""The way to the engine of the configured state directory. What it refuses, and what that means for who asked."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import msgspec

from backend.cli.error import UsageError
from backend.config import Config
from backend.engine.protocol import Code

if TYPE_CHECKING:
    from backend.engine.client import Client, Stream

OWNER = {"as_owner": True}
LONGEST_S = 60.0
"""For one answer; the engine itself gives up before, and says what took so long."""

AWAY = frozenset((
    Code.UNAVAILABLE, Code.ENDING, Code.VERSION, Code.BAD_FRAME, Code.UNKNOWN_CALL, Code.DENIED, Code.FORBIDDEN,
    Code.BUSY,
))  # fmt: skip
"""There is no engine, or none that we may ask, that understands us, or that has time or facts for us."""
TOO_MUCH = frozenset((Code.TOO_LARGE,))
"""It is there, and this one question or its answer is beyond it."""
ANSWERS = frozenset((Code.BAD_VALUE, Code.NOT_FOUND, Code.TIMEOUT, Code.STOPPED, Code.INTERNAL))
"""All others would have to say the same, or to hide what went wrong."""


class Link:
    def __init__(self, config: Config, refusal: str = "") -> None:
        """`refusal`: why it must not be used."""
        self._config = config
        self._refusal = refusal
        self._starting: Client | None = None

    def ask(self, call: str, **params: Any) -> Any:
        """EngineError. The engine is started where there is none."""
        return msgspec.json.decode(self._client().call(call, OWNER | params, LONGEST_S))

    def events(self, call: str, **params: Any) -> Iterator[Any]:
        """As they come. Who stops to read them ends the call."""
        with self.stream(call, **params) as stream:
            for event in stream:
                yield msgspec.json.decode(event)

    def stream(self, call: str, **params: Any) -> "Stream":
        return self._client().stream(call, OWNER | params)

    def ask_running(self, call: str, **params: Any) -> Any:
        """Of an engine that is there already. Where a supervisor starts it, the refusal says how."""
        from backend.bootstrap import engine_client
        from backend.engine.client import Client

        self._check()
        config = self._config
        client = engine_client(config) if config.run else Client(config.engine_socket, connections=1)
        try:
            return msgspec.json.decode(client.call(call, OWNER | params, LONGEST_S))
        finally:
            client.close()

    def _client(self) -> "Client":
        from backend.bootstrap import engine_client

        self._check()
        if self._starting is None:
            self._starting = engine_client(self._config)
        return self._starting

    def _check(self) -> None:
        if self._refusal:
            raise UsageError(self._refusal)

"""`python -m backend.engine`: load everything, answer until SIGTERM or SIGINT."""

import asyncio
import logging
import os
import signal
import sys

from backend import bootstrap, config
from backend.engine.notify import READY, STOPPING, notify
from backend.engine.place import Place
from backend.engine.protocol import EngineError
from backend.engine.server import Server
from backend.facts import FactsError
from backend.store.error import StoreError

log = logging.getLogger(__name__)


def main() -> int:
    try:
        settings = config.from_environment()
        supervisor = config.supervisor()
        logging.basicConfig(level=settings.log_level.upper(), format="%(asctime)s engine %(levelname)s %(message)s")
        place = Place(settings.engine_socket, is_passed=supervisor.has_socket)
        place.take()
        asyncio.run(_run(bootstrap.engine_server(settings, place), supervisor.notify))
    except (config.ConfigError, FactsError, StoreError, EngineError, OSError) as error:
        print(f"engine: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


async def _run(server: Server, supervisor: str) -> None:
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, _stop, server, number)
    await server.startup()
    notify(supervisor, READY)
    try:
        await server.serve()
        notify(supervisor, STOPPING)
    finally:
        await server.shutdown()


def _stop(server: Server, number: signal.Signals) -> None:
    if server.is_stopping:
        log.warning("%s came again: ended at once", number.name)
        os._exit(128 + number)
    server.stop()


if __name__ == "__main__":
    sys.exit(main())

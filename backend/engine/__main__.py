"""`python -m backend.engine`: load everything, answer until SIGTERM or SIGINT."""

import logging
import signal
import sys

from backend import bootstrap, config
from backend.engine.protocol import EngineError
from backend.facts import FactsError
from backend.store.error import StoreError


def main() -> int:
    try:
        settings = config.from_environment()
        logging.basicConfig(level=settings.log_level.upper(), format="%(asctime)s engine %(levelname)s %(message)s")
        server = bootstrap.engine_server(settings)
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: server.stop())
        server.startup()
    except (config.ConfigError, FactsError, StoreError, EngineError, OSError) as error:
        print(f"engine: {error}", file=sys.stderr)
        return 1
    try:
        server.main_loop()
    finally:
        server.shutdown()
    return 0


if __name__ == "__main__":
    sys.exit(main())

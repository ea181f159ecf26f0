"""`python -m backend.engine`: load everything, answer until SIGTERM or SIGINT."""

import argparse
import asyncio
import ctypes
import logging
import os
import resource
import signal
import sys
from collections.abc import Sequence
from contextlib import suppress

from backend import bootstrap, config, logs
from backend.config import Config, Supervisor
from backend.engine.daemon import Daemon
from backend.engine.door.place import Place
from backend.engine.lifetime.detached import Capped, Detached
from backend.engine.lifetime.idle import until_idle
from backend.engine.lifetime.launch import TAKEN
from backend.engine.lifetime.notify import READY, STOPPING, notify, stay_alive
from backend.engine.protocol import Code, EngineError
from backend.engine.workers.error import WorkerError
from backend.facts import FactsError
from backend.store.error import StoreError

log = logging.getLogger(__name__)
M_ARENA_MAX = -8
"""mallopt(3)."""
HEAPS = 2


def main(arguments: Sequence[str] | None = None) -> int:
    options = _options(arguments)
    detached = None
    try:
        settings = config.from_environment()
        if options.detached:
            detached = Detached(settings.engine_log)
            detached.leave()
        _serve(settings, detached, options.idle)
    except (config.ConfigError, FactsError, StoreError, WorkerError, EngineError, OSError) as error:
        print(f"engine: {error}", file=sys.stderr)
        if detached is not None:
            detached.failed(str(error))
        return TAKEN if isinstance(error, EngineError) and error.code == Code.BUSY else 1
    except KeyboardInterrupt:
        return 130
    return 0


def _serve(settings: Config, detached: Detached | None, idle_s: float | None) -> None:
    handler = Capped(None if detached is None else settings.engine_log)
    handler.setFormatter(logs.formatter("engine", settings.log_format))
    logging.basicConfig(level=settings.log_level.upper(), handlers=[handler])
    logs.about.append(_about)
    _allow_many_files()
    _keep_few_heaps()
    supervisor = config.supervisor()
    place = Place(settings.engine_socket, is_passed=supervisor.has_socket)
    place.take()
    daemon = bootstrap.engine_server(settings, place)
    # Not asyncio.run, which waits for threads without end; they have had their grace.
    asyncio.new_event_loop().run_until_complete(_run(daemon, supervisor, detached, idle_s))


def _about() -> dict[str, str]:
    """The job whose task it is that logs."""
    try:
        task = asyncio.current_task()
    except RuntimeError:  # a thread that has no loop
        return {}
    kind, _, name = (task.get_name() if task is not None else "").partition(" ")
    return {"job": name} if kind == "job" else {}


def _allow_many_files() -> None:
    """One for each client; the usual limit is that of select(2), which nobody uses here."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def _keep_few_heaps() -> None:
    """The C library has up to eight for each core, so that threads need not wait for each other, which they do anyway;
    each keeps room for the largest result that it ever held.
    """
    with suppress(AttributeError):  # another C library
        ctypes.CDLL(None).mallopt(M_ARENA_MAX, HEAPS)


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="backend.engine", description=__doc__)
    parser.add_argument("--idle", type=float, metavar="SECONDS", help="end when nobody asked for so long")
    parser.add_argument("--detached", action="store_true", help="go on in the background, with a log in the state")
    return parser.parse_args(arguments)


async def _run(daemon: Daemon, supervisor: Supervisor, detached: Detached | None, idle_s: float | None) -> None:
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, _stop, daemon, number)
    loop.add_signal_handler(signal.SIGHUP, daemon.reload)
    try:
        await daemon.startup()
        notify(supervisor.notify, READY)
        if detached is not None:
            detached.ready()
        alive = loop.create_task(stay_alive(supervisor.notify, supervisor.watchdog_s))
        idle = loop.create_task(_stop_when_idle(daemon, idle_s))
        await daemon.serve()
        notify(supervisor.notify, STOPPING)
        idle.cancel()
        alive.cancel()  # TimeoutStopSec holds from now on
    finally:
        await daemon.shutdown()


async def _stop_when_idle(daemon: Daemon, idle_s: float | None) -> None:
    if idle_s is not None:
        await until_idle(daemon, idle_s)
        daemon.stop()


def _stop(daemon: Daemon, number: signal.Signals) -> None:
    if daemon.is_stopping:
        log.warning("%s came again: ended at once", number.name)
        os._exit(128 + number)
    daemon.stop()


if __name__ == "__main__":
    code = main()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)  # for the same reason

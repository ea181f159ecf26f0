"""Telling systemd how far we are (sd_notify(3)): a datagram on the socket that it named, if it named one."""

import asyncio
import logging
import socket

log = logging.getLogger(__name__)
READY = "READY=1"
STOPPING = "STOPPING=1"
ALIVE = "WATCHDOG=1"


def notify(address: str, state: str) -> None:
    if not address:
        return
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as supervisor:
            supervisor.connect("\0" + address[1:] if address.startswith("@") else address)
            supervisor.send(state.encode())
    except OSError as error:
        log.warning("%s cannot be told %s: %s", address, state, error)


async def stay_alive(address: str, within_s: float) -> None:
    """Say so from the loop itself: a loop that stands still says nothing, and is ended (sd_watchdog_enabled(3))."""
    while within_s > 0:
        notify(address, ALIVE)
        await asyncio.sleep(within_s / 4)

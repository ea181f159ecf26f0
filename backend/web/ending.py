"""A process that is told to end answers what it was asked. Who would stay for good, a socket or a stream of events, is
sent to the process that follows it; else its end would be waited for until the grace is over, or requests had none.
"""

from collections.abc import Callable
from time import sleep

from flask import Flask

LOOK_S = 0.2
ACCEPTING_S = 1.0
"""So long a worker of gunicorn that is told to end still takes connections: who came back at once might come to it."""
AT_ONCE = 250
PAUSE_S = 0.1
"""Between so many: all of them at once would be too many for those who wait in the queue of the next one."""


def follow(app: Flask, is_wanted: Callable[[], bool]) -> None:
    """For good."""
    while is_wanted():
        sleep(LOOK_S)
    sleep(ACCEPTING_S)
    app.extensions["tsim_streams"].end()
    while True:
        app.extensions["tsim_live"].sockets.send_away(AT_ONCE)
        sleep(PAUSE_S)

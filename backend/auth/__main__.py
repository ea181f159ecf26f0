"""`python -m backend.auth`: say whether passwords of the machine are right, until SIGTERM or SIGINT."""

import logging
import os
import pwd
import signal
import sys
from functools import partial
from pathlib import Path

from backend import config
from backend.auth.check import checked, warm_up
from backend.auth.place import Place, PlaceError
from backend.auth.privileges import can_read_hashes, give_up
from backend.auth.server import Server
from backend.config import Config, ConfigError

log = logging.getLogger(__name__)
PLACES = (Path("/etc/pam.d"), Path("/usr/lib/pam.d"))


def main() -> int:
    try:
        settings = config.from_environment()
        logging.basicConfig(level="INFO", format="%(asctime)s auth %(levelname)s %(message)s")
        check_service(settings.pam_service)
        serve(settings)
    except (ConfigError, PlaceError, OSError) as error:
        print(f"auth: {error}", file=sys.stderr)
        return 1
    return 0


def check_service(service: str) -> None:
    """libpam takes the service `other` where there is no file of the name, and that may be anything."""
    if not any((place / service).is_file() for place in PLACES):
        text = f"there is no {PLACES[0] / service}: copy deploy/pam.d/tsim there, or name another with TSIM_PAM_SERVICE"
        raise PlaceError(f"{text}, such as login")


def serve(settings: Config) -> None:
    askers = {0, _uid(settings.engine_user)}
    place = Place(settings.auth_socket, is_passed=config.supervisor().has_socket)
    server = Server(place.take(), partial(checked, service=settings.pam_service), askers)
    try:
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: server.stop())
        warm_up()
        server.startup()
        give_up()
        _say_what_can_be_checked(settings.pam_service)
        server.serve()
    finally:
        server.shutdown()
        place.leave()


def _uid(name: str) -> int:
    try:
        return pwd.getpwnam(name).pw_uid if name else os.geteuid()
    except KeyError:
        raise PlaceError(f"TSIM_ENGINE_USER: there is no user {name!r}") from None


def _say_what_can_be_checked(service: str) -> None:
    log.info("ready: passwords are checked by the PAM service %s", service)
    if not can_read_hashes():
        log.warning("/etc/shadow cannot be read: of its passwords only those of %s can be checked", _own_name())


def _own_name() -> str:
    try:
        return pwd.getpwuid(os.geteuid()).pw_name
    except KeyError:
        return f"uid {os.geteuid()}"


if __name__ == "__main__":
    sys.exit(main())

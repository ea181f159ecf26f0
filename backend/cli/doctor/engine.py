"""The engine, its socket, its store, and who says whether passwords of the machine are right."""

import grp
import os
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from backend import bootstrap
from backend.cli.doctor.finding import Finding, note, well, wrong
from backend.cli.doctor.starting import started_by
from backend.config import Config
from backend.engine import Client, EngineError
from backend.engine.protocol import Code
from backend.store.database import Database, engine_of
from backend.store.error import StoreError
from backend.store.schema import VERSION
from backend.store.upgrade import version

ANSWER_S = 5.0
MENDS = {
    "store": "free its disk, give it back its rights, or end who locks it; it is tried again every few seconds",
    "network": "tsimsh engine reload, when the directory of TSIM_FACTS can be read again",
    "audit": "as for the store",
    "auth": f"start it: {started_by('auth', 'python -m backend.auth')}; or unset TSIM_PAM",
}


def look(config: Config) -> Iterator[Finding]:
    yield from _engine(config)
    yield _store(config)
    if config.pam:
        yield from _passwords(config)


def _engine(config: Config) -> Iterator[Finding]:
    client = Client(config.engine_socket, connections=1)
    try:
        health: dict[str, Any] = msgspec.json.decode(client.call("health", {}, ANSWER_S))
    except EngineError as error:
        yield wrong("engine", f"{error} ({config.engine_socket})", _mend(config, error))
        return
    finally:
        client.close()
    yield well("engine", f"answers on {config.engine_socket}, process {health['pid']}")
    for name, said in health["checks"].items():
        if said == "ok":
            yield well(f"engine's {name}", "is well")
        else:
            yield wrong(f"engine's {name}", said, MENDS.get(name, "the engine's log says more"))
    folder = config.engine_socket.parent
    if (mode := folder.stat().st_mode & 0o777) & 0o007:
        yield wrong("socket", f"{folder} is open to everybody (mode {mode:o})", f"chmod o-rwx {folder}")


def _mend(config: Config, error: EngineError) -> str:
    if error.code in (Code.TIMEOUT, Code.BUSY):
        return f"it hangs or has too much to do: look at its log ({config.engine_log}), then start it again"
    if _is_forbidden(config.engine_socket):
        return f"run this as the user of the engine, or as one who may enter {config.engine_socket.parent}"
    command = f"python -m backend.engine, or any question of tsimsh does; why it ended: {config.engine_log}"
    return f"start it: {started_by('engine', command)}"


def _is_forbidden(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as probe:
        try:
            probe.connect(str(path))
        except PermissionError:
            return True
        except OSError:
            return False
    return True


def _store(config: Config) -> Finding:
    file = config.database_file
    if file and not file.exists():
        return note("store", f"{file} does not exist yet", "the engine makes it when it starts")
    if file and not os.access(file, os.R_OK | os.W_OK):
        return wrong("store", f"{file} cannot be read and written", f"chown it to the engine's user; chmod 600 {file}")
    try:
        database = Database(*engine_of(config.database_url))
        try:
            with database.reading() as connection:
                found = version(connection)
        finally:
            database.close()
    except StoreError as error:
        if file is None and "authentication failed" in str(error):  # who asks may be refused, not the engine
            return note("store", str(error), "ask as the engine's user: runuser -u tsim -- tsimsh doctor")
        return wrong("store", str(error), "start its server, mend TSIM_DATABASE, or take back a copy of the file")
    if found is None or found < VERSION:
        text = f"its tables are those of version {found}, and this is {VERSION}"
        return note("store", text, "the engine brings them up to date when it starts")
    if found > VERSION:
        text = f"its tables are those of version {found}, which this one ({VERSION}) does not know"
        return wrong("store", text, "install the version of tsim that wrote them, or a newer one")
    return well("store", f"{database.place} has the tables of this version ({found})")


def _passwords(config: Config) -> Iterator[Finding]:
    service = Path("/etc/pam.d") / config.pam_service
    if not service.is_file():
        yield wrong("passwords", f"{service} does not exist", f"cp deploy/pam.d/tsim {service}")
    try:
        bootstrap.machine(config).known("", "", "doctor")
    except EngineError:
        yield wrong("passwords", f"nobody checks them at {config.auth_socket}", MENDS["auth"])
    else:
        yield well("passwords", f"of the machine are checked at {config.auth_socket}")
    for name in filter(None, (config.admin_group, config.user_group)):
        try:
            grp.getgrnam(name)
        except KeyError:
            yield note("passwords", f"the machine has no group {name}", f"groupadd {name}, and usermod -aG {name} USER")

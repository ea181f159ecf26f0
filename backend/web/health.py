"""Whether all is there that answers need, looked at when somebody asks."""

import os
from collections.abc import Callable, Iterator
from hmac import compare_digest
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import msgspec
from flask import current_app, request

from backend.config import Config
from backend.engine import EngineError
from backend.web.access import credentials
from backend.web.engine import asked
from backend.web.proxy import FORWARDED

ENGINE_S = 2.0
LEAST_DISK_MB = 256
LEAST_MEMORY_MB = 128
MODULES = ("flask", "flask_socketio", "limits", "msgspec", "prometheus_client", "simple_websocket")
OK = "ok"
FAILED = "failed"
LOOPBACK = ("127.0.0.1", "::1", "::ffff:127.0.0.1")


class Of(msgspec.Struct):
    checks: dict[str, str]
    status: str


def checks(config: Config) -> dict[str, str]:
    """`ok`, or what is wrong, by name."""
    return {
        **_engine(),
        "modules": _said(_missing_modules, config),
        "page": OK if (config.page / "index.html").is_file() else f"there is no page in {config.page}",
        "disk": _said(_disk, config),
        "memory": _said(_memory, config),
    }


def is_trusted() -> bool:
    """On this machine and not passed on by somebody else, or with the token of /metrics."""
    config: Config = current_app.extensions["tsim_config"]
    if config.metrics_token and _is_same(credentials().get("token", ""), config.metrics_token):
        return True
    return request.remote_addr in LOOPBACK and not request.environ.get(FORWARDED)


def _is_same(given: str, right: str) -> bool:
    return compare_digest(given.encode("utf-8", "replace"), right.encode())


def _engine() -> dict[str, str]:
    """With what it looks at itself: the store, the facts, and passwords where the machine knows them."""
    try:
        found = asked(Of, "health", deadline_s=ENGINE_S)
    except EngineError as error:
        return {"engine": error.message}
    return {"engine": OK if found.status != "stopping" else "it is stopping", **found.checks}


def _said(check: Callable[[Config], Iterator[str]], config: Config) -> str:
    return "; ".join(check(config)) or OK


def _missing_modules(_: Config) -> Iterator[str]:
    for name in MODULES:
        if find_spec(name) is None:
            yield f"{name} is not installed"


def _disk(config: Config) -> Iterator[str]:
    try:
        found = os.statvfs(config.state)
    except OSError as error:
        yield f"{config.state}: {error.strerror}"
        return
    free_mb = (found.f_bavail * found.f_frsize) >> 20
    if free_mb < LEAST_DISK_MB:
        yield f"{free_mb} MB are free at {config.state}, of at least {LEAST_DISK_MB}"
    if found.f_files and not found.f_favail:
        yield f"no file can be made at {config.state}: its file system has no inodes left"


def _memory(_: Config) -> Iterator[str]:
    for line in Path("/proc/meminfo").read_text("ascii").splitlines():
        if line.startswith("MemAvailable:") and (free_mb := int(line.split()[1]) >> 10) < LEAST_MEMORY_MB:
            yield f"{free_mb} MB of memory are free, of at least {LEAST_MEMORY_MB}"


def document(config: Config) -> tuple[bool, dict[str, Any]]:
    """Strangers are told what is wrong, but not where."""
    found = checks(config)
    is_well = all(said == OK for said in found.values())
    told = found if is_trusted() else {name: OK if said == OK else FAILED for name, said in found.items()}
    return is_well, {"status": OK if is_well else FAILED, "checks": told}

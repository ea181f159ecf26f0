"""The one place where real things are chosen: which store, which simulator, which engine.

Imports stand inside the functions, so that the web worker loads neither simulator nor database.
"""

import logging
import os
import pwd
from datetime import UTC, datetime
from time import time
from typing import TYPE_CHECKING

import msgspec

from backend.config import Config, ConfigError

if TYPE_CHECKING:
    from flask import Flask

    from backend.engine import Client
    from backend.engine.asked.passwords import Machine
    from backend.engine.daemon import Daemon
    from backend.engine.door.place import Place

log = logging.getLogger(__name__)


def web_app(config: Config) -> "Flask":
    """The web, which asks the engine of the same state directory."""
    from backend.engine import Client
    from backend.store.secret import kept_secret
    from backend.web import create_app

    key = config.secret_key or kept_secret(config.state / "secret-key")
    client = engine_client(config) if config.start_engine else Client(config.engine_socket)
    return create_app(msgspec.structs.replace(config, secret_key=key), client)


def engine_client(config: Config) -> "Client":
    """It starts the engine when there is none; but not where a supervisor keeps its socket and does so, as who it is
    meant to be and with the limits that it is meant to have.
    """
    from backend.config import environment
    from backend.engine import Client, EngineError
    from backend.engine.lifetime.launch import Launch, start
    from backend.engine.protocol import Code

    def begin() -> None:
        if config.run is not None:
            text = f"the engine does not run, and is started in one way only where its socket is in {config.run}"
            raise EngineError(Code.UNAVAILABLE, f"{text}: systemctl start tsim-engine.socket tsim-engine")
        start(Launch(config.engine_socket, config.engine_log, environment(config)))

    return Client(config.engine_socket, start=begin)


def engine_server(config: Config, place: "Place") -> "Daemon":
    """The engine, ready to start."""
    from backend.engine.daemon import Daemon, Settings, Stores
    from backend.engine.spool import Limits as Uploads
    from backend.engine.workers.work import Limits
    from backend.jobs.limits import TimeLimits
    from backend.jobs.queue import Queue
    from backend.store.audit import Audit
    from backend.store.check import check
    from backend.store.claim import claim
    from backend.store.database import open_database
    from backend.store.due import due
    from backend.store.jobs import Jobs
    from backend.store.networks import Networks
    from backend.store.retention import Limits as Kept
    from backend.store.retention import tidy
    from backend.store.sessions import Limits as SessionLimits
    from backend.store.sessions import Sessions
    from backend.store.tokens import Tokens
    from backend.store.users import Users, first_password

    database = open_database(config.database_url)
    claim(database)
    users = Users(database)
    first_password(users, config.first_password_file)
    kept = Kept(age_s=config.keep_hours * 3600.0, bytes=config.keep_mb << 20)
    stores = Stores(
        Jobs(database),
        Networks(database),
        users,
        Sessions(database, limits=SessionLimits(config.session_hours * 3600, config.session_idle_minutes * 60)),
        Tokens(database),
        Audit(database),
        lambda gone: tidy(database, kept, datetime.now(UTC), gone),
        lambda: due(database, kept, datetime.now(UTC)),
        lambda: check(database, int(time())),
    )
    settings = Settings(
        facts=config.facts,
        drafts=config.state / "drafts",
        lab=config.lab,
        queue=Queue(capacity=config.jobs_at_once or len(os.sched_getaffinity(0))),
        limits=TimeLimits(whole_s=config.job_seconds),
        test=Limits(memory=config.job_memory_mb << 20),
        max_services=config.max_services,
        grace_s=config.grace_seconds,
        watch_facts_s=config.watch_facts_s,
        uploads=Uploads(bytes_=config.upload_mb << 20),
        machine=machine(config) if config.pam else None,
        guests=(_uid(config.web_user),) if config.web_user else (),
    )
    return Daemon(settings, stores, place)


def _uid(name: str) -> int:
    try:
        return pwd.getpwnam(name).pw_uid
    except KeyError:
        raise ConfigError(f"TSIM_WEB_USER: there is no user {name!r}") from None


def machine(config: Config) -> "Machine":
    """Users of this machine, whose passwords a process of its own can check."""
    from backend.auth.client import AuthError, ask
    from backend.auth.groups import groups_of
    from backend.auth.protocol import Question
    from backend.engine import EngineError
    from backend.engine.asked.passwords import Groups, Known, Machine
    from backend.engine.protocol import Code

    def known(name: str, password: str, address: str) -> Known | None:
        try:
            answer = ask(config.auth_socket, Question(name, password, address))
        except AuthError as error:
            log.error("no password of the machine can be checked: %s", error)
            text = "Passwords of the machine cannot be checked just now; the engine's log says why."
            raise EngineError(Code.UNAVAILABLE, text) from error
        return Known(answer.username, answer.groups) if answer.is_right else None

    return Machine(known, Groups(config.admin_group, config.user_group), groups_of)

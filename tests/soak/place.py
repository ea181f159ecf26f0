"""All that is installed but systemd: nginx with TLS, the web, the engine, and the check of passwords of the machine."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from msgspec import Struct

from backend.config import RATES, Config
from tests.auth.person import Person, person
from tests.auth.process import AuthProcess
from tests.crash.family import Family
from tests.engine.process import EngineProcess, engine
from tests.live.site import Web, web
from tests.nginx.proxy import Nginx, nginx

TOKEN = "who reads the figures"
UNREACHED = tuple(f"{kind}=1000000/minute" for kind in RATES)
"""Counted as always, and never too many."""


class Place(Struct, frozen=True):
    folder: Path
    engine: EngineProcess
    web: Web
    nginx: Nginx
    auth: AuthProcess
    person: Person
    """A user of the machine, who is an administrator."""
    family: Family

    @property
    def config(self) -> Config:
        return self.engine.config

    @property
    def logs(self) -> dict[str, str]:
        names = ("engine.log", "web.log", "state/log", "nginx/error.log")
        return {name: (self.folder / name).read_text() for name in names}


@contextmanager
def place(folder: Path) -> Iterator[Place]:
    state = folder / "state"
    state.mkdir(mode=0o700)
    facts = shutil.copytree(Config().facts, folder / "facts")
    with person() as somebody:
        config = Config(
            facts=facts, state=state, bind=f"unix:{folder / 'web'}", proxies=("unix",), secure_cookies=True,
            pam=True, pam_service=somebody.service, admin_group=somebody.group, watch_facts_s=1, keep_mb=16,
            session_idle_minutes=2, metrics_token=TOKEN, rate=UNREACHED,
        )  # fmt: skip
        auth = AuthProcess(config, ())
        try:
            auth.wait_ready()
            with (
                engine(config, folder / "engine.log") as running,
                web(config, folder / "web.log") as site,
                nginx(folder / "nginx", {"WEB": config.bind, "PAGE": config.page, "RATE": 100_000}) as front,
            ):
                yield Place(folder, running, site, front, auth, somebody, Family(state))
        finally:
            auth.stop()

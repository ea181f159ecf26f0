"""One engine, a web at a Unix socket, and nginx in front of it as it is installed."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import msgspec
import pytest

from backend.config import Config
from tests.engine.desk import Desk, Person
from tests.engine.process import engine
from tests.live.site import Web, web
from tests.live.watcher import Watcher
from tests.nginx.proxy import Nginx, nginx
from tests.small import write_small_network

FAST = {"RATE": 100_000}
Opens = Callable[..., Watcher]


@pytest.fixture(scope="package")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    place = tmp_path_factory.mktemp("nginx")
    page = place / "page"
    (page / "assets").mkdir(parents=True)
    (page / "index.html").write_text("<!doctype html><title>tsim</title>\n")
    (page / "assets" / "index-1a2b.js").write_text("export {};\n" * 200)
    config = Config(
        facts=write_small_network(place / "small", [22]),
        state=place / "state",
        page=page,
        bind=f"unix:{place / 'web'}",
        proxies=("unix",),
        secure_cookies=True,
        rate=("off",),
        jobs_at_once=1,
        upload_mb=1,
    )
    with engine(config, place / "engine.log") as running:
        yield Desk(running)


@pytest.fixture(scope="package")
def site(desk: Desk) -> Iterator[Web]:
    with web(desk.engine.config, desk.engine.log.with_name("web.log")) as running:
        yield running


@pytest.fixture(scope="package")
def front(desk: Desk, site: Web, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nginx]:
    config = site.config
    values = {"WEB": config.bind, "PAGE": config.page, "UPLOAD_MB": 3, **FAST}
    with nginx(tmp_path_factory.mktemp("front") / "nginx", values) as running:
        yield running


@pytest.fixture
def opens(site: Web, front: Nginx) -> Iterator[Opens]:
    """Opens sockets through nginx, which end with the test."""
    opened: list[Watcher] = []

    def open_(person: Person, transport: str = "websocket", through: Nginx = front, path: str = "") -> Watcher:
        trusted = str(through.folder / "certificate.pem")
        opened.append(Watcher(through.url + path, site.cookie(person.session), (transport,), trusted))
        return opened[-1]

    yield open_
    with ThreadPoolExecutor(len(opened) or 1) as pool:  # who polls takes its time
        list(pool.map(Watcher.close, opened))


@pytest.fixture(scope="package")
def below(desk: Desk, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nginx]:
    """Another web and another nginx, for /tsim of a host that has other things too."""
    folder = tmp_path_factory.mktemp("below")
    config = msgspec.structs.replace(desk.engine.config, bind=f"unix:{folder / 'web'}", root_path="/tsim")
    values = {"WEB": config.bind, "PAGE": config.page, "PATH": "/tsim", **FAST}
    with web(config, folder / "log"), nginx(folder / "nginx", values) as running:
        yield running

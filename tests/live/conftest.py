"""One engine and one web of each kind of worker for all tests of what is live."""

from collections.abc import Callable, Iterator

import msgspec
import pytest

from backend.config import Config
from tests.engine.desk import Desk, Person
from tests.engine.process import engine
from tests.live.site import Web, web
from tests.live.watcher import Watcher
from tests.small import write_small_network

Opens = Callable[..., Watcher]


@pytest.fixture(scope="package")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    place = tmp_path_factory.mktemp("live")
    facts = write_small_network(place / "small", [22])
    config = Config(facts=facts, state=place / "state", jobs_at_once=1, user_sockets=220, rate=("off",))
    with engine(config, place / "log") as running:
        yield Desk(running)


@pytest.fixture(scope="package")
def green(desk: Desk, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Web]:
    with web(desk.engine.config, tmp_path_factory.mktemp("green") / "log") as running:
        yield running


@pytest.fixture(scope="package")
def threaded(desk: Desk, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Web]:
    config = msgspec.structs.replace(desk.engine.config, worker_class="gthread")
    with web(config, tmp_path_factory.mktemp("threaded") / "log") as running:
        yield running


@pytest.fixture(params=["green", "threaded"])
def site(request: pytest.FixtureRequest) -> Web:
    """Both kinds of workers."""
    found: Web = request.getfixturevalue(request.param)
    return found


@pytest.fixture
def opens(green: Web) -> Iterator[Opens]:
    """Opens sockets, which end with the test."""
    opened: list[Watcher] = []

    def open_(person: Person, site: Web = green, transports: tuple[str, ...] = ("websocket",)) -> Watcher:
        opened.append(Watcher(site.url, site.cookie(person.session), transports))
        return opened[-1]

    yield open_
    for one in opened:
        one.close()

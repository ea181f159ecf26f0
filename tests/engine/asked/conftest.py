"""One real engine for all tests of what it can be asked. It ends with them: others look at what processes remain."""

from collections.abc import Iterator

import pytest

from backend.config import Config
from tests.engine.desk import Desk
from tests.engine.process import engine
from tests.small import write_small_network


@pytest.fixture(scope="package")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """One test at a time, so that those after it wait."""
    place = tmp_path_factory.mktemp("desk")
    facts = write_small_network(place / "small")
    config = Config(facts=facts, state=place / "state", jobs_at_once=1, max_services=3, watch_facts_s=0)
    with engine(config, place / "log") as running:
        yield Desk(running)

"""What the OpenAPI description promises is kept, whatever is asked, half of it as it forbids: 10,000 requests in `make
thorough`, and as many as one likes with `make fuzz ARGS=web`.
"""

from collections.abc import Iterator

import pytest

from tests.thorough import times
from tests.web.generated import Generated
from tests.web.real import town

pytestmark = pytest.mark.serial
ROUNDS = times(10, 1)
EACH = times(30, 14)
LEAST = times(1000, 400)
"""Requests of one round."""


@pytest.fixture(scope="module")
def generated(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Generated]:
    with town(tmp_path_factory.mktemp("contract")) as place:
        yield Generated(place)


@pytest.mark.parametrize("seed", range(ROUNDS))
def test_generated_requests_get_answers_as_they_are_described(generated: Generated, seed: int) -> None:
    generated.statuses.clear()
    generated.run(EACH, seed)
    assert generated.statuses.total() > LEAST
    assert generated.statuses[500] == 0
    # Neither all refused nor all taken, else little would have been tried.
    assert min(generated.statuses[status] for status in (200, 404, 422)) > LEAST // 20

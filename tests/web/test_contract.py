"""What the OpenAPI description promises is kept, whatever is asked, half of it as it forbids: 10,000 requests in `make
thorough`, and as many as one likes with `make fuzz ARGS=web`.
"""

from pathlib import Path

import pytest

from tests.thorough import times
from tests.web.generated import Generated
from tests.web.real import town

pytestmark = pytest.mark.serial
REQUESTS = times(10_000, 800)
EACH = times(60, 24)


def test_generated_requests_get_answers_as_they_are_described(tmp_path: Path) -> None:
    with town(tmp_path) as place:
        generated = Generated(place)
        seed = 0
        while generated.statuses.total() < REQUESTS:
            generated.run(EACH, seed)
            seed += 1
    assert not [status for status in generated.statuses if status == 500]
    # Neither all refused nor all taken, else little would have been tried.
    assert min(generated.statuses[status] for status in (200, 404, 422)) > REQUESTS // 20

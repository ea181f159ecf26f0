"""What the OpenAPI description promises is kept, whatever is asked: 2,000 requests, half of them as it forbids."""

from pathlib import Path

import pytest

from tests.web.generated import Generated
from tests.web.real import town

pytestmark = pytest.mark.serial
EACH = 60


def test_generated_requests_get_answers_as_they_are_described(tmp_path: Path) -> None:
    with town(tmp_path) as place:
        generated = Generated(place)
        generated.run(EACH)
    assert generated.statuses.total() > 2000
    # Neither all refused nor all taken, else little would have been tried.
    assert min(generated.statuses[status] for status in (200, 404, 422)) > 100

from collections.abc import Iterator

import pytest

from tests.auth.person import Person, person


@pytest.fixture(scope="package")
def ann() -> Iterator[Person]:
    with person() as one:
        yield one

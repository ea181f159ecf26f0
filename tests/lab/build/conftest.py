import os
from collections.abc import Iterator

import pytest

from backend.lab.kernel.namespace import new_network


@pytest.fixture
def namespace() -> Iterator[int]:
    with new_network() as descriptor:
        pass
    yield descriptor
    os.close(descriptor)

import os

import pytest


@pytest.mark.serial
@pytest.mark.skipif("PYTEST_XDIST_WORKER" not in os.environ, reason="all tests are in one process")
def test_serial_tests_of_a_folder_are_all_given_to_one_worker(request: pytest.FixtureRequest) -> None:
    assert request.node.nodeid.endswith("@serial-test_conftest.py")

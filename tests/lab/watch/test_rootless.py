"""The same for an ordinary user, who is root of a user namespace of its own."""

import pytest

from tests.lab.test_rootless import answers

pytestmark = [pytest.mark.root, pytest.mark.serial]
AGAIN = """
import sys
import pytest
from backend.lab.error import LabError
from backend.lab.kernel.namespace import leave
try:
    leave()
except OSError as error:
    raise LabError(str(error))
tests = [f"tests/lab/watch/test_{name}.py" for name in ("tap", "listener", "place", "watch", "inject")]
code = pytest.main(["-q", "-p", "no:cacheprovider", "-p", "no:xdist", *tests])
sys.stdout.flush()
print(int(code))
"""


def test_an_ordinary_user_is_told_the_same() -> None:
    said = answers(AGAIN)
    assert said is None or said[-1] == "0", "\n".join(said)

"""A small share of `python -m tests.fuzz.uploads`."""

from pathlib import Path

import pytest

from tests.fuzz import uploads

pytestmark = pytest.mark.serial


def test_hostile_archives_are_read_or_refused_and_leave_nothing(tmp_path: Path) -> None:
    assert uploads.run(tmp_path, 1, lambda count: count < 40) == ""

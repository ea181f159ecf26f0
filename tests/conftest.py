"""What many tests need. Tests marked `serial` share one xdist worker with all others of their folder, so that few
servers and labs fight for two cores; those in a browser share one, for one browser and one application.
"""

import os
from pathlib import Path

import pytest
from hypothesis import settings

from backend.config import Config

TESTS = Path(__file__).parent

settings.register_profile("suite", deadline=None, derandomize=True, print_blob=True)
settings.load_profile("suite")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "e2e" in item.path.parts:
            item.add_marker(pytest.mark.xdist_group("e2e"))
        elif item.get_closest_marker("serial"):
            item.add_marker(pytest.mark.xdist_group(f"serial-{item.path.relative_to(TESTS).parts[0]}"))
        if item.get_closest_marker("root") and os.geteuid() != 0:
            item.add_marker(pytest.mark.skip(reason="needs root"))


@pytest.fixture
def config(tmp_path: Path) -> Config:
    """A config that touches nothing outside the test's own directory."""
    page = tmp_path / "page"
    (page / "assets").mkdir(parents=True)
    (page / "index.html").write_text("<!doctype html><title>tsim</title>\n")
    (page / "assets" / "index-1a2b.js").write_text("export {};\n")
    return Config(
        state=tmp_path / "state", page=page, secret_key="a key for tests only", watch_facts_s=0, rate=("off",)
    )

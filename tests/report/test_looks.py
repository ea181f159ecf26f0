import pytest
from PIL import Image, ImageChops

from tests.report.looks import FEW, HERE, LOOKS, difference


@pytest.mark.parametrize("name", LOOKS)
def test_it_looks_as_it_did_when_somebody_looked_at_it(name: str) -> None:
    with Image.open(HERE / f"{name}.png") as stored:
        assert difference(LOOKS[name](), stored) < FEW


def test_what_has_moved_is_seen() -> None:
    with Image.open(HERE / "summary.png") as stored:
        assert difference(stored, stored) == 0
        assert difference(ImageChops.offset(stored, 0, 6), stored) > FEW
        blank = stored.copy()
        blank.paste(255, (0, 0, stored.width, stored.height // 8))
        assert difference(blank, stored) > FEW
        assert difference(stored.resize((100, 100)), stored) == 1

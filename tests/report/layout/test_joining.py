import unicodedata

import pytest

from backend.report.layout.joining import joined


@pytest.mark.parametrize(
    ("text", "shapes"),
    [
        ("ب", "ISOLATED"),
        ("ببب", "INITIAL MEDIAL FINAL"),
        ("باب", "INITIAL FINAL ISOLATED"),
        ("ب ب", "ISOLATED SPACE ISOLATED"),
        ("لا", "INITIAL FINAL"),
        ("بَب", "INITIAL FATHA FINAL"),
    ],
)
def test_a_letter_is_shaped_by_those_beside_it(text: str, shapes: str) -> None:
    names = [unicodedata.name(sign) for sign in joined(text)]
    assert [name.removesuffix(" FORM").split()[-1] for name in names] == shapes.split()


def test_what_is_meant_stays() -> None:
    assert unicodedata.normalize("NFKC", joined("قاعدة الجدار")) == "قاعدة الجدار"
    assert joined("-j DROP אב") == "-j DROP אב"

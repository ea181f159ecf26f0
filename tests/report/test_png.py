import io

from PIL import Image

from backend.report.layout.marks import BAD, GOOD, Box, Face, Link, Mark, Shape, Stroke, Text
from backend.report.png import MOST, png

MARKS: tuple[Mark, ...] = (
    Box(10, 10, 30, 20, None, GOOD),
    Box(60, 10, 30, 20, BAD, None, 2.0, radius=6.0),
    Stroke(10, 50, 90, 50, BAD, 2.0),
    Shape(((10, 60), (30, 60), (10, 80)), GOOD),
    Text(60, 90, "$DROP$ אב", Face.BOLD, 9.0, BAD),
    Link(0, 0, 5, 5, "nowhere"),
)


def image(marks: tuple[Mark, ...] = MARKS, wide: float = 150, high: float = 100) -> Image.Image:
    return Image.open(io.BytesIO(png(marks, wide, high)))


def colour(text: str) -> tuple[int, ...]:
    return tuple(int(text[at : at + 2], 16) for at in (1, 3, 5))


def test_every_mark_is_where_it_should_be_on_white() -> None:
    drawn = image()
    assert drawn.size == (300, 200)
    assert [drawn.getpixel(at) for at in ((40, 40), (100, 100), (26, 126))] == [
        colour(GOOD), colour(BAD), colour(GOOD),
    ]  # fmt: skip
    assert drawn.getpixel((150, 40)) == (255, 255, 255), "a box may be empty"
    assert drawn.getpixel((120, 40)) == colour(BAD)
    assert drawn.getpixel((120, 20)) != colour(BAD), "round corners"
    text = drawn.crop((118, 160, 290, 190))
    assert colour(BAD) in text.get_flattened_data()


def test_the_same_marks_are_the_same_bytes() -> None:
    assert png(MARKS, 150, 100) == png(MARKS, 150, 100)


def test_a_picture_of_a_large_network_has_no_more_dots_than_a_screen_can_show() -> None:
    wide, high = image(wide=8000, high=3000).size
    assert wide * high < MOST * 1.01

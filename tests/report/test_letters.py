from backend.report.file import File
from backend.report.fonts import typefaces
from backend.report.letters import Letters, put_font


def test_each_letter_has_a_number_from_when_it_comes_first() -> None:
    letters = Letters()
    assert "ABBA→".translate(letters) == "00010002000200010003"
    assert list(letters) == [ord("A"), ord("B"), ord("→")]


def test_only_the_shapes_of_its_letters_are_in_the_file() -> None:
    sizes = []
    for text in ("A", "ABCDEFGHIJKLMNOPQRSTUVWXYZ"):
        letters, file = Letters(), File()
        text.translate(letters)
        put_font(file, next(iter(typefaces().values())).name, letters)
        sizes.append(len(file.made("<< >>", "<< >>")))
    assert sizes[0] < sizes[1] < 60_000

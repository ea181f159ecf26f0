from backend.report.file import File
from backend.report.fonts import typefaces
from backend.report.letters import Letters, put_font


def test_each_letter_has_a_number_from_when_it_comes_first() -> None:
    letters = Letters()
    assert "ABBA→".translate(letters) == "\0\1\0\2\0\2\0\1\0\3"
    assert list(letters) == [ord("A"), ord("B"), ord("→")]


def test_numbers_that_a_string_ends_with_are_escaped() -> None:
    letters = Letters()
    written = [letters[code] for code in range(300)]
    assert written[ord("(") - 1] == "\0\\("
    assert written[ord("\r") - 1] == "\0\\r"
    assert written[0x128 - 1] == "\1\\("


def test_only_the_shapes_of_its_letters_are_in_the_file() -> None:
    sizes = []
    for text in ("A", "ABCDEFGHIJKLMNOPQRSTUVWXYZ"):
        letters, file = Letters(), File()
        text.translate(letters)
        put_font(file, next(iter(typefaces().values())).name, letters)
        sizes.append(len(file.made("<< >>", "<< >>")))
    assert sizes[0] < sizes[1] < 60_000

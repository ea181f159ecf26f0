"""Lines of a script; what a person types at a terminal is in test_tsimsh."""

from io import StringIO

from backend.cli.lines import LIMIT, Line, LineError, lines


def read(text: str) -> list[list[str] | str]:
    found: list[list[str] | str] = []
    for each in lines(StringIO(text)):
        found.append(f"line {each.number}: {each}" if isinstance(each, LineError) else list(each.words))
    return found


def test_words_of_each_line_without_blanks_and_remarks() -> None:
    assert read("trace -s 'a b'\n\n  # not this\nfacts -j # nor this\n") == [["trace", "-s", "a b"], ["facts", "-j"]]


def test_each_knows_where_it_stands() -> None:
    assert list(lines(StringIO("\nfacts\n# x\nnetwork"))) == [Line(2, ("facts",)), Line(4, ("network",))]


def test_what_comes_behind_exit_is_not_read() -> None:
    assert read("facts\nexit\nnetwork\n") == read("facts\nquit") == [["facts"]]


def test_a_byte_order_mark_is_no_word() -> None:
    assert read("\ufefffacts\n") == [["facts"]]


def test_what_cannot_be_read_is_named_by_its_line_and_the_rest_goes_on() -> None:
    found = read(f"facts\ntrace 'x\n{'y' * 3 * LIMIT}\nfacts")
    assert found == [["facts"], "line 2: No closing quotation", f"line 3: more than {LIMIT} characters", ["facts"]]


def test_what_was_said_stays_with_the_error() -> None:
    (error,) = lines(StringIO("trace 'x -j"))
    assert isinstance(error, LineError)
    assert error.text == "trace 'x -j"


def test_a_person_is_asked_until_nothing_more_comes() -> None:
    said = iter(["facts", "", "network"])

    def ask() -> str:
        for line in said:
            return line
        raise EOFError

    assert [each.number for each in lines(StringIO("never"), ask) if isinstance(each, Line)] == [1, 3]

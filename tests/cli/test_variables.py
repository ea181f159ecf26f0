import pytest

from backend.cli.error import UsageError
from backend.cli.variables import expanded
from tests.cli.networks import small
from tests.cli.playing import shell_of, told


def test_a_variable_is_set_listed_and_forgotten() -> None:
    shell = shell_of(small())
    assert told("set src pc", shell).text == ""
    assert told("set 'dst' 'a b'", shell).code == 0
    assert told("set", shell).text == "dst a b\nsrc pc"
    assert told("set -j", shell).document == {"dst": "a b", "src": "pc"}
    assert told("unset src", shell).code == 0
    assert shell.variables == {"dst": "a b"}
    assert shell_of(small()).variables == {}


def test_words_hold_what_variables_stand_for() -> None:
    known = {"src": "10.0.0.1", "two": "a b"}
    assert expanded(["$src", "${src}:$src", "x$two", "$$src", "5$"], known) == [
        "10.0.0.1", "10.0.0.1:10.0.0.1", "xa b", "$src", "5$",
    ]  # fmt: skip


@pytest.mark.parametrize("word", ["$nothing", "${nothing}", "${}", "${a b}"])
def test_one_that_is_not_set_is_named(word: str) -> None:
    with pytest.raises(UsageError, match="is not set"):
        expanded([word], {})


@pytest.mark.parametrize("line", ["set 1a x", "set a-b x", "set a", "unset a", f"set a {'x' * 5000}"])
def test_what_is_no_variable_is_refused(line: str) -> None:
    with pytest.raises(UsageError, match=line.split()[0]):
        told(line, shell_of(small()))

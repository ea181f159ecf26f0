from pathlib import Path

from backend.engine.changes import Changes, Seen, beside


def looked(path: Path) -> Seen:
    seen = Seen(path)
    seen.look()
    return seen


def test_each_change_is_another_number_to_all_who_look(tmp_path: Path) -> None:
    path = beside(tmp_path / "socket")
    changes = Changes(path)
    one, other = looked(path), looked(path)
    assert one.number is not None
    numbers = [one.number]
    for _ in range(3):
        changes.count()
        assert one.number == other.number
        numbers.append(one.number)
    assert len(set(numbers)) == 4


def test_an_engine_that_begins_is_a_change_too(tmp_path: Path) -> None:
    path = tmp_path / "changes"
    Changes(path)
    seen = looked(path)
    before = seen.number
    Changes(path)
    assert seen.number != before


def test_where_nobody_counts_there_is_no_number(tmp_path: Path) -> None:
    path = tmp_path / "changes"
    seen = Seen(path)

    def is_counted() -> bool:
        seen.look()
        return seen.number is not None

    assert not is_counted()
    path.touch()
    assert not is_counted()
    Changes(path)
    assert is_counted()
    path.unlink()
    assert not is_counted()


def test_another_file_of_the_same_name_is_noticed(tmp_path: Path) -> None:
    path = tmp_path / "changes"
    Changes(path).count()
    seen = looked(path)
    before = path.with_name("before")
    path.rename(before)
    changes = Changes(path)
    seen.look()
    number = seen.number
    changes.count()
    assert seen.number != number

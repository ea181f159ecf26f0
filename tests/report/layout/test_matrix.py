from backend.report.layout.marks import Box
from backend.report.layout.matrix import Line, Spot, put_matrix
from tests.report.layout.sheets import all_texts, is_within, pages, sheet


def test_a_sign_for_each_service_and_router() -> None:
    used = sheet()
    put_matrix(used, ["a", "b"], [Line("22/tcp", (Spot("✓"), Spot("✗"))), Line("80/tcp", (Spot("·"), Spot("?")))])
    assert all_texts(used) == ["a", "b", "22/tcp", "✓", "✗", "80/tcp", "·", "?"]


def test_words_stand_beside_the_signs_where_all_columns_have_room() -> None:
    spot = Spot("✓", word="passes", fill="#e7f2ea")
    for count, said in ((3, "✓ passes"), (30, "✓")):
        used = sheet()
        put_matrix(used, [f"r{number}" for number in range(count)], [Line("22/tcp", (spot,) * count)])
        assert all_texts(used).count(said) == count
        boxes = [mark for mark in pages(used)[0].marks if isinstance(mark, Box) and mark.fill == "#e7f2ea"]
        assert len(boxes) == count


def test_many_routers_and_services_go_on_below_with_their_names() -> None:
    used = sheet()
    names = [f"router{number}" for number in range(30)]
    put_matrix(used, names, [Line(f"{port}/tcp", (Spot("✓"),) * 30) for port in range(100)])
    found = all_texts(used)
    assert found.count("✓") == 3000
    assert found.count("99/tcp") == 1
    assert is_within(used)


def test_more_than_a_page_is_wide_go_on_below() -> None:
    used = sheet()
    names = [f"router{number}" for number in range(70)]
    put_matrix(used, names, [Line("22/tcp", (Spot("✓"),) * 70)])
    found = all_texts(used)
    assert found.count("✓") == 70
    assert found.count("22/tcp") == 3
    assert [name for name in found if name.startswith("router")] == names


def test_names_of_any_length_stay_in_their_columns() -> None:
    for count in (3, 30):
        used = sheet()
        put_matrix(used, ["x" * 2000] * count, [Line("y" * 2000, (Spot("✓"),) * count)])
        assert is_within(used)

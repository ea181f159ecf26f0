from backend.report.layout.reading import as_seen


def test_hebrew_is_turned_round_and_what_is_around_it_stays() -> None:
    assert as_seen("rule אבג ok") == "rule גבא ok"


def test_words_in_one_row_change_places() -> None:
    assert as_seen("אב גד") == "דג בא"


def test_numbers_keep_their_order() -> None:
    assert as_seen("אב 10.1.1.1") == "בא 10.1.1.1"


def test_all_else_is_left_alone() -> None:
    assert as_seen("-A FORWARD → ok") == "-A FORWARD → ok"

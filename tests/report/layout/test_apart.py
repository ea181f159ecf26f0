import numpy as np

from backend.report.layout.apart import apart

SIZES = np.array([[40.0, 10.0]] * 3)
EASES = np.ones(3)


def test_boxes_that_are_too_near_go_where_it_is_less_far() -> None:
    places = apart(np.array([[0.0, 0.0], [5.0, 4.0], [500.0, 0.0]]), SIZES, EASES, [], gap=2.0)
    assert places.tolist() == [[0.0, -4.0], [5.0, 8.0], [500.0, 0.0]]


def test_who_is_heavier_moves_less() -> None:
    places = apart(np.array([[0.0, 0.0], [0.0, 4.0], [500.0, 0.0]]), SIZES, np.array([1.0, 3.0, 1.0]), [], gap=2.0)
    assert places[0, 1] == -2.0
    assert places[1, 1] == 10.0


def test_a_box_leaves_a_line_that_is_not_its_own() -> None:
    places = apart(np.array([[0.0, 0.0], [200.0, 0.0], [100.0, 1.0]]), SIZES, EASES, [(0, 1)], gap=2.0)
    assert places[2, 1] - max(places[0, 1], places[1, 1]) >= 5.0 + 3.0 - 0.1
    own = np.array([[0.0, 0.0], [200.0, 0.0], [400.0, 1.0]])
    assert (apart(own, SIZES, EASES, [(0, 1)], gap=2.0) == own).all()


def test_a_heap_is_sorted_out() -> None:
    count = 60
    sizes = np.array([[40.0, 10.0]] * count)
    places = apart(np.array([[at % 7, at % 5] for at in range(count)], dtype=float), sizes, np.ones(count), [], gap=2.0)
    for one in range(count):
        for other in range(one):
            x, y = np.abs(places[one] - places[other])
            assert x > 40 or y > 10

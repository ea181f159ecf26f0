import numpy as np

from backend.report.layout.spread import MOST, Edge, Places, spread

RING: list[Edge] = [(at, (at + 1) % 8, 100.0) for at in range(8)]


def test_neighbours_are_about_as_far_apart_as_they_should_be() -> None:
    places = spread(8, RING)
    long = [float(np.hypot(*(places[one] - places[other]))) for one, other, _ in RING]
    assert min(long) > 60
    assert max(long) < 140


def test_a_tree_has_no_crossings_and_lies_on_its_side() -> None:
    tree = [(at, (at - 1) // 2, 100.0) for at in range(1, 15)]
    places = spread(15, tree)
    assert np.ptp(places[:, 0]) > np.ptp(places[:, 1])
    assert not any(crossed(places, one, other) for one in tree for other in tree)


def crossed(places: Places, one: Edge, other: Edge) -> bool:
    a, b, c, d = (places[node] for node in (*one[:2], *other[:2]))
    if {*one[:2]} & {*other[:2]}:
        return False
    sides = [float(np.linalg.det([end - begin, point - begin])) for begin, end, point in
             ((a, b, c), (a, b, d), (c, d, a), (c, d, b))]  # fmt: skip
    return sides[0] * sides[1] < 0 and sides[2] * sides[3] < 0


def test_one_and_very_many_are_spread_too() -> None:
    assert spread(1, []).tolist() == [[0, 0]]
    count = MOST + 1
    places = spread(count, [(at, at + 1, 10.0) for at in range(count - 1)])
    assert np.isfinite(places).all()


def test_the_same_graph_has_the_same_picture() -> None:
    assert (spread(8, RING) == spread(8, RING)).all()

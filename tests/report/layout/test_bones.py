from backend.report.layout.bones import Bones, Node, Tie, bones_of

ROUTER, SHARED, LINK, STUB = (Node(kind, 60.0, 20.0) for kind in ("router", "shared", "link", "stub"))


def middles(bones: Bones, *numbers: int) -> list[tuple[float, float]]:
    return [bones.places[number] for number in numbers]


def test_the_name_of_a_link_is_between_its_routers() -> None:
    bones = bones_of([ROUTER, ROUTER, LINK], [Tie(0, 2, 20.0), Tie(1, 2, 20.0)])
    (x1, y1), (x2, y2), (x, y) = bones.places
    assert (round(x, 6), round(y, 6)) == (round((x1 + x2) / 2, 6), round((y1 + y2) / 2, 6))
    assert round(abs(x2 - x1), 6) >= 60 + 60 + 20 + 20, "there is room for all names"


def test_two_links_between_the_same_routers_do_not_lie_upon_each_other() -> None:
    bones = bones_of([ROUTER, ROUTER, LINK, LINK], [Tie(at, link, 20.0) for link in (2, 3) for at in (0, 1)])
    assert abs(bones.places[2][1] - bones.places[3][1]) > 20


def test_stubs_stand_around_their_router() -> None:
    bones = bones_of([ROUTER, STUB, STUB, STUB], [Tie(0, stub, 20.0) for stub in (1, 2, 3)])
    (x, y), *stubs = bones.places
    assert len({(x < left, y < top) for left, top in stubs}) > 1
    assert all(abs(left - x) < 200 and abs(top - y) < 100 for left, top in stubs)


def test_an_interface_of_a_router_may_lead_to_itself() -> None:
    bones = bones_of([ROUTER, LINK], [Tie(0, 1, 20.0), Tie(0, 1, 20.0)])
    assert len(set(bones.places)) == 2


def test_what_nothing_ties_together_stands_side_by_side_within_the_size() -> None:
    bones = bones_of([ROUTER] * 9, [])
    assert len({x for x, _ in bones.places}) > 1
    assert len({y for _, y in bones.places}) > 1
    assert all(30 <= x <= bones.size[0] - 30 and 10 <= y <= bones.size[1] - 10 for x, y in bones.places)


def test_without_anything_there_is_nothing() -> None:
    assert bones_of([], []) == Bones((), (), (0.0, 0.0))

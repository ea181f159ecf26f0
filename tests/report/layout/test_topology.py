import itertools
from pathlib import Path
from typing import Any

import msgspec
import pytest

import backend.demo
from backend.facts import read_directory
from backend.report.fonts import fonts
from backend.report.layout.topology import Member, Router, Segment, SegmentOf, Topology, edge, kind_of, topology
from backend.report.reading import as_json
from backend.wire.topology import topology_document
from tests.report.layout.sheets import FONTS

DEMO = Path(backend.demo.__file__).parent / "facts"


@pytest.fixture(scope="module")
def demo() -> dict[str, Any]:
    return topology_document(read_directory(DEMO).network, [])


@pytest.fixture(scope="module")
def drawn(demo: dict[str, Any]) -> Topology:
    return topology(as_json(demo), fonts())


def made(count: int) -> dict[str, Any]:
    """Each router is linked to the one before and to one far before, and has a stub."""
    names = [f"gw-{number}" for number in range(count)]
    pairs = [(at, before) for at in range(1, count) for before in {at - 1, at * 2 // 3} if before != at]
    links = [
        {"name": f"10.0.{at}.{before}/30", "members": [member(names[at], "eth0"), member(names[before], f"eth{at}")]}
        for at, before in pairs
    ]
    stubs = [{"name": f"10.1.{at}.0/24", "members": [member(name, "lan")]} for at, name in enumerate(names)]
    return {"routers": [{"name": name} for name in names], "segments": [*links, *stubs]}


def member(router: str, interface: str) -> dict[str, str]:
    return {"router": router, "interface": interface}


def test_all_of_a_network_is_there(demo: dict[str, Any], drawn: Topology) -> None:
    assert {each.name for each in drawn.routers} == {each["name"] for each in demo["routers"]}
    assert {each.name for each in drawn.segments} == {each["name"] for each in demo["segments"]}
    members = {(each["name"], one["router"], one["interface"]) for each in demo["segments"] for one in each["members"]}
    assert {(link.segment, link.router, link.interface) for link in drawn.links} == members
    hosts = {each["name"]: len(each["hosts"]) for each in demo["segments"]}
    assert {each.name: each.hosts for each in drawn.segments} == hosts


@pytest.mark.parametrize("count", [3, 20, 60])
def test_no_box_stands_upon_another_or_beyond_the_edge(count: int, drawn: Topology) -> None:
    for map_ in (topology(as_json(made(count)), FONTS), drawn):
        boxes: list[Router | Segment] = [*map_.routers, *map_.segments]
        for box in boxes:
            assert box.width / 2 <= box.x <= map_.width - box.width / 2
            assert box.height / 2 <= box.y <= map_.height - box.height / 2
        for one, other in itertools.combinations(boxes, 2):
            is_beside = abs(one.x - other.x) >= (one.width + other.width) / 2
            assert is_beside or abs(one.y - other.y) >= (one.height + other.height) / 2, (one, other)


def test_links_go_from_the_edge_of_a_router_to_its_segment(drawn: Topology) -> None:
    routers = {each.name: each for each in drawn.routers}
    segments = {each.name: each for each in drawn.segments}
    for link in drawn.links:
        begin, end = link.points
        assert is_on_edge(begin, routers[link.router])
        segment = segments[link.segment]
        assert end == (segment.x, segment.y) if segment.kind == "link" else is_on_edge(end, segment)


def is_on_edge(point: tuple[float, float], box: Router | Segment) -> bool:
    x, y = abs(point[0] - box.x) - box.width / 2, abs(point[1] - box.y) - box.height / 2
    return max(x, y) < 0.11 and max(x, y) > -0.11


def test_names_of_interfaces_do_not_hide_each_other(drawn: Topology) -> None:
    for one, other in itertools.combinations(drawn.links, 2):
        assert abs(one.label[0] - other.label[0]) > 6 or abs(one.label[1] - other.label[1]) > 5


def test_what_kinds_of_segments_there_are() -> None:
    one, other = Member("a", "eth0"), Member("b", "eth0")
    assert kind_of(SegmentOf("s", (one,), ("pc",))) == "stub"
    assert kind_of(SegmentOf("s", (one, other))) == "link"
    assert kind_of(SegmentOf("s", (one, other), ("pc",))) == "shared"


def test_the_same_network_stands_at_the_same_places(demo: dict[str, Any], drawn: Topology) -> None:
    turned = demo | {"routers": demo["routers"][::-1], "segments": demo["segments"][::-1]}
    assert msgspec.json.encode(topology(as_json(turned), fonts())) == msgspec.json.encode(drawn)


def test_a_line_leaves_a_box_at_its_edge() -> None:
    box = Router("gw", 100.0, 50.0, 40.0, 20.0)
    assert edge(box, (200.0, 50.0)) == (120.0, 50.0)
    assert edge(box, (100.0, 0.0)) == (100.0, 40.0)
    assert edge(box, (105.0, 50.0)) == (105.0, 50.0), "inside already"


def test_a_network_without_routers() -> None:
    assert topology(as_json({}), FONTS).routers == ()

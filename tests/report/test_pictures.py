from collections.abc import Callable
from xml.etree import ElementTree

import msgspec
import pytest

from backend.report import ReportError, path_layout, path_picture, topology_layout, topology_picture
from tests.report.hostile import nasty
from tests.report.layout.test_map import NETWORK
from tests.report.results import NAMES, read

SPACE = "{http://www.w3.org/2000/svg}"


def drawn(name: str, service: str) -> ElementTree.Element:
    return ElementTree.fromstring(path_picture(read(name), service))


def said(picture: ElementTree.Element) -> list[str]:
    return [each.text or "" for each in picture.iter(f"{SPACE}text")]


def test_the_same_path_as_on_paper() -> None:
    texts = said(drawn("accepted", "22/tcp"))
    assert texts[0] == "There"
    for part in ("10.1.1.50", "hq-gw", "eth1 → wg0", "10.100.1.0", "br-gw", "br-pc1", "Back"):
        assert part in texts


def test_who_cannot_see_it_is_told() -> None:
    picture = drawn("dropped", "5432/tcp")
    assert picture.get("role") == "img"
    assert picture.get("aria-label") == "5432/tcp ✗ denied forward, by proof: 10.1.1.50 to 10.3.20.10"


@pytest.mark.parametrize("name", NAMES)
def test_each_service_of_a_result_has_one(name: str) -> None:
    for service in read(name)["services"]:
        label = f"{service['port']}/{service['protocol']}" if service["port"] else service["protocol"]
        picture = drawn(name, label)
        height = float(picture.get("height", "0"))
        assert all(float(each.get("y", "0")) < height for each in picture.iter(f"{SPACE}rect"))


def test_hostile_texts_are_text() -> None:
    document = nasty("accepted")
    (service,) = document["proof"]["services"]
    label = f"{service['port']}/<b>bold</b><script>alert(1)</script>"
    service["protocol"] = label.partition("/")[2]
    picture = ElementTree.fromstring(path_picture(document, label))
    assert {each.tag.removeprefix(SPACE) for each in picture.iter()} <= {
        "svg", "title", "text", "line", "rect", "polygon",
    }  # fmt: skip


def test_a_service_that_was_not_asked_for_is_named() -> None:
    with pytest.raises(ReportError, match="service: '9/udp' is none of 22/tcp"):
        path_picture(read("accepted"), "9/udp")


@pytest.mark.parametrize("draw", [lambda form: path_picture(read("accepted"), "22/tcp", form),
                                  lambda form: topology_picture(NETWORK, form)])  # fmt: skip
def test_forms(draw: Callable[[str], bytes]) -> None:
    assert draw("svg").startswith(b"<svg")
    assert draw("png").startswith(b"\x89PNG")
    with pytest.raises(ReportError, match="form: 'gif' is none of svg, png"):
        draw("gif")


def test_a_network_is_drawn_and_its_numbers_are_those_of_the_drawing() -> None:
    picture = ElementTree.fromstring(topology_picture(NETWORK))
    layout = msgspec.json.decode(topology_layout(NETWORK))
    assert (picture.get("width"), picture.get("height")) == (f"{layout['width']:g}", f"{layout['height']:g}")
    assert picture.get("aria-label") == "2 routers and 3 segments"
    assert [router["name"] for router in layout["routers"]] == ["gw-a", "gw-b"]
    assert {"gw-a", "gw-b", "wg0", "2 hosts"} <= set(said(picture))


def test_a_hostile_network_is_shown_and_its_numbers_have_the_names_that_it_has() -> None:
    name = "\x1b]0;<script>\u202e"
    network = {"routers": [{"name": name}], "segments": []}
    assert "\\x1b]0;<script>" in "".join(said(ElementTree.fromstring(topology_picture(network))))
    assert msgspec.json.decode(topology_layout(network))["routers"][0]["name"] == name


@pytest.mark.parametrize("name", ["accepted", "ten-services"])
def test_the_places_of_a_path_are_those_of_the_picture(name: str) -> None:
    service = read(name)["services"][-1]
    label = f"{service['port']}/{service['protocol']}" if service["port"] else service["protocol"]
    layout = msgspec.json.decode(path_layout(read(name), label))
    picture = drawn(name, label)
    assert float(picture.get("width", "0")) == layout["width"]
    boxes = {(float(each.get("x", "0")), float(each.get("y", "0"))) for each in picture.iter(f"{SPACE}rect")}
    machines = [machine for way in layout["ways"] for machine in way["machines"]]
    assert {(each["x"] - each["width"] / 2, each["y"] - each["height"] / 2) for each in machines} == boxes
    assert [way["direction"] for way in layout["ways"]] == ["there", "back"]
    first, second, *_ = layout["ways"][0]["machines"]
    assert first["arrow"][0][0] == first["x"] + first["width"] / 2
    assert first["arrow"][-1][0] == second["x"] - second["width"] / 2
    assert layout["ways"][0]["machines"][-1]["arrow"] == []


def test_a_narrow_path_is_a_column() -> None:
    layout = msgspec.json.decode(path_layout(read("ten-services"), "", 160))
    machines = layout["ways"][0]["machines"]
    assert layout["width"] == 160
    assert len({each["x"] for each in machines}) == 1
    assert all(each["x"] + each["width"] / 2 <= 160 for each in machines)
    assert machines[-1]["y"] + machines[-1]["height"] / 2 <= layout["height"]

from backend.report.layout.map import map_drawing
from backend.report.layout.marks import Box, Stroke, Text
from backend.report.layout.topology import topology
from backend.report.reading import as_json
from tests.report.layout.sheets import FONTS
from tests.report.layout.test_topology import member

NETWORK = {
    "routers": [{"name": "gw-a", "location": {"name": "Lyon"}}, {"name": "gw-b"}],
    "segments": [
        {"name": "10.0.0.0/30", "members": [member("gw-a", "eth0"), member("gw-b", "wg0")]},
        {"name": "10.1.0.0/24", "members": [member("gw-a", "eth1")], "hosts": ["pc1", "pc2"]},
        {"name": "10.2.0.0/24", "members": [member("gw-b", "eth1")], "hosts": ["pc3"]},
    ],
}


def test_names_of_all_are_written_and_each_interface_has_its_line() -> None:
    marks = map_drawing(FONTS, topology(as_json(NETWORK), FONTS))
    texts = [mark.text for mark in marks if isinstance(mark, Text)]
    assert sorted(texts) == sorted([
        "gw-a", "Lyon", "gw-b", "10.0.0.0/30", "10.1.0.0/24", "10.2.0.0/24", "eth0", "wg0", "eth1", "eth1", "2 hosts",
        "1 host",
    ])  # fmt: skip
    assert sum(isinstance(mark, Stroke) for mark in marks) == 4


def test_texts_stand_on_their_boxes_and_lines_below_both() -> None:
    marks = map_drawing(FONTS, topology(as_json(NETWORK), FONTS))
    kinds = [type(mark) for mark in marks]
    assert kinds.index(Box) > max(at for at, kind in enumerate(kinds) if kind is Stroke)

"""Paths of a result as drawings."""

from collections.abc import Sequence

from backend.report.layout.marks import FAINT, Face
from backend.report.layout.path import Node, path_drawing
from backend.report.layout.sheet import Sheet
from backend.report.pages.words import Sign, sign_of
from backend.report.result import Hop, Way

HERE = Sign("", FAINT)


def put_way(sheet: Sheet, title: str, way: Way, source: str, destination: str) -> None:
    """From where it comes to where it ends, and how far that is from where it should go."""
    share = f" ({way.share:.0%} of connections)" if way.share < 1 else ""
    drawing = path_drawing(sheet.fonts, nodes(way, source, destination), sheet.left, 0.0, sheet.width)
    sheet.ensure(min(drawing.height + 16, sheet.bottom - sheet.top))
    sheet.write(f"{title}{share}", Face.BOLD, 8.0, FAINT, after=3.0)
    _put_drawing(sheet, nodes(way, source, destination))
    sheet.down(9.0)


def _put_drawing(sheet: Sheet, all_nodes: Sequence[Node]) -> None:
    drawing = path_drawing(sheet.fonts, all_nodes, sheet.left, sheet.y, sheet.width)
    sheet.ensure(min(drawing.height, sheet.bottom - sheet.top))
    sheet.put(*path_drawing(sheet.fonts, all_nodes, sheet.left, sheet.y, sheet.width).marks)
    sheet.down(drawing.height)


def nodes(way: Way, source: str, destination: str) -> list[Node]:
    found = [Node(source, ("source",), is_router=False)]
    found += [_node(hop) for hop in way.path]
    last = way.path[-1] if way.path else None
    if last is None or (last.is_router and destination not in (last.ip, last.name)):
        is_there = way.verdict == "accepted"
        found.append(Node(destination, ("destination",), is_router=False, is_reached=is_there))
    return found


def _node(hop: Hop) -> Node:
    sign = sign_of(hop.verdict)
    devices = f"{hop.incoming or '·'} → {hop.outgoing or '·'}" if hop.is_router else hop.incoming
    lines = tuple(line for line in (hop.ip, devices) if line)
    if hop.verdict != "accepted":
        lines = (*lines, hop.verdict.replace("_", " "))
    is_stop = hop.verdict != "accepted"
    return Node(hop.name, lines, sign.text, sign.ink, is_stop, hop.is_router, True, hop.segment or "")

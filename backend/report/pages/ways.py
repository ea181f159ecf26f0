"""Paths of a result as drawings."""

from msgspec import Struct

from backend.report.layout.marks import FAINT, Face
from backend.report.layout.path import Node, path_drawing
from backend.report.layout.sheet import Sheet
from backend.report.pages.words import sign_of, spoken
from backend.report.result import Hop, Service, Way

MOST = 40
"""Machines in one drawing: as many as a page holds."""
ABOVE = 16.0
"""What stands above a drawing takes."""


class Ends(Struct, frozen=True):
    """From where to where; of an answer, from the destination to the source."""

    source: str
    destination: str
    is_answer: bool = False

    @property
    def back(self) -> "Ends":
        return Ends(self.destination, self.source, True)


def put_way(sheet: Sheet, title: str, way: Way, ends: Ends) -> None:
    """From where it comes to where it ends, and how far that is from where it should go."""
    share = f" ({way.share:.0%} of connections)" if way.share < 1 else ""
    all_nodes = nodes(way, ends)
    for start in range(0, len(all_nodes), MOST):
        some = all_nodes[start : start + MOST]
        height = path_drawing(sheet.fonts, some, sheet.left, 0.0, sheet.width).height
        sheet.ensure(height + ABOVE)
        sheet.write(f"{title}{share}" if start == 0 else f"{title}, continued", Face.BOLD, 8.0, FAINT, after=3.0)
        sheet.put(*path_drawing(sheet.fonts, some, sheet.left, sheet.y, sheet.width).marks)
        sheet.down(height + 9.0)


def put_ways(sheet: Sheet, service: Service, predicted: Service, ends: Ends) -> None:
    """Of ways of equal cost, which only a prediction knows, the others as well."""
    if service.forward is None and service.back is None:
        return
    first = service.forward or service.back
    drawn = path_drawing(sheet.fonts, nodes(first, ends)[:MOST], sheet.left, 0.0, sheet.width) if first else None
    sheet.heading("Path", 10.0, keep=drawn.height + ABOVE if drawn else 0.0)
    for word, way, known, whence in (
        ("There", service.forward, predicted.forward, ends),
        ("Back", service.back, predicted.back, ends.back),
    ):
        if way is not None:
            put_way(sheet, f"{word}{_stopped(way)}", way, whence)
            _alternatives(sheet, known, whence)


def _stopped(way: Way) -> str:
    if way.verdict == "accepted":
        return ""
    return f", {spoken(way.verdict)}: {way.reason}" if way.reason else f", {spoken(way.verdict)}"


def _alternatives(sheet: Sheet, way: Way | None, ends: Ends) -> None:
    for other in way.alternatives if way else ():
        put_way(sheet, f"Or{_stopped(other) or ', accepted'}", other, ends)
        for condition in other.conditions:
            sheet.point(condition, "?")


def nodes(way: Way, ends: Ends) -> list[Node]:
    words = ("destination", "source") if ends.is_answer else ("source", "destination")
    found = [Node(ends.source, (words[0],), is_router=False)]
    found += [_node(hop) for hop in way.path]
    last = way.path[-1] if way.path else None
    if last is None or (last.is_router and ends.destination not in (last.ip, last.name)):
        is_there = way.verdict == "accepted"
        found.append(Node(ends.destination, (words[1],), is_router=False, is_reached=is_there))
    return found


def _node(hop: Hop) -> Node:
    sign = sign_of(hop.verdict)
    devices = f"{hop.incoming or '·'} → {hop.outgoing or '·'}" if hop.is_router else hop.incoming
    lines = tuple(line for line in (hop.ip, devices) if line)
    if hop.verdict != "accepted":
        lines = (*lines, hop.verdict.replace("_", " "))
    is_stop = hop.verdict != "accepted"
    return Node(hop.name, lines, sign.text, sign.ink, is_stop, hop.is_router, True, hop.segment or "")

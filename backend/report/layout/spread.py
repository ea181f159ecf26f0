"""Where the nodes of a graph stand so that what is near in it is near on the page.

Stress is made small: between any two nodes the distance on the page should be that of the shortest way between them
(Gansner, Koren and North, "Graph Drawing by Stress Majorization", 2004). It begins in several ways, none of them by
chance, and what has the fewest crossings is taken: the same graph always has the same picture.
"""

import heapq
import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Edge = tuple[int, int, float]
"""Two nodes, and how long the line between them should be."""
Places = NDArray[np.float64]
"""A row of x and y for each node."""
SWEEPS = 120
MOST = 400
"""Nodes; of more, each is drawn to some of the others only, and only one beginning is tried."""
FLAT = 0.75
"""Boxes are wide, so lines upwards need less room than lines to the side."""
GOLDEN = math.pi * (3 - math.sqrt(5))


def spread(count: int, edges: Sequence[Edge]) -> Places:
    """Of a graph whose nodes are all connected; wider than high."""
    if count == 1:
        return np.zeros((1, 2))
    distances = _distances(count, edges)
    beginnings = [_spanned(distances), _turned(distances), _spiral(distances)]
    if count > MOST:
        return _level(_settled(distances, beginnings[0], SWEEPS // 4))
    found = [_settled(distances, each, SWEEPS) for each in beginnings]
    scores = [(_crossings(each, edges), _stress(distances, each)) for each in found]
    return _level(found[scores.index(min(scores))])


def _distances(count: int, edges: Sequence[Edge]) -> Places:
    near: list[list[tuple[int, float]]] = [[] for _ in range(count)]
    for one, other, length in edges:
        near[one].append((other, length))
        near[other].append((one, length))
    return np.array([_from(start, near) for start in range(count)])


def _from(start: int, near: list[list[tuple[int, float]]]) -> list[float]:
    known = [math.inf] * len(near)
    known[start] = 0.0
    waiting = [(0.0, start)]
    while waiting:
        far, node = heapq.heappop(waiting)
        if far > known[node]:
            continue
        for other, length in near[node]:
            if far + length < known[other]:
                known[other] = far + length
                heapq.heappush(waiting, (far + length, other))
    return known


def _spanned(distances: Places) -> Places:
    """Between two that are far apart, and across between two that are as near to the one as to the other."""
    one = int(np.argmax(distances[0]))
    other = int(np.argmax(distances[one]))
    x = distances[one] - distances[other]
    third = int(np.argmax(distances[one] + distances[other] - 2 * np.abs(x)))
    fourth = int(np.argmax(distances[third] - np.abs(x)))
    y = distances[third] - distances[fourth]
    return np.stack([x, y], axis=1) + _spiral(distances) * 0.05


def _spiral(distances: Places) -> Places:
    """Who is nearest to all others stands in the middle."""
    order = np.argsort(distances.sum(axis=0), kind="stable")
    rank = np.empty(len(order))
    rank[order] = np.arange(len(order))
    radius = float(distances.max()) / 2 * np.sqrt(rank / len(order))
    return np.stack([radius * np.cos(GOLDEN * rank), radius * np.sin(GOLDEN * rank)], axis=1)


def _turned(distances: Places) -> Places:
    """On a circle in the order of how far they are from one end, so that neighbours are side by side."""
    start = int(np.argmax(distances[0]))
    order = np.lexsort((np.arange(len(distances)), distances[:, 0], distances[start]))
    angle = np.empty(len(order))
    angle[order] = np.arange(len(order)) * 2 * math.pi / len(order)
    radius = float(distances.max()) / 2
    return np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=1)


def _settled(distances: Places, places: Places, sweeps: int) -> Places:
    """Each goes half the way to where all others together want it. Sums only: they are the same on every machine."""
    wanted = distances + np.eye(len(distances))
    weights = wanted**-2.0
    np.fill_diagonal(weights, 0.0)
    whole = weights.sum(axis=1)[:, None]
    for _ in range(sweeps):
        x = places[:, 0][:, None] - places[:, 0][None, :]
        y = places[:, 1][:, None] - places[:, 1][None, :]
        pull = weights * wanted / np.maximum(np.hypot(x, y), 1e-9)
        towards = np.stack([(pull * x).sum(axis=1), (pull * y).sum(axis=1)], axis=1)
        others = np.stack([(weights * places[:, axis][None, :]).sum(axis=1) for axis in (0, 1)], axis=1)
        places = 0.5 * places + 0.5 * (others + towards) / whole
    return places


def _stress(distances: Places, places: Places) -> float:
    apart = np.hypot(*(places[:, axis][:, None] - places[:, axis][None, :] for axis in (0, 1)))
    wanted = distances + np.eye(len(distances))
    return float((((apart - distances) / wanted) ** 2).sum())


def _crossings(places: Places, edges: Sequence[Edge]) -> int:
    """Of all pairs of lines at once: the ends of each lie on both sides of the other."""
    one, other = (np.array([edge[end] for edge in edges]) for end in (0, 1))
    begin, end = places[one], places[other]
    splits = _side(begin, end, begin) != _side(begin, end, end)
    meets = (one[:, None] == one) | (one[:, None] == other) | (other[:, None] == one) | (other[:, None] == other)
    return int((splits & splits.T & ~meets).sum()) // 2


def _side(begin: Places, end: Places, points: Places) -> NDArray[np.bool_]:
    """Of each line (a row), on which side each point (a column) lies."""
    way = end - begin
    x, y = (points[None, :, axis] - begin[:, None, axis] for axis in (0, 1))
    return np.asarray(way[:, None, 0] * y > way[:, None, 1] * x)


def _level(places: Places) -> Places:
    """Turned so that it is widest from left to right."""
    centred = places - places.mean(axis=0)
    x, y = centred[:, 0], centred[:, 1]
    angle = 0.5 * math.atan2(2 * float((x * y).sum()), float((x * x - y * y).sum()))
    c, s = math.cos(angle), math.sin(angle)
    return np.stack([c * x + s * y, (c * y - s * x) * FLAT], axis=1)

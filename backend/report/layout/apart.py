"""Boxes that stand upon each other, or upon a line that is not theirs, are moved apart, as little as it takes."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
ROUNDS = 80
WORK = 4_000_000
"""How many pairs are looked at; a network of hundreds has fewer rounds, and one of thousands lines across boxes."""
NOTHING = 1e-6
CLEAR = 3.0
"""Between a box and a line."""


def apart(places: Array, sizes: Array, eases: Array, lines: Sequence[tuple[int, int]], gap: float) -> Array:
    """`eases`: how much more than others a box moves when it meets one."""
    places = places.copy()
    ends = np.array(lines, dtype=np.int64).reshape(-1, 2)
    pairs = max(1, len(places) * len(ends))
    rounds = max(20, min(ROUNDS, WORK // pairs))
    if pairs > WORK:
        ends = ends[:0]
    for _ in range(rounds):
        is_crowded = _boxes(places, sizes, eases, gap)
        if not (_lines(places, sizes, eases, ends) or is_crowded):
            return places
    return _stacked(places, sizes + gap)


def _boxes(places: Array, sizes: Array, eases: Array, gap: float) -> bool:
    """Along the axis on which it is less far. From left to right, so that only neighbours are compared."""
    spots, spans, soft = places.tolist(), (sizes + gap).tolist(), eases.tolist()
    order = sorted(range(len(spots)), key=lambda box: (spots[box][0], box))
    widest = max((span[0] for span in spans), default=0.0)
    is_crowded = False
    for turn, one in enumerate(order):
        for other in order[turn + 1 :]:
            apart = [spots[other][0] - spots[one][0], spots[other][1] - spots[one][1]]
            if apart[0] >= widest:
                break
            lacks = [(spans[one][axis] + spans[other][axis]) / 2 - abs(apart[axis]) for axis in (0, 1)]
            if min(lacks) > NOTHING:
                is_crowded = True
                axis = 0 if lacks[0] < lacks[1] else 1
                push = (lacks[axis] if apart[axis] >= 0 else -lacks[axis]) / (soft[one] + soft[other])
                spots[one][axis] -= push * soft[one]
                spots[other][axis] += push * soft[other]
    places[:] = spots
    return is_crowded


def _stacked(places: Array, spans: Array) -> Array:
    """What is still crowded goes up or down, away from the middle, until there is room: this comes to an end."""
    middle = float(places[:, 1].mean())
    done: list[int] = []
    for box in np.argsort(np.abs(places[:, 1] - middle), kind="stable").tolist():
        side = 1.0 if places[box, 1] >= middle else -1.0
        beside = np.abs(places[done, 0] - places[box, 0]) < (spans[done, 0] + spans[box, 0]) / 2 - NOTHING
        others = np.array(done, dtype=np.int64)[beside]
        needed = (spans[others, 1] + spans[box, 1]) / 2
        while (met := np.abs(places[others, 1] - places[box, 1]) < needed - NOTHING).any():
            places[box, 1] = side * (side * places[others, 1] + needed)[met].max()
        done.append(box)
    return places


def _lines(places: Array, sizes: Array, eases: Array, ends: NDArray[np.int64]) -> bool:
    if not len(ends):
        return False
    begin, way = places[ends[:, 0]], places[ends[:, 1]] - places[ends[:, 0]]
    long = np.maximum((way * way).sum(axis=1), 1e-9)
    to = places[None, :, :] - begin[:, None, :]
    along = (to * way[:, None, :]).sum(axis=2) / long[:, None]
    off = to - np.clip(along, 0.0, 1.0)[:, :, None] * way[:, None, :]
    far = np.hypot(off[:, :, 0], off[:, :, 1])
    across = np.stack([-way[:, 1], way[:, 0]], axis=1) / np.sqrt(long)[:, None]
    reach = (np.abs(across)[:, None, :] * sizes[None, :, :]).sum(axis=2) / 2 + CLEAR
    met = (along > 0) & (along < 1) & (far < reach)
    met[np.arange(len(ends)), ends[:, 0]] = False
    met[np.arange(len(ends)), ends[:, 1]] = False
    for line, box in np.argwhere(met):
        side = 1.0 if float((off[line, box] * across[line]).sum()) >= 0 else -1.0
        push = side * across[line] * (reach[line, box] - far[line, box]) * 0.5
        whole = eases[box] + eases[ends[line]].sum()
        places[box] += push * eases[box] / whole * 2
        for end in ends[line]:
            places[end] -= push * eases[end] / whole
    return bool(met.any())

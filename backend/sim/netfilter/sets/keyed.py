"""Members that are numbers: all types but `hash:net,iface` and `list:set`."""

from collections.abc import Iterable, Iterator, Sequence

from backend.sim.netfilter.meeting import Meeting
from backend.sim.netfilter.sets.level import Level
from backend.sim.netfilter.sets.member import PLAIN, Candidate, Member
from backend.sim.netfilter.sets.shape import Asked, Shape

Change = tuple[tuple[str, ...], bool]
"""Elements that target SET has added (True) or deleted."""


class Keyed:
    def __init__(self, shape: Shape, levels: Iterable[Level] = ()) -> None:
        self.shape = shape
        # mtype_test_cidrs() of ip_set_hash_gen.h: longest prefixes first, and of two networks by the first of them.
        self.levels = tuple(sorted((each for each in levels if len(each)), key=lambda each: each.lengths, reverse=True))

    def __len__(self) -> int:
        return sum(len(level) for level in self.levels)

    def candidates(self, meeting: Meeting, directions: Sequence[bool]) -> Iterator[Candidate]:
        asked = self.shape.asked(meeting, directions)
        if asked is None:
            return
        key, unknown, reasons = asked
        for level in self.levels:
            blurred = unknown & level.mask
            if blurred:
                for near in level.near(key & level.mask & ~blurred, blurred):
                    yield near, reasons
            elif (member := level.at(key & level.mask)) is not None:
                yield member, ()

    def changed(self, changes: Iterable[Change]) -> "Keyed":
        levels = {level.lengths: level for level in self.levels}
        for elements, is_added in changes:
            for key, lengths in self.shape.read(elements):
                level = levels.get(lengths) or Level(lengths, self.shape.mask(lengths))
                levels[lengths] = level.with_changed(key & level.mask, PLAIN if is_added else None)
        return Keyed(self.shape, levels.values())

    def written(self, asked: Asked) -> tuple[str, ...]:
        """The element that target SET makes of a packet: each network as long as the longest that is there, though it
        may be that of another element (INIT_CIDR() in hash_netnet4_kadt())."""
        lengths = [max(each) for each in zip(*(level.lengths for level in self.levels), strict=True)]
        lengths = lengths or list(self.shape.widths)
        return self.shape.shown(asked[0] & self.shape.mask(lengths), lengths)

    def member(self, elements: Sequence[str]) -> Member | None:
        key, lengths = self.shape.read(elements)[0]
        return next((level.at(key) for level in self.levels if level.lengths == lengths), None)

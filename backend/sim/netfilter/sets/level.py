"""The elements of a set whose parts have the same prefix lengths."""

from collections.abc import Collection, Sequence

from backend.sim.netfilter.sets.member import PLAIN, Member


class Level:
    def __init__(self, lengths: Sequence[int], mask: int) -> None:
        self.lengths = tuple(lengths)
        self.mask = mask
        self.plain: set[int] = set()
        self.special: dict[int, Member] = {}
        self.changed: dict[int, Member | None] = {}
        """What rules have made of it on a packet's way; None is deleted."""
        self._blurred: dict[int, dict[int, list[Member]]] = {}

    def __len__(self) -> int:
        before = sum((key in self.plain or key in self.special) for key in self.changed)
        return len(self.plain) + len(self.special) - before + sum(each is not None for each in self.changed.values())

    def add(self, key: int, member: Member) -> None:
        """What is said twice counts as it was said last."""
        if member.is_plain:
            self.special.pop(key, None)
            self.plain.add(key)
        else:
            self.plain.discard(key)
            self.special[key] = member

    def with_changed(self, key: int, member: Member | None) -> "Level":
        other = Level(self.lengths, self.mask)
        other.plain, other.special = self.plain, self.special
        other.changed = {**self.changed, key: member}
        return other

    def at(self, key: int) -> Member | None:
        if self.changed and key in self.changed:
            return self.changed[key]
        return PLAIN if key in self.plain else self.special.get(key)

    def near(self, key: int, unknown: int) -> Collection[Member]:
        """Who may be at `key`, of which some bits are not known: one for each sort of members."""
        if unknown not in self._blurred:
            self._blurred[unknown] = self._without(unknown)
        return self._blurred[unknown].get(key, ())

    def _without(self, unknown: int) -> dict[int, list[Member]]:
        known = self.mask & ~unknown
        found: dict[int, list[Member]] = {}
        for key in {*self.plain, *self.special, *self.changed}:
            member = self.at(key)
            if member is not None:
                sort = found.setdefault(key & known, [])
                if not any(_is_same(member, each) for each in sort):
                    sort.append(member)
        return found


def _is_same(member: Member, other: Member) -> bool:
    return (member.is_nomatch, member.mark) == (other.is_nomatch, other.mark)

"""Rules given to iptables-restore, all of them or some to see whether it takes them."""

from collections.abc import Sequence

from msgspec import Struct

from backend.lab.build import tool
from backend.lab.build.backend import restoring
from backend.lab.build.complaint import complaints
from backend.lab.error import LabError
from backend.lab.kernel.namespace import is_machines_root
from backend.lab.plan.firewall import parts
from backend.lab.plan.operation import Backend, RuleLine, joined
from backend.model.address import Family

RULES_OF_A_PART = 100
"""Without root, iptables-nft-restore fails from about 200 rules of one table on."""


class ExhaustedError(LabError):
    """So much is refused, or the tool is so slow, that looking for more would take too long."""


class Refused(Struct, frozen=True):
    line: RuleLine | None
    """None where nobody says which."""
    reason: str


class Restore:
    """Of one family in one namespace."""

    def __init__(self, descriptor: int, backend: Backend, family: Family, runs: int) -> None:
        """`runs`: how often the tool may be started."""
        self.backend = backend
        self.runs = runs
        self._descriptor = descriptor
        self._command = [restoring(backend, family), "--wait"]

    def load(self, lines: Sequence[RuleLine]) -> Refused | None:
        """These rules in these tables and no others; or what was refused first."""
        in_parts = self.backend is Backend.NFT and not is_machines_root()
        for number, part in enumerate(parts(lines, RULES_OF_A_PART) if in_parts else [lines]):
            refused = self._run(part, joined(part), ["--noflush"] if number else [])
            if refused:
                return refused
        return None

    def append(self, lines: Sequence[RuleLine]) -> Refused | None:
        """All of these rules behind those that are there, or none."""
        return self._run(lines, joined(lines), ["--noflush"])

    def check(self, top: Sequence[RuleLine], rules: Sequence[RuleLine]) -> Refused | None:
        """The first rule of a table that is refused whatever the others are. What the table has then is no matter.

        `top`: the lines of the table and its chains. With legacy the kernel takes a table as a whole or not at all, but
        so fast that each rule can have a table to itself.
        """
        lines, text = _one_by_one(top, rules)
        return self._run(lines, text, [])

    def _run(self, lines: Sequence[RuleLine], text: str, options: Sequence[str]) -> Refused | None:
        if not self.runs:
            raise ExhaustedError("too much is refused")
        self.runs -= 1
        said = tool.run(self._descriptor, [*self._command, *options], text)
        if said.is_done:
            return None
        if said.is_broken:
            raise ExhaustedError(said.errors)
        first = complaints(said.errors)[0]
        is_named = first.line is not None and 0 < first.line <= len(lines)
        return Refused(lines[(first.line or 0) - 1] if is_named else None, first.reason)


def _one_by_one(top: Sequence[RuleLine], rules: Sequence[RuleLine]) -> tuple[list[RuleLine], str]:
    """A text of many tables, each with the chains that the rule names, and the rule to which each line belongs."""
    table, *chains = top
    by_name = {chain.text[1:].partition(" ")[0]: chain.text for chain in chains}
    lines: list[RuleLine] = []
    said: list[str] = []
    for rule in rules:
        words = dict.fromkeys(rule.text.split())
        block = [table.text, *[by_name[word] for word in words if word in by_name], rule.text, "COMMIT"]
        said += block
        lines += [rule] * len(block)
    return lines, "".join(f"{line}\n" for line in said)

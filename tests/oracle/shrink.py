"""The smallest case that still shows a difference: everything that it does not need is taken away. Pure."""

import json
import tomllib
from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeVar

from msgspec import Struct, structs

from tests.oracle.cases import Case

Each = TypeVar("Each")
Bad = Callable[[Case], bool]
FAMILIES = ("iptables", "ip6tables")


class Table(Struct, frozen=True):
    family: str
    name: str
    chains: tuple[str, ...]
    """As they are declared."""
    rules: tuple[str, ...]


class Draft(Struct, frozen=True):
    """A description of one router, taken apart."""

    tables: tuple[Table, ...]
    sets: tuple[str, ...]
    routes: tuple[str, ...]
    rules: tuple[str, ...]
    sysctls: tuple[tuple[str, str], ...]
    devices: tuple[tuple[str, tuple[str, ...]], ...]
    forwarding: bool

    @property
    def text(self) -> str:
        lines = ['[network]\nname = "one"\n[[router]]\nname = "r"\ntables = { t100 = 100, t101 = 101 }']
        lines += [] if self.forwarding else ["forwarding = false"]
        lines += [
            f"{name} = {json.dumps(said)}" for name, said in (("routes", self.routes), ("rules", self.rules)) if said
        ]
        if self.sysctls:
            said = ", ".join(f'"{key}" = "{value}"' for key, value in self.sysctls)
            lines.append(f"sysctls = {{ {said} }}")
        for family in FAMILIES:
            text = "".join(_table_text(each) for each in self.tables if each.family == family)
            lines += [f"{family} = '''\n{text}'''"] if text else []
        lines += ["ipset = '''", *self.sets, "'''"] if self.sets else []
        for name, addresses in self.devices:
            lines.append(f'[[router.interface]]\nname = "{name}"\naddresses = {json.dumps(addresses)}')
        return "\n".join(lines) + "\n"


def _table_text(table: Table) -> str:
    return "".join(f"{line}\n" for line in (f"*{table.name}", *table.chains, *table.rules, "COMMIT"))


def draft(text: str) -> Draft:
    router: dict[str, Any] = tomllib.loads(text)["router"][0]
    tables = [each for family in FAMILIES for each in _tables(family, router.get(family, "").splitlines())]
    return Draft(
        tables=tuple(tables),
        sets=tuple(router.get("ipset", "").split("\n"))[:-1],
        routes=tuple(router.get("routes", ())),
        rules=tuple(router.get("rules", ())),
        sysctls=tuple(router.get("sysctls", {}).items()),
        devices=tuple((each["name"], tuple(each["addresses"])) for each in router["interface"]),
        forwarding=router.get("forwarding", True),
    )


def _tables(family: str, lines: Sequence[str]) -> Iterator[Table]:
    for begin, line in enumerate(lines):
        if line.startswith("*"):
            mine = lines[begin + 1 : lines.index("COMMIT", begin)]
            chains, rules = ([each for each in mine if each.startswith(sign)] for sign in (":", "-"))
            yield Table(family, line[1:], tuple(chains), tuple(rules))


def shrunk(case: Case, is_bad: Bad) -> Case:
    """`is_bad` says whether a case shows the difference; what cannot be built does not."""
    exchanges = least(case.exchanges, lambda some: is_bad(structs.replace(case, exchanges=tuple(some))))
    exchanges = [_shorter(case, each, is_bad) for each in exchanges] if len(exchanges) == 1 else exchanges

    def shows(tried: Draft) -> bool:
        return is_bad(Case(tried.text, tuple(exchanges)))

    found = draft(case.text)
    found = _less(found, "tables", shows)
    for at in range(len(found.tables)):
        for name in ("rules", "chains"):
            found = _less_of_table(found, at, name, shows)
    for name in ("sets", "rules", "routes", "sysctls", "devices"):
        found = _less(found, name, shows)
    return Case(found.text, tuple(exchanges)) if shows(found) else structs.replace(case, exchanges=tuple(exchanges))


def _shorter(case: Case, exchange: Any, is_bad: Bad) -> Any:
    for length in range(len(exchange.then)):
        tried = structs.replace(exchange, then=exchange.then[:length])
        if is_bad(structs.replace(case, exchanges=(tried,))):
            return tried
    return exchange


def _less(found: Draft, name: str, shows: Callable[[Draft], bool]) -> Draft:
    kept = least(getattr(found, name), lambda some: shows(structs.replace(found, **{name: tuple(some)})))
    return structs.replace(found, **{name: tuple(kept)})


def _less_of_table(found: Draft, at: int, name: str, shows: Callable[[Draft], bool]) -> Draft:
    def tried(some: Sequence[str]) -> Draft:
        changed = structs.replace(found.tables[at], **{name: tuple(some)})
        return structs.replace(found, tables=(*found.tables[:at], changed, *found.tables[at + 1 :]))

    return tried(least(getattr(found.tables[at], name), lambda some: shows(tried(some))))


def least(items: Sequence[Each], is_enough: Callable[[Sequence[Each]], bool]) -> list[Each]:
    """Halves, quarters and so on are left out, down to single ones, as long as what is left is enough."""
    kept = list(items)
    size = len(kept)
    while size and kept:
        at = 0
        while at < len(kept):
            without = kept[:at] + kept[at + size :]
            if is_enough(without):
                kept = without
            else:
                at += size
        size = min(size // 2, len(kept)) if size > 1 else 0
    return kept

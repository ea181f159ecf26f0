"""What the tests of the reader share: sections from text, facts files, and what real tools print in a namespace."""

import json
import subprocess
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from backend.facts.notes import Notes
from backend.facts.sections import Section
from backend.model.diagnostic import Diagnostic

HERE = Path(__file__).parent
FOOTER = "=== TSIM_FACTS_COLLECTION_COMPLETE ===\nSECTIONS_COLLECTED: all\n"


def section(text: str, name: str = "section", exit_code: int | None = 0, title: str = "") -> Section:
    return Section(name, title, exit_code=exit_code, is_complete=True, start=1, lines=text.split("\n"))


def read(reader: Callable[..., Any], text: str, *arguments: Any, name: str = "section") -> tuple[Any, list[str]]:
    """What the reader makes of a section with this text, and the diagnostics as a person sees them."""
    notes = Notes("r1_facts.txt")
    found = reader(section(text, name), *arguments, notes)
    return found, shown(notes.diagnostics)


def shown(diagnostics: Iterable[Diagnostic]) -> list[str]:
    return [str(diagnostic) for diagnostic in diagnostics]


def facts(sections: dict[str, str], name: str | None = None, footer: str = FOOTER) -> str:
    head = f"# Hostname: {name}\n" if name else ""
    return head + "".join(framed(*item) for item in sections.items()) + footer


def framed(name: str, text: str, exit_code: int | None = 0, title: str = "") -> str:
    end = "" if exit_code is None else f"\nEXIT_CODE: {exit_code}\n"
    return (
        f"=== TSIM_SECTION_START:{name} ===\nTITLE: {title or name}\nCOMMAND: {name}\nTIMESTAMP: 2025-06-21 15:18:34\n"
        f"---\n{text}\n{end}=== TSIM_SECTION_END:{name} ===\n\n"
    )


def in_namespace(script: str, *commands: str) -> list[str]:
    """What each command prints in a network namespace of its own, after the script has run there."""
    marked = "\n".join(f"{command}; echo '<<<end>>>'" for command in commands)
    done = subprocess.run(
        ["unshare", "-n", "sh", "-c", f"{{ {script}\n}} >/dev/null 2>&1\n{marked}"],
        capture_output=True,
        text=True,
        timeout=60,
    )
    printed = done.stdout.split("<<<end>>>\n")
    assert len(printed) == len(commands) + 1, done.stderr
    return printed[:-1]


def configured(*commands: str) -> list[str]:
    return in_namespace(f". {HERE / 'configure.sh'}", *commands)


def parsed(printed: str) -> list[dict[str, Any]]:
    """What `ip -j` printed; older versions leave empty objects behind."""
    found = json.loads(printed or "[]", object_pairs_hook=_without_encapsulation)
    return [item for item in found if item]


def _without_encapsulation(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Older versions put its words (dst, src, tos, table …) among those of the route, newer ones into an object."""
    found = {}
    is_inside = False
    for word, value in pairs:
        is_inside = word == "encap" or (is_inside and word not in ("gateway", "via", "dev"))
        if not is_inside:
            found[word] = value
    return found

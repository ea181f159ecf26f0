"""Hostile facts: good files with lines broken, bytes flipped, sections cut, words of the right kind in the wrong place.
Reading them must end, raise nothing, and say something about every file that holds no facts."""

import os
import random
import sys
import time
import traceback
from pathlib import Path

from backend.facts.directory import SUFFIX
from backend.facts.iptables import rule_text
from backend.facts.notes import Notes
from backend.facts.router import read_router
from backend.facts.sections import read_sections
from backend.facts.segments import infer_segments
from backend.model.network import Router

HERE = Path(__file__).parent.parent
WORDS = """
default via dev nexthop weight onlink linkdown src from to table local main proto kernel scope link host metric mtu lock
encap mpls ip6 seg6 [ ] inet inet6 peer brd secondary tentative link/ether fe80::1 2001:db8::/32 10.0.0.0/8 10.0.0.1 0/8
255.255.255.255 0x10 0x10/0xff -1 99999999999999999999 1: 32766: not all iif oif fwmark tos ipproto tcp sport 1-2 dport
lookup goto nop blackhole [detached] [unresolved] suppress_prefixlength -A INPUT -j ACCEPT -m tcp ! --dport 80 "a b" "
*filter COMMIT :INPUT [1:2] create add x hash:ip timeout EXIT_CODE: 0 === TSIM_SECTION_START:routing_table_main ===
=== TSIM_SECTION_END:interfaces === --- # \\ \t \0 \r é 🦉 { } "segments": null 1e999 NaN
""".split(" ")  # noqa: SIM905


def seeds() -> list[str]:
    """The demo network's facts, which hold every section, and one written here in case there are none."""
    found = sorted((HERE.parent / "backend" / "demo" / "facts").glob(f"*{SUFFIX}"))
    texts = [path.read_text("utf-8", errors="replace") for path in found]
    rules = [line.split(" ", 3) for line in (HERE / "facts" / "rules.txt").read_text("utf-8").splitlines()[1:]]
    lines = "\n".join(f"-A {' '.join(words[2:])}" for words in rules)
    own = "=== TSIM_SECTION_START:{} ===\n---\n{}\n\nEXIT_CODE: 0\n=== TSIM_SECTION_END:{} ===\n"
    names = ("iptables_save", f"*filter\n:INPUT ACCEPT [0:0]\n:FORWARD ACCEPT [0:0]\n{lines}\nCOMMIT", "iptables_save")
    return [*texts, own.format(*names)]


def spoiled(text: str, chance: random.Random) -> str:
    for _ in range(chance.randint(1, 30)):
        lines = text.split("\n")
        at = chance.randrange(len(lines))
        match chance.randrange(8):
            case 0:
                del lines[at : at + chance.randint(1, 20)]
            case 1:
                lines[at] = " ".join(chance.choices(WORDS, k=chance.randint(0, 12)))
            case 2:
                words = lines[at].split(" ")
                words[chance.randrange(len(words))] = chance.choice(WORDS)
                lines[at] = " ".join(words)
            case 3:
                lines[at] = lines[at][: chance.randint(0, len(lines[at]))]
            case 4:
                lines[at] += " " + chance.choice(WORDS)
            case 5:
                lines.insert(at, lines[chance.randrange(len(lines))])
            case 6:
                lines[at] = "".join(chr(chance.randrange(0x2FFF)) for _ in range(chance.randint(0, 200)))
            case _:
                lines = lines[: max(1, at)] if chance.random() < 0.1 else lines
        text = "\n".join(lines)
    return text


def read(text: str, name: str) -> Router | None:
    notes = Notes(f"{name}{SUFFIX}")
    router = read_router(read_sections(text, notes), name, notes)
    assert router is not None or notes.diagnostics, "neither a router nor a word about it"
    for diagnostic in notes.diagnostics:
        assert len(str(diagnostic)) < 2000, "a diagnostic without end"
    for ruleset in (router.firewall.ipv4, router.firewall.ipv6) if router else ():
        for table in ruleset.tables if ruleset else ():
            for rule in (rule for chain in table.chains for rule in chain.rules):
                rule_text(rule)
    return router


def main() -> int:
    seconds = float(os.environ.get("FUZZ_SECONDS", "20"))
    seed, end, count = int.from_bytes(os.urandom(4)), time.monotonic() + seconds, 0
    texts = seeds()
    print(f"facts: seed {seed}")
    while time.monotonic() < end:
        chance = random.Random(f"{seed}/{count}")
        spoilt = [spoiled(chance.choice(texts), chance) for _ in range(4)]
        try:
            routers = [read(text, f"r{number}") for number, text in enumerate(spoilt)]
            infer_segments([router for router in routers if router], Notes("network"))
        except Exception:  # noqa: BLE001 - whatever it is, it must not come out of the reader
            traceback.print_exc()
            print(f"facts: seed {seed}, round {count}")
            return 1
        count += 1
    print(f"facts: {4 * count} files")
    return 0


if __name__ == "__main__":
    sys.exit(main())

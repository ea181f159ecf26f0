"""`iptables-save` and `ip6tables-save` as tables, chains and rules, and a rule back as text.

The words are those of iptables-extensions(8); what they mean is not decided here.
"""

import re
from functools import lru_cache

from backend.facts.error import LineError
from backend.facts.notes import Notes
from backend.facts.options import OPTIONS
from backend.facts.sections import Section
from backend.model.address import Family
from backend.model.firewall import Chain, Counters, Match, Option, Rule, Ruleset, Table, Target

COUNTED = re.compile(r"^\[(\d+):(\d+)\]\s*")
WORD = re.compile(r'((?:[^\s"]|"(?:\\.|[^"\\])*(?:"|$))+)')
QUOTED = re.compile(r'"((?:\\.|[^"\\])*)(?:"|$)')
ESCAPE = re.compile(r"\\(.)")
NOTHING = re.compile(r"(?!)")
WORDLIKE = re.compile(r"^[-\w]+$", re.ASCII)
"""What xtables_save_string() prints without quotes."""
PLAIN = re.compile(r"^[-\w./:,!#@%+=~^*|&<>()\[\]{}?;$]+$")

SHORT = {
    "--source": "-s", "--src": "-s", "--destination": "-d", "--dst": "-d", "--in-interface": "-i",
    "--out-interface": "-o", "--protocol": "-p", "--proto": "-p", "--fragment": "-f", "--jump": "-j", "--goto": "-g",
    "--match": "-m", "--append": "-A", "--insert": "-I", "--set-counters": "-c", "--table": "-t", "--ipv4": "-4",
    "--ipv6": "-6",
}  # fmt: skip
BASE = frozenset(("-s", "-d", "-i", "-o", "-p", "-f", "-4", "-6"))
TEXTUAL = frozenset(("--comment", "--log-prefix", "--nflog-prefix", "--ulog-prefix", "--string", "--hex-string"))
"""Options whose value is any text, even one that looks like an option."""
ALWAYS_QUOTED = frozenset(
    (("string", "--string"), ("string", "--hex-string"), ("u32", "--u32"), ("connlabel", "--label"))
)
PLAIN_TARGETS = frozenset(("ACCEPT", "DROP", "RETURN", "QUEUE"))
"""They have no options of their own."""
ONE_VALUE = TEXTUAL | {"-s", "-d", "-i", "-o", "-p", "-j", "-g", "-m"}
NOT_NEGATED = frozenset(("-m", "-j", "-g", "-c", "-4", "-6"))
PROTOCOL_MODULES = {
    "icmpv6": "icmp6", "ipv6-icmp": "icmp6", "58": "icmp6", "1": "icmp", "6": "tcp", "17": "udp", "33": "dccp",
    "50": "esp", "51": "ah", "132": "sctp", "135": "mh", "136": "udplite", "ipv6-mh": "mh", "mobility-header": "mh",
}  # fmt: skip
"""Protocols whose match has another name; a number names the protocol as well."""


class _Tables:
    """Tables while they are being read; a chain is a list of rules beside its policy and counters."""

    def __init__(self) -> None:
        self.finished: dict[str, Table] = {}
        self.name: str | None = None
        self.chains: dict[str, tuple[str | None, Counters | None, list[Rule]]] = {}

    def open(self, name: str) -> None:
        self.name, self.chains = name, {}

    def close(self) -> None:
        if self.name is None:
            raise LineError("expected a table such as '*filter' before COMMIT")
        chains = tuple(
            Chain(chain, policy, counters, tuple(rules)) for chain, (policy, counters, rules) in self.chains.items()
        )
        self.finished[self.name] = Table(self.name, chains)
        self.name = None


def read_ruleset(section: Section, family: Family, notes: Notes) -> tuple[Ruleset | None, str | None]:
    """The ruleset, or None and the reason why it is not known as a whole."""
    tables = _Tables()
    for line, text in section:
        try:
            _read_line(tables, text.strip(), line)
        except LineError as error:
            notes.add(section.name, line, text, str(error))
    if tables.name is not None:
        return None, f"{section.name} ends within table {tables.name}"
    return Ruleset(family, tuple(tables.finished.values())), None


def _read_line(tables: _Tables, text: str, line: int) -> None:
    first = text[0]
    if first in "-[":
        _add_rule(tables, text, line)
    elif first == ":":
        _add_chain(tables, text)
    elif first == "*":
        name = text[1:].strip()
        was_open, is_repeated = tables.name is not None, name in tables.finished
        tables.open(name)
        if was_open or is_repeated:
            raise LineError(
                "expected COMMIT before it" if was_open else "expected each table once; the last one counts"
            )
    elif text == "COMMIT":
        tables.close()
    elif first != "#" or "Warning" in text or "incompatible" in text:
        # iptables-nft says in comments that there are legacy or native nft rules which it does not show.
        raise LineError("expected a table, chain, rule or COMMIT of iptables-save")


def _add_chain(tables: _Tables, text: str) -> None:
    if tables.name is None:
        raise LineError("expected a table such as '*filter' before a chain")
    words = text[1:].split()
    if not words:
        raise LineError("expected the name of a chain")
    policy = words[1] if len(words) > 1 and words[1] != "-" else None
    counted = COUNTED.match(words[2]) if len(words) > 2 else None
    tables.chains[words[0]] = (policy, _counters(counted[1], counted[2]) if counted else None, [])


def _add_rule(tables: _Tables, text: str, line: int) -> None:
    if tables.name is None:
        raise LineError("expected a table such as '*filter' before a rule")
    counters = None
    if text[0] == "[" and (counted := COUNTED.match(text)):
        counters = _counters(counted[1], counted[2])
        text = text[counted.end() :]
    words = split_words(text)
    command = SHORT.get(words[0], words[0]) if words else ""
    if command not in ("-A", "-I") or len(words) < 2:
        raise LineError("expected a rule such as '-A FORWARD … -j ACCEPT'")
    chain = words[1]
    if chain not in tables.chains:
        raise LineError(f"expected chain {chain} to be declared before its rules")
    rules = tables.chains[chain][2]
    rules.append(parse_rule(words[2:], tables.name, chain, len(rules) + 1, counters, text, line))


def parse_rule(
    words: list[str], table: str, chain: str, number: int, counters: Counters | None, text: str, line: int
) -> Rule:
    """`words` are what follows `-A CHAIN`."""
    reading = _Reading(words)
    reading.read()
    return Rule(
        table=table,
        chain=chain,
        number=number,
        matches=reading.matches(),
        target=reading.target(),
        comment=reading.comment,
        counters=reading.counters or counters,
        text=text,
        line=line,
    )


class _Reading:
    """Words grouped into options, options into matches and the target."""

    def __init__(self, words: list[str]) -> None:
        self._words = words
        self._at = 0
        self._base: list[Option] = []
        self._matches: list[tuple[str, list[Option]]] = []
        self._target: tuple[str, list[Option], bool] | None = None
        self._before_target = 0
        """How many matches stood before it."""
        self.comment: str | None = None
        self.counters: Counters | None = None

    def read(self) -> None:
        while self._at < len(self._words):
            is_negated = self._words[self._at] == "!"
            self._at += is_negated
            if self._at >= len(self._words) or not _is_option(self._words[self._at]):
                word = self._words[min(self._at, len(self._words) - 1)]
                raise LineError(f"expected an option of iptables, not {word[:40]!r}")
            name = self._words[self._at]
            name = name if name == "--proto" and self._is_in("policy") else SHORT.get(name, name)
            self._at += 1
            values, is_late = self._values(name)
            self._place(name, values, is_negated or is_late)

    def _is_in(self, module: str) -> bool:
        return bool(self._matches) and self._matches[-1][0] == module

    def _values(self, name: str) -> tuple[tuple[str, ...], bool]:
        """The words up to the next option, and whether the old spelling `--dport ! 80` negates them."""
        words, at, count = self._words, self._at, len(self._words)
        is_negated = at + 1 < count and words[at] == "!" and not _is_option(words[at + 1])
        at += is_negated
        if name in ONE_VALUE:
            end = min(at + 1, count)
        else:
            end = at
            while end < count and words[end] != "!" and not _is_option(words[end]):
                end += 1
        self._at = end
        return tuple(words[at:end]), is_negated

    def _place(self, name: str, values: tuple[str, ...], is_negated: bool) -> None:
        if is_negated and name in NOT_NEGATED:
            raise LineError(f"expected no ! before {name}")
        if name in ("-j", "-g"):
            if not values:
                raise LineError(f"expected a target behind {name}")
            if self._target is not None:
                raise LineError(f"expected one target, not {self._target[0]} and {values[0]}")
            self._target = (values[0], [], name == "-g")
            self._before_target = len(self._matches)
        elif name == "-m":
            if not values:
                raise LineError("expected a module behind -m")
            self._matches.append((values[0], []))
        elif name in BASE:
            if not values and name in ONE_VALUE:
                raise LineError(f"expected a value behind {name}")
            self._base.append(_option(name, values, is_negated))
        elif name == "-c" and len(values) == 2 and all(value.isdecimal() for value in values):
            self.counters = _counters(values[0], values[1])
        else:
            options = self._options_with(name)
            options.append(_option(name, values, is_negated))
            if name == "--comment" and values and self.comment is None and not self._is_of_target(options):
                self.comment = values[0]

    def _is_of_target(self, options: list[Option]) -> bool:
        return self._target is not None and options is self._target[1]

    def _options_with(self, name: str) -> list[Option]:
        """Those of the last match that knows the option; `-p tcp -m state --state NEW --dport 22` needs no `-m tcp`.
        Behind `-j` options are the target's, but for those of matches that stand there as well."""
        is_plain = self._target is None or self._target[0] in PLAIN_TARGETS
        for module, options in reversed(self._matches if is_plain else self._matches[self._before_target :]):
            if name in OPTIONS.get(PROTOCOL_MODULES.get(module, module), ()):
                return options
        protocol = next((option.values[0] for option in self._base if option.name == "-p" and option.values), None)
        implied = PROTOCOL_MODULES.get(protocol, protocol) if protocol is not None else None
        if implied is not None and name in OPTIONS.get(implied, ()):
            return self._opened(implied)
        if self._target is not None:
            return self._target[1]
        if self._matches:
            return self._matches[-1][1]
        if implied is None:
            raise LineError(f"expected -m before {name}")
        return self._opened(implied)

    def _opened(self, module: str) -> list[Option]:
        """Of a protocol's match, whether it is already there or not."""
        for known, options in reversed(self._matches):
            if PROTOCOL_MODULES.get(known, known) == module:
                return options
        self._matches.append((module, []))
        return self._matches[-1][1]

    def matches(self) -> tuple[Match, ...]:
        grouped = [("", self._base), *self._matches] if self._base else self._matches
        return tuple([_match(module, tuple(options)) for module, options in grouped])

    def target(self) -> Target | None:
        return None if self._target is None else _target(self._target[0], tuple(self._target[1]), self._target[2])


def _is_option(word: str) -> bool:
    return word[:1] == "-" and (word[1:2] == "-" or (len(word) == 2 and word[1].isalnum()))


def split_words(text: str) -> list[str]:
    """As iptables-restore does: double quotes group, a backslash within them takes the next sign as it is."""
    if '"' not in text:
        return text.split()
    return [
        QUOTED.sub(lambda quoted: ESCAPE.sub(r"\1", quoted[1]), word) if '"' in word else word
        for word in WORD.findall(text)
    ]


def rule_text(rule: Rule) -> str:
    """The rule as iptables-restore reads it; what iptables-save printed comes back word for word."""
    parts = ["-A", rule.chain]
    for match in rule.matches:
        if match.module:
            parts += ["-m", match.module]
        _add_options(parts, match.module, match.options)
    if rule.target:
        parts += ["-g" if rule.target.is_goto else "-j", rule.target.name]
        _add_options(parts, rule.target.name, rule.target.options)
    return " ".join(parts)


def _add_options(parts: list[str], module: str, options: tuple[Option, ...]) -> None:
    for option in options:
        parts += (["!"] if option.negated else []) + [option.name]
        plain = WORDLIKE if option.name in TEXTUAL else PLAIN
        plain = NOTHING if (module, option.name) in ALWAYS_QUOTED else plain
        parts += [value if plain.match(value) else _quoted(value) for value in option.values]


def _quoted(value: str) -> str:
    return '"' + re.sub(r"""(["\\'])""", r"\\\1", value) + '"'


@lru_cache(maxsize=65536)
def _option(name: str, values: tuple[str, ...], negated: bool) -> Option:
    return Option(name, values, negated)


@lru_cache(maxsize=65536)
def _match(module: str, options: tuple[Option, ...]) -> Match:
    return Match(module, options)


@lru_cache(maxsize=4096)
def _target(name: str, options: tuple[Option, ...], is_goto: bool) -> Target:
    return Target(name, options, is_goto)


@lru_cache(maxsize=16384)
def _counters(packets: str, size: str) -> Counters:
    return Counters(int(packets), int(size))

"""A policy file (YAML) as expectations. Every error names its line.

The nodes of the file are read, not the values that YAML makes of them: `on`, `no` and `1:20` are the words that stand
there, and each has its place.
"""

import re
from collections.abc import Iterator

import yaml
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from backend.policy.error import PolicyError
from backend.policy.expectation import Expectation
from backend.policy.services import read_services

SENTENCE = re.compile(
    r"(?P<from>.+?)\s+must\s+(?P<not>not\s+)?reach\s+(?P<to>.+?)"
    r"(?:\s+on\s+(?P<services>.+?))?(?:,?\s+by\s+way\s+of\s+(?P<via>.+))?"
)
FORM = "A must reach B on https, by way of ROUTER; or: A must not reach B on tcp/3306"
MUST, MUST_NOT, WAY = "must reach", "must not reach", "by way of"
KEYS = ("name", "from", "to", MUST, MUST_NOT, WAY, "source port")
PARTS = ("names", "policy")
Names = dict[str, tuple[str, ...]]


def read_policy(text: str) -> tuple[Expectation, ...]:
    root = _root(text)
    if root is None:
        raise PolicyError("the file is empty")
    if isinstance(root, SequenceNode):
        return _expectations(root, {})
    parts = _mapping(root, PARTS, "the file")
    if "policy" not in parts:
        raise PolicyError("`policy` is missing: a list of what is expected", _line(root))
    return _expectations(parts["policy"], _names(parts.get("names")))


def _root(text: str) -> Node | None:
    try:
        return yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        said = " ".join(part for part in (error.context, error.problem) if part)
        raise PolicyError(f"is no YAML: {said}", mark.line + 1 if mark else 0) from None
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        raise PolicyError(f"is no YAML: {error.reason} (character {error.character:#x})", line) from None
    except yaml.YAMLError as error:
        raise PolicyError(f"is no YAML: {' '.join(str(error).split())}") from None
    except RecursionError:
        raise PolicyError("is nested too deep") from None


def _expectations(node: Node, names: Names) -> tuple[Expectation, ...]:
    if not isinstance(node, SequenceNode):
        raise PolicyError("what is expected should be a list, each with a - before it", _line(node))
    found = tuple(_expectation(each, names) for each in node.value)
    if not found:
        raise PolicyError("the list is empty: nothing is expected", _line(node))
    return found


def _expectation(node: Node, names: Names) -> Expectation:
    if isinstance(node, ScalarNode):
        return _of_sentence(node, names)
    fields = _mapping(node, KEYS, "an expectation")
    line = _line(node)
    for name in ("from", "to"):
        if name not in fields:
            raise PolicyError(f"`{name}` is missing", line)
    if (MUST in fields) is (MUST_NOT in fields):
        raise PolicyError(f"it should have either `{MUST}` or `{MUST_NOT}`", line)
    must = MUST if MUST in fields else MUST_NOT
    words = {name: ", ".join(_words(each)) for name, each in fields.items()}
    via = f", {WAY} {words[WAY]}" if WAY in words else ""
    return Expectation(
        _ends(words["from"], names),
        _ends(words["to"], names),
        read_services(words[must], _line(fields[must])),
        must == MUST,
        _via(words.get(WAY, ""), must == MUST, line),
        _port(words.get("source port", ""), line),
        f"{words['from']} {must} {words['to']} on {words[must]}{via}",
        words.get("name", ""),
        line,
    )


def _of_sentence(node: ScalarNode, names: Names) -> Expectation:
    text, line = " ".join(node.value.split()), _line(node)
    said = SENTENCE.fullmatch(text)
    if said is None:
        raise PolicyError(f"{text[:80]!r} is not understood; expected: {FORM}", line)
    services = read_services(said["services"] or "any", line)
    via = _via(said["via"] or "", not said["not"], line)
    return Expectation(
        _ends(said["from"], names), _ends(said["to"], names), services, not said["not"], via, text=text, line=line
    )


def _via(text: str, is_to_reach: bool, line: int) -> tuple[str, ...]:
    if text and not is_to_reach:
        raise PolicyError(f"`{WAY}` goes with `{MUST}` only", line)
    return tuple(_pieces(text))


def _port(text: str, line: int) -> int | None:
    if text and not (text.isascii() and text.isdigit() and 0 < int(text[:6]) < 65536):
        raise PolicyError(f"source port: {text[:60]!r} is no port", line)
    return int(text) if text else None


def _ends(text: str, names: Names) -> tuple[str, ...]:
    """Each once, however many names it stands behind."""
    return tuple(dict.fromkeys(one for piece in _pieces(text) for one in names.get(piece, (piece,))))


def _pieces(text: str) -> Iterator[str]:
    yield from (piece.strip() for piece in text.split(",") if piece.strip())


def _names(node: Node | None) -> Names:
    """What a name stands for may be of names that stand before it."""
    found: Names = {}
    for name, each in (_mapping(node, None, "names") if node is not None else {}).items():
        found[name] = _ends(", ".join(_words(each)), found)
    return found


def _mapping(node: Node, keys: tuple[str, ...] | None, what: str) -> dict[str, Node]:
    if not isinstance(node, MappingNode):
        raise PolicyError(f"{what} should have names and values, each as `name: value`", _line(node))
    found: dict[str, Node] = {}
    for key, value in node.value:
        name = " ".join(str(key.value).split()) if isinstance(key, ScalarNode) else ""
        if keys is not None and name not in keys:
            raise PolicyError(f"{name[:60]!r} is nothing that {what} has; that is {', '.join(keys)}", _line(key))
        if name in found:
            raise PolicyError(f"{name[:60]!r} stands there twice", _line(key))
        found[name] = value
    return found


def _words(node: Node) -> list[str]:
    pieces = node.value if isinstance(node, SequenceNode) else [node]
    for each in pieces:
        if not isinstance(each, ScalarNode) or not each.value.strip():
            raise PolicyError("expected a word, or a list of words", _line(each))
    return [" ".join(each.value.split()) for each in pieces]


def _line(node: Node) -> int:
    return int(node.start_mark.line) + 1

"""Scenario files: a network, flows, and what is expected of each. Simulator and kernel run the same files.

A path is written as a person says it: `gw lan -> up` is a router with its interfaces, `gw -> up` a router that sends
the packet itself, `gw lan` a router where it ends, and a lone name or address the host that it reaches.
"""

import tomllib
from pathlib import Path
from typing import Any

from msgspec import Struct

from backend.facts.description import read_description
from backend.model.network import Network

FOLDER = Path(__file__).parent / "scenarios"
QUESTION = ("source", "destination", "protocol", "source_port", "destination_port", "mark", "tos", "ttl", "gateway")


class Expected(Struct, frozen=True):
    name: str
    question: dict[str, Any]
    answer: dict[str, Any]
    """verdict, path, and where the file says so share, conditions and alternatives."""


class Scenario(Struct, frozen=True):
    network: Network
    flows: tuple[Expected, ...]


def names() -> list[str]:
    return sorted(path.stem for path in FOLDER.glob("*.toml"))


def load(name: str) -> Scenario:
    text = (FOLDER / f"{name}.toml").read_text()
    flows = tomllib.loads(text).get("flow", [])
    return Scenario(read_description(text, f"{name}.toml"), tuple(_expected(flow) for flow in flows))


def _expected(flow: dict[str, Any]) -> Expected:
    question = {key: value for key, value in flow.items() if key in QUESTION}
    words = [str(question[key]) for key in QUESTION if key in question]
    return Expected(
        name=flow.get("name", " ".join(words)),
        question=question,
        answer={key: value for key, value in flow.items() if key not in (*QUESTION, "name")},
    )


def spoken(path: list[dict[str, Any]]) -> list[str]:
    """The path of a trace document in the words of a scenario file."""
    return [_spoken(hop) for hop in path]


def _spoken(hop: dict[str, Any]) -> str:
    words = [hop["name"], hop["incoming"], f"-> {hop['outgoing']}" if hop["outgoing"] else ""]
    return " ".join(word for word in words if word)

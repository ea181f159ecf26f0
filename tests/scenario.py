"""Scenario files: a network, and what is expected of it. Simulator and kernel run the same files.

`[[flow]]` is about routing alone, `[[proof]]` about services: the same questions as of a trace and of a proof.

A path is written as a person says it: `gw lan -> up` is a router with its interfaces, `gw -> up` a router that sends
the packet itself, `gw lan` a router where it ends, and a lone name or address the host that it reaches. What decides is
`gw filter FORWARD 2`, `gw filter FORWARD policy`, `gw route`, or `gw` alone where it is neither. What a router does by
itself is its verdict and what decides there, and behind a semicolon the same of the answer: `accepted filter FORWARD 2;
accepted filter FORWARD 1`; what is left out is not compared. A rule that counted is `filter FORWARD 2`, and with `x2`
one that matched two packets.
"""

import tomllib
from pathlib import Path
from typing import Any

from msgspec import Struct

from backend.facts.description import read_description
from backend.model.network import Network

FOLDER = Path(__file__).parent / "scenarios"
QUESTION = ("source", "destination", "protocol", "source_port", "destination_port", "mark", "tos", "ttl", "gateway")
PROOF = ("source", "destination", "services", "source_port", "tos", "ttl", "gateway")


class Expected(Struct, frozen=True):
    name: str
    question: dict[str, Any]
    answer: dict[str, Any]
    """Of a flow: verdict, path, and where the file says so share, conditions and alternatives. Of a proof: verdict, and
    where the file says so what decided with which action, the direction, the paths forward and in return, each router
    alone, what counted there, and words of each condition."""


class Scenario(Struct, frozen=True):
    network: Network
    flows: tuple[Expected, ...]
    proofs: tuple[Expected, ...] = ()


def names() -> list[str]:
    return sorted(path.stem for path in FOLDER.glob("*.toml"))


def load(name: str) -> Scenario:
    text = (FOLDER / f"{name}.toml").read_text()
    said = tomllib.loads(text)
    flows = tuple(_expected(flow, QUESTION) for flow in said.get("flow", []))
    proofs = tuple(_expected(proof, PROOF) for proof in said.get("proof", []))
    return Scenario(read_description(text, f"{name}.toml"), flows, proofs)


def _expected(table: dict[str, Any], fields: tuple[str, ...]) -> Expected:
    question = {key: value for key, value in table.items() if key in fields}
    words = [str(question[key]) for key in fields if key in question]
    return Expected(
        name=table.get("name", " ".join(words)),
        question=question,
        answer={key: value for key, value in table.items() if key not in (*fields, "name")},
    )


def spoken(path: list[dict[str, Any]]) -> list[str]:
    """The path of a trace document in the words of a scenario file."""
    return [_spoken(hop) for hop in path]


def _spoken(hop: dict[str, Any]) -> str:
    words = [hop["name"], hop["incoming"], f"-> {hop['outgoing']}" if hop["outgoing"] else ""]
    return " ".join(word for word in words if word)


def told(service: dict[str, Any], wanted: dict[str, Any]) -> dict[str, Any]:
    """What the answer for a service says of the things that are expected, in the words of a scenario file."""
    found: dict[str, Any] = {}
    for key, expected in wanted.items():
        match key:
            case "decided":
                found[key] = _decision(service["decided_by"])
            case "action":
                found[key] = (service["decided_by"] or {}).get("action")
            case "forward" | "return":
                found[key] = spoken(service[key]["path"]) if service[key] is not None else []
            case "routers":
                found[key] = {each["name"]: _alone(each, expected.get(each["name"], "")) for each in service["routers"]}
            case "counted":
                found[key] = {each["name"]: _counted(each) for each in service["routers"] if each["name"] in expected}
            case "conditions":
                found[key] = _conditions(service["conditions"], expected)
            case _:
                found[key] = service[key]
    return found


def _decision(decision: dict[str, Any] | None) -> str | None:
    if decision is None:
        return None
    place = {"rule": f"{decision['number']}", "policy": "policy", "route": "route"}.get(decision["kind"])
    return " ".join(word for word in (decision["router"], decision["table"], decision["chain"], place) if word)


def _alone(router: dict[str, Any], expected: str) -> str:
    """As much of it as is expected."""
    parts = [(router["verdict"], router["decided_by"]), (router["return_verdict"], router["return_decided_by"])]
    wanted = [part.split() for part in expected.split(";")]
    return "; ".join(
        " ".join([str(verdict), *(_decision(decision) or "").split()[1:]][: max(len(words), 1)])
        for (verdict, decision), words in zip(parts, wanted, strict=False)
    )


def _counted(router: dict[str, Any]) -> list[str]:
    return [
        f"{each['table']} {each['chain']} {each['number']}" + (f" x{many}" if many > 1 else "")
        for each in router["counted"]
        for many in [each["after"] - each["before"]]
    ]


def _conditions(said: list[str], expected: list[str]) -> list[str]:
    """Those that have the expected words as these, all others in full."""
    left = list(expected)
    found = []
    for text in said:
        words = next((each for each in left if each in text), text)
        if words in left:
            left.remove(words)
        found.append(words)
    return found

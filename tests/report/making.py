"""Result documents of real answers: `python -m tests.report.making` (root) writes them into tests/report/documents."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import backend.demo
from backend.facts import read_directory
from backend.facts.description import read_description
from backend.jobs.comparison import Comparison, compare
from backend.lab.proof.prove import Request, proving
from backend.model.address import parse_address
from backend.model.answer import Reachability, Stop
from backend.model.network import Network
from backend.sim import Question, compile_network, reach
from backend.wire.answer import answer_document
from backend.wire.path import read_path
from backend.wire.services import read_services
from tests.report.results import HERE

DEMO = Path(backend.demo.__file__).parent / "facts"
SCENARIOS = Path(__file__).parents[1] / "scenarios"
Document = dict[str, Any]


def result_of(
    network: Network, source: str, destination: str, services: str, *, is_proved: bool = True,
    given: Mapping[str, Any] | None = None, source_port: int | None = None, notes: tuple[str, ...] = (),
) -> Document:  # fmt: skip
    ends = parse_address(source), parse_address(destination)
    wanted = read_services(services)
    path: tuple[Stop, ...] = ()
    if given is not None:
        path, found = read_path(network, json.dumps(given))
        notes += found
    predicted = reach(compile_network(network), Question(*ends, wanted, source_port))
    proved = None
    if is_proved:
        request = Request(network, *ends, wanted, source_port, path=path)
        proved = next(said for said in proving(request) if isinstance(said, Reachability))
    prediction, proof = answer_document(predicted), None if proved is None else answer_document(proved)
    asked = {
        "source": source, "destination": destination, "source_port": source_port, "gateway": None, "tos": 0, "ttl": 64,
        "services": [{"port": each.port or None, "protocol": each.protocol} for each in wanted],
        "trace": None if given is None else dict(given),
    }  # fmt: skip
    return {
        "version": 1, "job": "4f1c2a90b7d3", "user": "anna", "mode": "prove" if is_proved else "predict", "attempt": 1,
        "network": network.label, "submitted": "2026-07-01T12:00:00.000Z", "started": "2026-07-01T12:00:00.012Z",
        "ended": "2026-07-01T12:00:00.312Z", "asked": asked, "services": _services(proof or prediction),
        "prediction": prediction, "proof": proof,
        "comparison": None if proved is None else _comparison(compare(predicted, proved, bool(path))),
        "phases": [
            {"phase": "predict", "began": "2026-07-01T12:00:00.012Z", "took_s": 0.004},
            {"phase": "build", "began": "2026-07-01T12:00:00.016Z", "took_s": 0.081},
            {"phase": "test", "began": "2026-07-01T12:00:00.097Z", "took_s": 0.2},
        ],
        "notes": list(notes),
    }  # fmt: skip


def _services(answer: Document) -> list[Document]:
    keys = ("port", "protocol", "verdict", "reachable", "decided_by", "direction")
    return [
        {key: each[key] for key in keys} | {"sentence": _sentence(each), "by": answer["by"]}
        for each in answer["services"]
    ]


def _sentence(service: Document) -> str:
    return service["reason"] or f"{service['protocol']} reaches its destination, and the answer comes back"


def _comparison(found: Comparison) -> Document:
    return {
        "sentence": found.sentence,
        "differs": found.is_ours,
        "services": [
            {
                "port": each.service.port or None, "protocol": each.service.protocol,
                "agreement": each.agreement.value, "why": each.why,
                "routers": [
                    {"name": router.name, "direction": "return" if router.is_return else "forward",
                     "agreement": router.agreement.value, "why": router.why}
                    for router in each.routers
                ],
            }
            for each in found.services
        ],
    }  # fmt: skip


def demo() -> Network:
    return read_directory(DEMO).network


def scenario(name: str) -> Network:
    return read_description((SCENARIOS / f"{name}.toml").read_text("utf-8"), name)


def differing() -> Document:
    """As if the prediction had been of facts that lack a rule: nothing but such an error makes them differ."""
    document = result_of(demo(), "10.1.1.50", "10.2.1.50", "22")
    other = result_of(demo(), "10.1.1.50", "10.2.1.50", "23", is_proved=False)["prediction"]
    other["services"][0]["port"] = 22
    document["prediction"] = other
    why = "predicted denied_forward by hq-gw, proved accepted"
    document["comparison"] = {
        "sentence": f"Prediction and proof differ, which is an error of ours: 22/tcp, {why}.", "differs": True,
        "services": [{"port": 22, "protocol": "tcp", "agreement": "differs", "why": why, "routers": [
            {"name": "hq-gw", "direction": "forward", "agreement": "differs", "why": why},
            {"name": "br-gw", "direction": "forward", "agreement": "agrees", "why": ""},
        ]}],
    }  # fmt: skip
    return document


def without_proof() -> Document:
    document = result_of(demo(), "10.1.1.50", "10.3.20.10", "443,icmp", is_proved=False)
    note = "There is no proof: no network namespace can be made here: Operation not permitted"
    return document | {"mode": "prove", "notes": [note]}


GIVEN = {"success": True, "source": "10.1.1.50", "destination": "10.3.20.10", "path": [
    {"hop": 1, "name": "hq-gw", "ip": "10.1.1.1", "incoming": "eth1", "outgoing": "wg0", "is_router": True},
    {"hop": 2, "name": "???", "ip": "", "is_router": True},
    {"hop": 3, "name": "dc-fw", "ip": "10.3.0.3", "incoming": "eth0", "is_router": True},
]}  # fmt: skip

MANY = "22/tcp,53/udp,80,443,3306,5432,8080,161/udp,514/udp,icmp"

MAKING: dict[str, Callable[[], Document]] = {
    "accepted": lambda: result_of(demo(), "10.1.1.50", "10.2.1.50", "22"),
    "dropped": lambda: result_of(demo(), "10.1.1.50", "10.3.20.10", "5432"),
    "rejected": lambda: result_of(demo(), "10.1.1.50", "10.2.1.50", "53/udp"),
    "no-route": lambda: result_of(demo(), "10.1.1.50", "10.77.0.1", "80"),
    "conditional": lambda: result_of(scenario("conditions"), "10.1.0.50", "10.2.0.50", "80,86,87,89,91,92"),
    "unknown": lambda: result_of(scenario("not-known"), "10.1.0.50", "10.2.0.50", "22,23,80,icmp"),
    "translated": lambda: result_of(demo(), "8.8.8.8", "203.0.113.2", "8443"),
    "translations": lambda: result_of(scenario("translation"), "10.1.0.60", "10.99.0.1", "80,8443,53/udp,92"),
    "masquerade": lambda: result_of(demo(), "10.1.1.50", "8.8.8.8", "443"),
    "ipv6": lambda: result_of(demo(), "2001:db8:1:1::50", "2001:db8:2:1::50", "22,icmp"),
    "return-blocked": lambda: result_of(scenario("return"), "10.1.0.50", "10.2.0.50", "80,81,82,53/udp,90,icmp"),
    "ten-services": lambda: result_of(demo(), "10.1.1.50", "10.3.20.10", MANY),
    "given-trace": lambda: result_of(demo(), "10.1.1.50", "10.3.20.10", "443", given=GIVEN),
    "without-proof": without_proof,
    "differing": differing,
}


if __name__ == "__main__":
    for name, make in MAKING.items():
        (HERE / f"{name}.json").write_text(json.dumps(make(), ensure_ascii=False) + "\n", "utf-8")

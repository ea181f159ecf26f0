"""Result documents of real tests: `python -m tests.report.making` (root) writes them into tests/report/documents."""

import json
import tempfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from msgspec import structs

import backend.demo
from backend.facts import read_directory
from backend.facts.description import read_description
from backend.jobs.job import Asked
from backend.lab.error import LabError
from backend.lab.proof.progress import Progress
from backend.model.answer import Reachability
from backend.model.network import Network
from tests.jobs.running import engines_of, ran
from tests.report.results import HERE

DEMO = Path(backend.demo.__file__).parent / "facts"
SCENARIOS = Path(__file__).parents[1] / "scenarios"
ADMINS = "-A from-office -p tcp -m set --match-set admins src -m tcp --dport 22 -j ACCEPT"
Document = dict[str, Any]


def result_of(network: Network, source: str, destination: str, services: str, **more: Any) -> Document:
    question = {"source": source, "destination": destination, "services": services} | more
    return _settled(ran(network, question).results[-1])


def _settled(document: Document) -> Document:
    """With times that are the same whenever it is made."""
    at = {"submitted": "12:00:00.000", "started": "12:00:00.012", "ended": "12:00:00.312"}
    times = {key: f"2026-07-01T{time}Z" for key, time in at.items()}
    phases = [
        each | {"began": f"2026-07-01T12:00:00.{12 + 60 * number:03}Z", "took_s": 0.06}
        for number, each in enumerate(document["phases"])
    ]
    return document | times | {"job": "4f1c2a90b7d3", "phases": phases}


def demo() -> Network:
    return read_directory(DEMO).network


def scenario(name: str) -> Network:
    return read_description((SCENARIOS / f"{name}.toml").read_text("utf-8"), name)


def differing() -> Document:
    """The prediction is made of facts that lack a rule: nothing but an error of ours makes them differ else."""
    with tempfile.TemporaryDirectory() as place:
        for file in DEMO.iterdir():
            (Path(place) / file.name).write_text(file.read_text("utf-8").replace(f"{ADMINS}\n", ""), "utf-8")
        other = engines_of(read_directory(Path(place)).network)
    engines = structs.replace(engines_of(demo()), predict=other.predict)
    question = {"source": "10.1.1.50", "destination": "10.2.1.50", "services": "22"}
    return _settled(ran(demo(), question, engines).results[-1])


def without_proof() -> Document:
    def prove(asked: Asked) -> Iterator[Progress | Reachability]:
        raise LabError("no network namespace can be made here: Operation not permitted")

    engines = structs.replace(engines_of(demo()), prove=prove)
    question = {"source": "10.1.1.50", "destination": "10.3.20.10", "services": "443,icmp"}
    return _settled(ran(demo(), question, engines).results[-1])


GIVEN: Mapping[str, Any] = {"success": True, "source": "10.1.1.50", "destination": "10.3.20.10", "path": [
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
    "predicted": lambda: result_of(demo(), "10.1.1.50", "10.3.20.10", "22,443,icmp", mode="predict"),
    "given-trace": lambda: result_of(demo(), "10.1.1.50", "10.3.20.10", "443", trace=json.dumps(GIVEN)),
    "without-proof": without_proof,
    "differing": differing,
}


if __name__ == "__main__":
    for name, make in MAKING.items():
        (HERE / f"{name}.json").write_text(json.dumps(make(), ensure_ascii=False) + "\n", "utf-8")

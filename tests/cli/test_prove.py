"""`tsimsh prove` in a process of its own, as a person or script starts it, on the demo network."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

pytestmark = [pytest.mark.root, pytest.mark.serial]
ROOT = Path(__file__).parents[2]


def prove(line: str, typed: str = "") -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "backend.cli.tsimsh", *line.split()]
    return subprocess.run(command, input=typed, capture_output=True, text=True, cwd=ROOT, timeout=60, check=False)


def document(line: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(prove(f"{line} -j").stdout)
    return found


@pytest.mark.parametrize(
    ("services", "destination", "code"),
    [("22", "br-pc1", 0), ("22,53/udp", "br-pc1", 1), ("443", "8.8.8.8", 4), ("icmp", "2001:db8:2:1::50", 0)],
)
def test_the_exit_code_is_the_answer(services: str, destination: str, code: int) -> None:
    source = "2001:db8:1:1::50" if ":" in destination else "10.1.1.50"
    done = prove(f"prove -s {source} -d {destination} -P {services}")
    assert (done.returncode, done.stderr) == (code, "")


def test_the_document_names_what_decides_and_all_further_blockers() -> None:
    (service,) = document("prove -s hq-pc1 -d dc-db1 -P 5432")["services"]
    assert (service["verdict"], service["reachable"], service["direction"]) == ("denied_forward", False, "forward")
    assert {key: service["decided_by"][key] for key in ("router", "table", "chain", "number", "kind", "action")} == {
        "router": "hq-gw", "table": "filter", "chain": "log-drop", "number": 2, "kind": "rule", "action": "DROP",
    }  # fmt: skip
    denied = [each["name"] for each in service["routers"] if each["verdict"] == "denied_forward"]
    assert denied == ["hq-gw", "dc-fw"]
    first = service["routers"][0]["counted"][-1]
    assert (first["chain"], first["number"], first["before"], first["after"]) == ("log-drop", 2, 0, 1)


def test_paths_there_and_back_are_traces() -> None:
    answer = document("prove -s hq-pc1 -d br-pc1 -P 22")
    (service,) = answer["services"]
    assert (answer["by"], service["forward"]["by"]) == ("proof", "proof")
    assert [hop["name"] for hop in service["forward"]["path"]] == ["hq-gw", "br-gw", "br-pc1"]
    assert [hop["name"] for hop in service["return"]["path"]] == ["br-gw", "hq-gw", "hq-pc1"]
    rules = [step["text"] for step in service["forward"]["path"][1]["steps"] if step["kind"] == "rule"]
    assert rules[-1] == "-A vpn-in -s 10.1.1.50/32 -p tcp -m tcp --dport 22 -j ACCEPT"


def test_what_trace_prints_can_be_given_back(tmp_path: Path) -> None:
    file = tmp_path / "trace.json"
    file.write_text(prove("trace -s hq-pc1 -d dc-db1 -j").stdout)
    (service,) = document(f"prove -s hq-pc1 -d dc-db1 -P 443 --trace {file}")["services"]
    assert service["decided_by"]["router"] == "dc-fw"
    assert [each["name"] for each in service["routers"]] == [
        hop["name"] for hop in json.loads(file.read_text())["path"] if hop["is_router"]
    ]


def test_words_are_a_person_s() -> None:
    lines = prove("prove -s hq-pc1 -d br-pc1 -P 53/udp -vv").stdout.splitlines()
    assert lines[1].startswith("  53/udp     denied_forward: rejected by br-gw, filter FORWARD rule 11: -A FORWARD -j")
    assert "    forward  hq-gw eth1 → wg0  on 10.100.1.0/24 | br-gw wg0 → ·" in lines
    assert any(line.startswith("      0 → 1  filter FORWARD 11") for line in lines)


@pytest.mark.parametrize(
    ("line", "code", "said"),
    [
        ("prove -s hq-pc1 -d br-pc1 -P 99999", 2, "tsimsh: services: '99999': a port is from 1 to 65535"),
        ("prove -s hq-pc1 -d br-pc1 -P 22 --trace /nowhere", 2, "tsimsh: trace: /nowhere: No such file or directory"),
        ("prove -s 127.0.0.1 -d br-pc1 -P 22", 3, "tsimsh: 127.0.0.1 is no address that a packet comes from"),
        ("prove -s 10.77.0.1 -d br-pc1 -P 22", 3, "tsimsh: 10.77.0.1 is on no known segment"),
    ],
)
def test_what_is_wrong_is_said_in_one_line(line: str, code: int, said: str) -> None:
    done = prove(line)
    assert (done.returncode, done.stdout) == (code, "")
    assert done.stderr.startswith(said)
    assert "Traceback" not in done.stderr


def test_a_script_gets_a_line_for_each_question() -> None:
    typed = "".join(
        f"prove -s hq-pc1 -d {to} -P {what} -j\n" for to, what in (("br-pc1", 22), ("x", 1), ("hq-pc2", "icmp"))
    )
    done = prove("-q", typed)
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert [each.get("success", True) for each in answers] == [True, False, True]
    assert answers[2]["services"][0]["verdict"] == "accepted"

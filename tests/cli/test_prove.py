"""`tsimsh prove` on the demo network: what only a proof has. What it shares with a prediction is in test_reach."""

import json
from pathlib import Path

import pytest

from tests.cli.asked import document, tsimsh

pytestmark = [pytest.mark.root, pytest.mark.serial]


def test_counters_are_those_of_the_lab() -> None:
    (service,) = document("prove -s hq-pc1 -d dc-db1 -P 5432")["services"]
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
    file.write_text(tsimsh("trace -s hq-pc1 -d dc-db1 -j").stdout)
    (service,) = document(f"prove -s hq-pc1 -d dc-db1 -P 443 --trace {file}")["services"]
    assert service["decided_by"]["router"] == "dc-fw"
    assert [each["name"] for each in service["routers"]] == [
        hop["name"] for hop in json.loads(file.read_text())["path"] if hop["is_router"]
    ]


def test_nothing_at_all_is_no_trace(tmp_path: Path) -> None:
    for text, said in (("null", "is None, not an object"), ("[]", "is [], not an object"), ("", "is no JSON: line 1")):
        file = tmp_path / "trace.json"
        file.write_text(text)
        done = tsimsh(f"prove -s hq-pc1 -d br-pc1 -P 22 --trace {file}")
        assert (done.returncode, done.stderr.startswith(f"tsimsh: trace: {said}")) == (2, True)


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
    done = tsimsh(line)
    assert (done.returncode, done.stdout) == (code, "")
    assert done.stderr.startswith(said)
    assert "Traceback" not in done.stderr

"""`tsimsh reach`, and what `tsimsh prove` has in common with it; where nothing else is said, on the demo."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.asked import document, tsimsh
from tests.small import SECTION, write_small_network

BOTH = pytest.mark.parametrize(
    "command", ["reach", pytest.param("prove", marks=[pytest.mark.root, pytest.mark.serial])]
)
RULES = """\
*filter
:INPUT ACCEPT [0:0]
:FORWARD DROP [0:0]
:OUTPUT ACCEPT [0:0]
-A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A FORWARD -p tcp -m tcp --dport 22 -j ACCEPT
-A FORWARD -p tcp -m tcp --dport 25 -m limit --limit 5/sec -j ACCEPT
-A FORWARD -p tcp -m tcp --dport 26 -m unheard --of it -j ACCEPT
-A FORWARD -p udp -m dscp --dscp 0x04 -j ACCEPT
-A FORWARD -p udp -m ttl --ttl-lt 9 -j REJECT
COMMIT
"""
OPEN = "*filter\n:FORWARD ACCEPT [0:0]\nCOMMIT\n"


@pytest.fixture(scope="module")
def facts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return with_rules(tmp_path_factory.mktemp("facts"), {"gw-a": RULES, "gw-b": OPEN})


def with_rules(folder: Path, rules: dict[str, str]) -> Path:
    write_small_network(folder)
    for name, text in rules.items():
        file = folder / f"{name}_facts.txt"
        section = SECTION.format(name="iptables_save", text=text)
        file.write_text(file.read_text().replace("TSIM_FACTS_COLLECTION", f"{section}TSIM_FACTS_COLLECTION"))
    return folder


@pytest.mark.parametrize(
    ("services", "destination", "code"),
    [("22", "br-pc1", 0), ("22,53/udp", "br-pc1", 1), ("443", "8.8.8.8", 4), ("icmp", "2001:db8:2:1::50", 0)],
)
@BOTH
def test_the_exit_code_is_the_answer(command: str, services: str, destination: str, code: int) -> None:
    source = "2001:db8:1:1::50" if ":" in destination else "10.1.1.50"
    done = tsimsh(f"{command} -s {source} -d {destination} -P {services}")
    assert (done.returncode, done.stderr) == (code, "")


@BOTH
def test_the_document_names_what_decides_and_all_further_blockers(command: str) -> None:
    answer = document(f"{command} -s hq-pc1 -d dc-db1 -P 5432")
    assert answer["by"] == {"reach": "prediction", "prove": "proof"}[command]
    (service,) = answer["services"]
    assert (service["verdict"], service["reachable"], service["direction"]) == ("denied_forward", False, "forward")
    assert {key: service["decided_by"][key] for key in ("router", "table", "chain", "number", "kind", "action")} == {
        "router": "hq-gw", "table": "filter", "chain": "log-drop", "number": 2, "kind": "rule", "action": "DROP",
    }  # fmt: skip
    denied = [each["name"] for each in service["routers"] if each["verdict"] == "denied_forward"]
    assert denied == ["hq-gw", "dc-fw"]


def test_steps_of_rules_have_table_chain_number_and_comment() -> None:
    (service,) = document("reach -s hq-pc1 -d hq-srv1 -P 443")["services"]
    steps = [step for hop in service["forward"]["path"] for step in hop["steps"] if step["kind"] == "rule"]
    assert steps, service["reason"]
    assert all(step["table"] and step["chain"] and step["number"] and step["text"] for step in steps)


@BOTH
def test_words_are_a_person_s(command: str) -> None:
    lines = tsimsh(f"{command} -s hq-pc1 -d br-pc1 -P 53/udp -vv").stdout.splitlines()
    assert lines[1].startswith("  53/udp     denied_forward: rejected by br-gw, filter FORWARD rule 11: -A FORWARD -j")
    assert "    forward  hq-gw eth1 → wg0  on 10.100.1.0/24 | br-gw wg0 → ·" in lines
    assert any(line.startswith("      0 → 1  filter FORWARD 11") for line in lines)


def test_on_request_what_was_tried_is_told_with_its_reason() -> None:
    asked = "-s hq-pc1 -d br-pc1 -P 22"
    lines = tsimsh(f"reach {asked} -vvv").stdout.splitlines()
    assert lines == tsimsh(f"reach {asked} --tried").stdout.splitlines()
    tried = (
        "filter vpn-in 1: -A vpn-in -s 10.1.0.0/16 -d 10.2.1.0/24 -p tcp -m multiport --dports 80,443,3389 -j ACCEPT"
    )
    at = lines.index(f"        tried         {tried}  ✗ --dports 80,443,3389: port is 22")
    assert lines[at + 1].startswith("        rule          filter vpn-in 2: -A vpn-in -s 10.1.1.50/32 -p tcp -m tcp")
    assert not any("tried" in line for line in tsimsh(f"reach {asked} -vv").stdout.splitlines())


def test_as_json_too() -> None:
    (service,) = document("reach -s hq-pc1 -d br-pc1 -P 22 --tried")["services"]
    last = [step for step in service["forward"]["path"][1]["steps"] if step["kind"] == "rule"][-1]
    assert (last["chain"], last["number"]) == ("vpn-in", 2)
    (tried,) = last["tried"]
    assert {key: tried[key] for key in ("table", "chain", "number", "reason")} == {
        "table": "filter", "chain": "vpn-in", "number": 1, "reason": "--dports 80,443,3389: port is 22",
    }  # fmt: skip
    (service,) = document("reach -s hq-pc1 -d br-pc1 -P 22")["services"]
    assert all("tried" not in step for hop in service["forward"]["path"] for step in hop["steps"])


def on(facts: Path, line: str) -> tuple[int, dict[str, Any]]:
    done = tsimsh(f"--facts {facts} reach -s 10.0.1.50 -d 10.0.2.9 {line} -j")
    return done.returncode, json.loads(done.stdout)["services"][0]


def test_what_depends_on_more_than_the_packet_has_both_outcomes(facts: Path) -> None:
    code, service = on(facts, "-P 25")
    assert (code, service["verdict"], service["reachable"]) == (4, "conditional", False)
    assert "accepted if" in service["reason"]
    assert "denied_forward if" in service["reason"]
    assert "limit: 5/sec" in service["conditions"][0]


def test_what_nobody_knows_is_never_accepted(facts: Path) -> None:
    code, service = on(facts, "-P 26")
    assert (code, service["verdict"]) == (4, "unknown")
    assert "unheard" in service["reason"]


def test_a_router_without_rules_in_the_facts_is_not_known(facts: Path, tmp_path: Path) -> None:
    assert on(facts, "-P 22")[1]["verdict"] == "accepted"
    code, service = on(with_rules(tmp_path, {"gw-a": RULES}), "-P 22")
    assert (code, service["verdict"]) == (4, "unknown")
    assert "gw-b" in service["reason"]
    assert service["conditions"] == [], "the reason need not be said again"


def test_nor_does_a_trace_take_it_for_granted(tmp_path: Path) -> None:
    asked = f"--facts {with_rules(tmp_path, {'gw-a': RULES})} trace -s 10.0.1.50 -d 10.0.2.9 -p tcp --sport 4000"
    done = tsimsh(f"{asked} --dport 22")
    assert (done.returncode, "unknown: the rules of gw-b are not known" in done.stdout) == (4, True)
    done = tsimsh(f"{asked} --dport 23")
    assert (done.returncode, "denied_forward: dropped by gw-a" in done.stdout) == (1, True)


@pytest.mark.parametrize(
    ("words", "action"), [("", "DROP"), ("--tos 0x10", None), ("--ttl 9", "REJECT"), ("--ttl 10", "DROP")]
)
def test_rules_are_asked_with_the_fields_of_the_packet(facts: Path, words: str, action: str | None) -> None:
    _, service = on(facts, f"-P 53/udp {words}")
    assert service["reachable"] is (action is None)
    assert action is None or service["decided_by"]["action"] == action


@pytest.mark.parametrize(
    ("line", "code", "said"),
    [
        ("-s hq-pc1 -d br-pc1 -P 99999", 2, "tsimsh: services: '99999': a port is from 1 to 65535"),
        ("-s hq-pc1 -d br-pc1 -P 22 --ttl 0", 2, "tsimsh: ttl: 0 is not sent by anybody"),
        ("-s hq-pc1 -d br-pc1 -P 22 --tos 256", 2, "tsimsh: tos: '256' is not a number from 0 to 255"),
        ("-s nobody -d br-pc1 -P 22", 2, "tsimsh: source: 'nobody' is neither"),
        ("-s hq-pc1 -d br-pc1 -P 22 --gateway x", 2, "tsimsh: gateway: 'x' is no router of this network"),
        ("-s hq-pc1 -d br-pc1", 2, "tsimsh: the following arguments are required: -P/--services"),
        ("-s hq-pc1 -d br-pc1 -P 22 --trace x", 2, "tsimsh: unrecognized arguments: --trace x"),
    ],
)
def test_what_is_wrong_is_said(line: str, code: int, said: str) -> None:
    done = tsimsh(f"reach {line}")
    assert (done.returncode, done.stdout) == (code, "")
    assert done.stderr.startswith(said)
    assert "Traceback" not in done.stderr


def test_a_source_that_cannot_be_is_not_known() -> None:
    done = tsimsh("reach -s 127.0.0.1 -d br-pc1 -P 22")
    assert done.returncode == 4
    assert "unknown: 127.0.0.1 is no address that a packet comes from" in done.stdout


@BOTH
def test_a_script_gets_a_line_for_each_question(command: str) -> None:
    asked = (("br-pc1", 22), ("x", 1), ("hq-pc2", "icmp"))
    done = tsimsh("-q", "".join(f"{command} -s hq-pc1 -d {to} -P {what} -j\n" for to, what in asked))
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert [each.get("success", True) for each in answers] == [True, False, True]
    assert answers[2]["services"][0]["verdict"] == "accepted"
    assert done.returncode == 2


@pytest.mark.root
@pytest.mark.serial
def test_a_prediction_has_the_form_of_a_proof_and_its_words() -> None:
    asked = "-s hq-pc1 -d dc-db1 -P 443,icmp --tos 0x10 --ttl 30"
    predicted, proved = document(f"reach {asked}"), document(f"prove {asked}")
    assert form(predicted) == form(proved)
    assert [each["decided_by"] for each in predicted["services"]] == [each["decided_by"] for each in proved["services"]]
    assert predicted["services"][0]["forward"]["scope"] == proved["services"][0]["forward"]["scope"] == "rules"


def form(value: Any) -> Any:
    """Which keys there are; of lists those of the first."""
    if isinstance(value, dict):
        return {key: form(each) for key, each in value.items()}
    return [form(each) for each in value[:1]] if isinstance(value, list) and value else None

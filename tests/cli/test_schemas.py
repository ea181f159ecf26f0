"""What commands print with -j is as published, asked of real engines, labs and networks."""

import json
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from referencing import Registry, Resource

from backend.cli.command import Shell
from backend.cli.commands import parser
from backend.cli.completion.wanted import commands_of
from backend.facts import Reading
from tests.cli.playing import KNOWN, shell_of, told
from tests.cli.policy.files import policy, small
from tests.cli.report.results import result_text
from tests.engine.process import EngineProcess
from tests.policy.grounds import network

SHELL, RESULT = (
    json.loads((files("backend.wire") / "schemas" / f"{name}.json").read_text("utf-8")) for name in ("shell", "result")
)
REGISTRY = Registry().with_resources((each["$id"], Resource.from_contents(each)) for each in (SHELL, RESULT))
SHARED = {"network_kept", "job", "metrics", "diagnostic", "not_running", "error"}
LAB = "status", "up", "down"
KEPT = "list", "upload", "activate", "download"


@cache
def schema_of(command: str) -> Draft202012Validator:
    return Draft202012Validator({"$ref": f"{SHELL['$id']}#/$defs/{command.replace(' ', '%20')}"}, registry=REGISTRY)


def asked(shell: Shell, command: str, rest: str = "") -> Any:
    """It is text, as who reads it gets it."""
    document = json.loads(
        json.dumps(told(f"{command} {rest} -j" if "--" not in rest.split() else f"{command} -j {rest}", shell).document)
    )
    errors = [f"{error.json_path}: {error.message[:200]}" for error in schema_of(command).iter_errors(document)]
    assert errors == []
    return document


def test_it_is_a_schema_and_has_all_commands() -> None:
    Draft202012Validator.check_schema(SHELL)
    known = commands_of(parser()).keys()
    single = {name for name in known if not any(other.startswith(f"{name} ") for other in known)} - {"help"}
    single |= {f"network {what}" for what in ("plan", *LAB, *KEPT)}
    assert SHELL["$defs"].keys() - SHARED == single
    assert all(each["description"] for each in SHELL["$defs"].values())


def test_what_differs_is_found() -> None:
    assert not schema_of("facts").is_valid({"network": "x", "routers": [], "diagnostics": [], "more": 1})
    assert not schema_of("set").is_valid({"a": 1})


def test_of_this_process(tmp_path: Path) -> None:
    shell = shell_of(KNOWN)
    for command, rest in (
        ("trace", "-s a -d b -vvv -p tcp --sport 1 --dport 81"), ("trace", "-s a -d 10.66.0.1"), ("network", ""),
        ("reach", "-s a -d b -P 81,icmp --tried"), ("facts", ""), ("network plan", ""), ("set", "x y"), ("set", ""),
        ("unset", "x"), ("completion", "bash"), ("complete", "-- trace -"),
    ):  # fmt: skip
        asked(shell, command, rest)
    file = tmp_path / "result.json"
    file.write_text(result_text())
    asked(shell, "report", f"{file} -o {tmp_path}/x.csv")


def test_of_policies(tmp_path: Path) -> None:
    shell = shell_of(Reading(network()))
    lines = "10.1.0.0/24 must reach db on https", "pc must reach db on icmp", "any must not reach db on 22"
    asked(shell, "check", str(policy(tmp_path, *lines)))
    asked(shell, "diff", f"{small(tmp_path / 'old', 22)} {small(tmp_path / 'new', 443)}")


def test_of_a_mistake() -> None:
    assert schema_of("error").is_valid({"success": False, "error": "x", "line": 3})


@pytest.mark.root
@pytest.mark.serial
def test_of_the_engine(
    by_engine: Shell, engine: EngineProcess, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    label = asked(by_engine, "network list")["networks"][0]["label"]
    ends = "-s hq-pc1 -d br-pc1 -P 22"
    job = asked(by_engine, "job submit", f"{ends} --wait")["job"]
    asked(by_engine, "job submit", f"{ends} --mode predict")
    for command, rest in (
        ("prove", ends), ("network download", f"{label} -o {tmp_path}/x.tar.gz"), ("network activate", label),
        ("network upload", f"{tmp_path}/x.tar.gz"), ("job list", ""), ("job show", job), ("job result", job),
        ("job report", f"{job} -o {tmp_path}/x.pdf"), ("job cancel", job), ("job remove", job), ("engine status", ""),
        ("engine metrics", ""), ("engine reload", ""), ("engine cleanup", ""),
    ):  # fmt: skip
        asked(by_engine, command, rest)
    monkeypatch.setenv("TSIM_STATE", str(engine.config.state))
    asked(by_engine, "doctor")


@pytest.mark.serial
def test_of_watching(by_engine: Shell, capsys: pytest.CaptureFixture[str]) -> None:
    job = asked(by_engine, "job submit", "-s hq-pc1 -d br-pc1 -P 22 --mode predict")["id"]
    told(f"job watch {job} -j", by_engine)
    frames = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert frames
    assert all(schema_of("job watch").is_valid(frame) for frame in frames)


@pytest.mark.root
@pytest.mark.serial
def test_of_a_lab(up: Path) -> None:
    shell = shell_of(KNOWN)
    for command, rest in (
        ("network up", ""), ("host add", "web 10.2.0.79"), ("service start", "web 443,53/udp"), ("network status", ""),
        ("host list", ""), ("service list", ""), ("service test", "-s a -d web -P 443,22,icmp"),
        ("ping", "-s a -d web -c 2 -i 0.01"), ("ping", "-s a -d 10.66.0.1 -c 1"), ("mtr", "-s a -d web -p tcp"),
        ("mtr", "-s a -d 10.66.0.1 -c 1"), ("service stop", "web 443"), ("host remove", "web"),
    ):  # fmt: skip
        asked(shell, command, rest)


def test_of_no_lab(apart: Path) -> None:
    for command in ("network status", "network down"):
        asked(shell_of(KNOWN), command)


def test_of_no_engine(apart: Path) -> None:
    from backend.cli.person import Person
    from backend.cli.who.engine import Engine
    from backend.cli.who.link import Link
    from backend.config import from_environment

    link = Link(from_environment())
    shell = Shell(Engine(link), link, Person(is_quiet=True), apart)
    for command in ("status", "metrics", "reload", "cleanup", "stop"):
        asked(shell, f"engine {command}")

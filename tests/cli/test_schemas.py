"""What commands print with -j is as published, asked of real engines, labs and networks."""

import json
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from msgspec import structs
from referencing import Registry, Resource

from backend.cli.command import FAILURE, Shell
from backend.cli.commands import parser
from backend.cli.completion.wanted import commands_of
from backend.cli.error import UsageError
from backend.cli.who.either import Either
from backend.cli.who.here import Here
from backend.facts import read_directory
from tests.cli.playing import KNOWN, engine_shell, shell_of, told
from tests.cli.policy.files import policy, small
from tests.cli.report.results import result_text
from tests.cli.who.elsewhere import Site

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


def test_of_a_mistake() -> None:
    assert schema_of("error").is_valid({"success": False, "error": "x", "line": 3})


ENDS = "-s 10.0.1.50 -d 10.0.2.50"
HERE, DAEMON, SERVER = "without the daemon", "with it", "elsewhere"
ALL, KEEPING = (HERE, DAEMON, SERVER), (DAEMON, SERVER)
TABLE: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("trace", f"{ENDS} -p tcp --sport 1 --dport 22 -vvv", ALL),
    ("reach", f"{ENDS} -P 22,443/tcp,53/udp,icmp --tried", ALL),
    ("prove", f"{ENDS} -P 22,icmp", ALL),
    ("check", "{folder}/policy.yaml", ALL),
    ("diff", "active {folder}/new", ALL),
    ("network", "", ALL),
    ("facts", "", ALL),
    ("network plan", "", (HERE, DAEMON)),
    ("job submit", f"{ENDS} -P 22 --mode predict --wait", KEEPING),
    ("job list", "", KEEPING),
    ("job show", "{job}", KEEPING),
    ("job result", "{job}", KEEPING),
    ("job watch", "{job}", KEEPING),
    ("job report", "{job} -o {folder}/x.pdf", KEEPING),
    ("report", "{job} -o {folder}/x.svg", KEEPING),
    ("report", "{job} {folder}/result.json -o {folder}/both.pdf", KEEPING),
    ("report", "{folder}/result.json -o {folder}/x.csv", ALL),
    ("job cancel", "{job}", KEEPING),
    ("job remove", "{job}", KEEPING),
    ("network list", "", KEEPING),
    ("network download", "{label} -o {folder}/x.tar.gz", KEEPING),
    ("network upload", "{folder}/x.tar.gz", KEEPING),
    ("network activate", "{label}", KEEPING),
    ("engine status", "", (DAEMON,)),
    ("engine metrics", "", (DAEMON,)),
    ("engine reload", "", (DAEMON,)),
    ("engine cleanup", "", (DAEMON,)),
    ("set", "x y", ALL),
    ("set", "", ALL),
    ("unset", "x", ALL),
    ("completion", "bash", ALL),
    ("complete", "-- trace -s 10.", ALL),
)
"""Commands with what else is typed, and where they are answered; in this order, and else refused with a reason."""
APART_FROM_WHO = {"doctor", "engine stop"}
"""And all that is about a lab."""


@pytest.mark.root
@pytest.mark.serial
@pytest.mark.parametrize("where", ALL)
def test_of_each_command_wherever_it_is_answered(
    where: str, site: Site, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    facts = site.town.engine.config.facts
    here, daemon = Here(lambda: read_directory(facts)), engine_shell(site.town.engine.config)
    shell = {
        HERE: structs.replace(shell_of(KNOWN), who=here),
        DAEMON: structs.replace(daemon, who=Either(daemon.who, lambda: here, pytest.fail)),
        SERVER: site.shell(),
    }[where]
    policy(tmp_path, "10.0.1.0/24 must reach 10.0.2.50 on 443", "10.0.1.50 must not reach 10.0.2.50 on 443")
    (tmp_path / "result.json").write_text(result_text())
    given = {"folder": str(tmp_path), "label": here.network(), "job": "1a2b3c4d"}
    small(tmp_path / "new", 443)
    for command, rest, answering in TABLE:
        words = rest.format_map(given)
        if where not in answering:
            assert is_refused(shell, f"{command} {words}"), command
        elif command == "job watch":
            told(f"{command} {words} -j", shell)
            frames = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
            assert frames
            assert all(schema_of(command).is_valid(frame) for frame in frames)
        else:
            document = asked(shell, command, words)
            given["job"] = document["job"] if command == "job submit" else given["job"]


def is_refused(shell: Shell, line: str) -> bool:
    try:
        answer = told(line, shell)
    except UsageError as error:
        return bool(str(error))
    return answer.code == FAILURE and bool(answer.text)


def test_the_table_has_all_that_is_about_a_network() -> None:
    known = SHELL["$defs"].keys() - SHARED - APART_FROM_WHO
    about_labs = {name for name in known if name.split()[0] in ("host", "service", "ping", "mtr")}
    assert {command for command, _, _ in TABLE} == known - about_labs - {f"network {what}" for what in LAB}


@pytest.mark.serial
def test_of_the_doctor(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TSIM_STATE", str(site.town.engine.config.state))
    asked(shell_of(KNOWN), "doctor")


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

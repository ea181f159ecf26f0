"""The Perl client, with a real engine and without one."""

import json
import os
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from backend.config import Config
from tests.cli.asked import ROOT
from tests.engine.process import EngineProcess, engine
from tests.small import write_small_network

LIBRARY = ROOT / "clients" / "perl" / "lib"
SHELL = f"{sys.executable} -m backend.cli.tsimsh"
HEAD = """
use strict; use warnings; use lib shift; use TSim; use JSON::PP;
my $tsim = TSim->new(socket => shift, tsimsh => [split / /, shift]);
sub say_json { print JSON::PP->new->utf8->canonical->allow_nonref->encode($_[0]), "\\n" }
"""
ENDS = "source => '10.0.1.50', destination => '10.0.2.50'"


@pytest.fixture(scope="module")
def facts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_small_network(tmp_path_factory.mktemp("facts") / "small", dropped=[22])


@pytest.fixture(scope="module")
def running(facts: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[EngineProcess]:
    folder = tmp_path_factory.mktemp("engine")
    with engine(Config(facts=facts, state=folder / "state"), folder / "log") as process:
        yield process


def perl(script: str, socket: Path, shell: str = SHELL, **variables: str) -> list[Any]:
    command = ["perl", "-e", HEAD + script, str(LIBRARY), str(socket), shell]
    clean = {name: value for name, value in os.environ.items() if name != "TSIM_FACTS"}
    done = subprocess.run(
        command, capture_output=True, text=True, cwd=ROOT, env=clean | variables, timeout=60, check=False
    )
    assert done.stderr == ""
    assert done.returncode == 0
    return [json.loads(line) for line in done.stdout.splitlines()]


@pytest.mark.serial
def test_an_engine_answers_many_calls_on_one_connection(running: EngineProcess) -> None:
    script = f"""
say_json($tsim->ping ? 1 : 0);
say_json($tsim->call_python('tsim', 'reach', {{{ENDS}, services => '22,443'}}));
say_json([TSim::Trace->new($tsim)->path('10.0.1.50', '10.0.2.50')]);
say_json([TSim::Network->new($tsim)->routers]);
say_json(TSim::Reach->new($tsim)->is_reached('10.0.1.50', '10.0.2.50', '443') ? 1 : 0);
say_json($tsim->call_python('engine', 'health')->{{result}}{{network}});
"""
    pong, reach, path, routers, reached, label = perl(script, running.config.engine_socket, "/nowhere/tsimsh")
    assert (pong, reached) == (1, 1)
    assert [each["verdict"] for each in reach["result"]["services"]] == ["denied_forward", "accepted"]
    assert (path[:2], routers) == (["gw-a", "gw-b"], ["gw-a", "gw-b"])
    assert label.startswith("small@")


@pytest.mark.serial
def test_a_test_that_is_kept(running: EngineProcess) -> None:
    script = f"""
my $jobs = TSim::Job->new($tsim);
my $job = $jobs->submit({ENDS}, services => '22', mode => 'predict');
say_json($jobs->wait($job));
say_json($jobs->result($job)->{{services}}[0]{{verdict}});
"""
    assert perl(script, running.config.engine_socket) == ["succeeded", "denied_forward"]


@pytest.mark.serial
def test_what_is_wrong_is_said_and_helpers_die_of_it(running: EngineProcess) -> None:
    script = """
say_json($tsim->call_python('tsim', 'trace', {source => 'nobody', destination => '10.0.2.50'}));
say_json($tsim->call_python('tsim', 'teleport'));
say_json($tsim->call_python('cpan', 'http'));
say_json($tsim->call_python('engine', 'teleport'));
eval { TSim::Trace->new($tsim)->trace('nobody', '10.0.2.50') };
say_json($@);
eval { $tsim->call_python('tsim') };
say_json($@);
"""
    trace, function, module, call, died, needed = perl(script, running.config.engine_socket)
    assert (trace["success"], trace["field"], trace["code"]) == (0, "source", "bad_value")
    assert "no function teleport" in function["error"]
    assert "no module cpan" in module["error"]
    assert call["code"] == "unknown_call"
    assert "'nobody' is neither" in died
    assert "a function is needed" in needed


def test_without_an_engine_a_process_answers_the_same(facts: Path, tmp_path: Path) -> None:
    script = f"""
my $asked = {{{ENDS}, services => '22; touch {shlex.quote(str(tmp_path / "x"))}'}};
say_json($tsim->ping ? 1 : 0);
say_json($tsim->call_python('tsim', 'reach', {{{ENDS}, services => '22'}}));
say_json($tsim->call_python('tsim', 'reach', $asked)->{{success}});
say_json($tsim->call_python('tsim', 'trace', {{{ENDS}, nonsense => 1}}));
say_json([TSim::Network->new($tsim)->routers]);
"""
    given = {"TSIM_FACTS": str(facts), "TSIM_STATE": "/dev/null/state"}
    pong, reach, hostile, nonsense, routers = perl(script, tmp_path / "socket", **given)
    assert (pong, hostile, nonsense["field"]) == (0, 0, "nonsense")
    assert not (tmp_path / "x").exists()
    assert reach["result"]["services"][0]["verdict"] == "denied_forward"
    assert routers == ["gw-a", "gw-b"]


def test_where_nobody_can_answer_that_is_said(tmp_path: Path) -> None:
    script = (
        f"say_json($tsim->call_python('tsim', 'trace', {{{ENDS}}})); say_json($tsim->call_python('engine', 'health'));"
    )
    for answer in perl(script, tmp_path / "socket", "/nowhere/tsimsh"):
        assert (answer["success"], answer["code"]) == (0, "unavailable")

"""The Perl client, with a real engine and without one."""

import json
import os
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.cli.asked import APART, ROOT
from tests.engine.process import EngineProcess

LIBRARY = ROOT / "clients" / "perl" / "lib"
SHELL = f"{sys.executable} -m backend.cli.tsimsh"
HEAD = """
use strict; use warnings; use lib shift; use TSim; use JSON::PP;
my $tsim = TSim->new(socket => shift, tsimsh => [split / /, shift]);
sub say_json { print JSON::PP->new->utf8->canonical->allow_nonref->encode($_[0]), "\\n" }
"""
ENDS = "source => 'hq-pc1', destination => 'dc-db1'"


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
def test_an_engine_answers_many_calls_on_one_connection(engine: EngineProcess) -> None:
    script = f"""
say_json($tsim->ping ? 1 : 0);
say_json($tsim->call_python('tsim', 'reach', {{{ENDS}, services => '5432,icmp'}}));
say_json([TSim::Trace->new($tsim)->path('hq-pc1', 'dc-db1')]);
say_json([TSim::Network->new($tsim)->routers]);
say_json(TSim::Reach->new($tsim)->is_reached('hq-pc1', 'dc-db1', 'icmp') ? 1 : 0);
say_json($tsim->call_python('engine', 'health')->{{result}}{{network}});
"""
    pong, reach, path, routers, reached, label = perl(script, engine.config.engine_socket, "/nowhere/tsimsh")
    assert (pong, reached) == (1, 1)
    assert [each["verdict"] for each in reach["result"]["services"]] == ["denied_forward", "accepted"]
    assert (path[0], path[-1]) == ("hq-gw", "dc-db1")
    assert {"hq-gw", "dc-fw"} <= set(routers)
    assert label.startswith("demo@")


@pytest.mark.serial
def test_a_test_that_is_kept(engine: EngineProcess) -> None:
    script = f"""
my $jobs = TSim::Job->new($tsim);
my $job = $jobs->submit({ENDS}, services => '5432', mode => 'predict');
say_json($jobs->wait($job));
say_json($jobs->result($job)->{{services}}[0]{{verdict}});
"""
    assert perl(script, engine.config.engine_socket) == ["succeeded", "denied_forward"]


@pytest.mark.serial
def test_what_is_wrong_is_said_and_helpers_die_of_it(engine: EngineProcess) -> None:
    script = """
say_json($tsim->call_python('tsim', 'trace', {source => 'nobody', destination => 'dc-db1'}));
say_json($tsim->call_python('tsim', 'teleport'));
say_json($tsim->call_python('cpan', 'http'));
say_json($tsim->call_python('engine', 'teleport'));
eval { TSim::Trace->new($tsim)->trace('nobody', 'dc-db1') };
say_json($@);
eval { $tsim->call_python('tsim') };
say_json($@);
"""
    trace, function, module, call, died, needed = perl(script, engine.config.engine_socket)
    assert (trace["success"], trace["field"], trace["code"]) == (0, "source", "bad_value")
    assert "no function teleport" in function["error"]
    assert "no module cpan" in module["error"]
    assert call["code"] == "unknown_call"
    assert "'nobody' is neither" in died
    assert "a function is needed" in needed


def test_without_an_engine_a_process_answers_the_same(tmp_path: Path) -> None:
    script = f"""
my $asked = {{{ENDS}, services => '5432; touch {shlex.quote(str(tmp_path / "x"))}'}};
say_json($tsim->ping ? 1 : 0);
say_json($tsim->call_python('tsim', 'reach', {{{ENDS}, services => '5432'}}));
say_json($tsim->call_python('tsim', 'reach', $asked)->{{success}});
say_json($tsim->call_python('tsim', 'trace', {{{ENDS}, nonsense => 1}}));
say_json([TSim::Network->new($tsim)->routers]);
"""
    pong, reach, hostile, nonsense, routers = perl(script, tmp_path / "socket", **APART)
    assert (pong, hostile, nonsense["field"]) == (0, 0, "nonsense")
    assert not (tmp_path / "x").exists()
    assert reach["result"]["services"][0]["verdict"] == "denied_forward"
    assert {"hq-gw", "dc-fw"} <= set(routers)


def test_where_nobody_can_answer_that_is_said(tmp_path: Path) -> None:
    script = (
        f"say_json($tsim->call_python('tsim', 'trace', {{{ENDS}}})); say_json($tsim->call_python('engine', 'health'));"
    )
    for answer in perl(script, tmp_path / "socket", "/nowhere/tsimsh"):
        assert (answer["success"], answer["code"]) == (0, "unavailable")

"""`job show` and `job watch`, as a person types them."""

import json

import pytest

from backend.cli.command import FAILURE, YES, Shell
from backend.cli.error import UsageError
from tests.cli.asked import tsimsh
from tests.cli.playing import told
from tests.engine.process import EngineProcess

pytestmark = [pytest.mark.root, pytest.mark.serial]
PROVE = "job submit -s hq-pc1 -d dc-db1 -P 443,icmp"


def test_to_its_end_line_by_line(by_engine: Shell, capfd: pytest.CaptureFixture[str]) -> None:
    job = told(PROVE, by_engine).text
    answer = told(f"job watch {job}", by_engine)
    assert (answer.code, answer.text, answer.document) == (YES, "", None)
    lines = capfd.readouterr().out.splitlines()
    assert any("%  test      443/tcp is blocked: dc-fw" in line for line in lines), lines
    assert lines[-1] == "100%  done      succeeded"


def test_as_json_each_event_is_a_line(by_engine: Shell, capfd: pytest.CaptureFixture[str]) -> None:
    job = told(PROVE, by_engine).text
    told(f"job watch {job} -j", by_engine)
    first, *others = map(json.loads, capfd.readouterr().out.splitlines())
    assert (first["job"]["id"], first["snapshot"]["job"]) == (job, job)
    numbers = [each["event"]["seq"] for each in others if "event" in each]
    assert numbers == list(range(first["snapshot"]["seq"] + 1, first["snapshot"]["seq"] + 1 + len(numbers)))


def test_while_it_waits_its_position_is_told(by_engine: Shell, capfd: pytest.CaptureFixture[str]) -> None:
    jobs = [told(PROVE, by_engine).text for _ in range(6)]
    assert "  waits      at position" in told(f"job show {jobs[-1]}", by_engine).text
    told(f"job watch {jobs[-1]}", by_engine)
    assert "queued    waits at position" in capfd.readouterr().out


def test_one_that_has_ended_long_ago_is_told_in_a_line(by_engine: Shell, capfd: pytest.CaptureFixture[str]) -> None:
    job = told(f"{PROVE} --wait -j", by_engine).document["job"]
    assert told(f"job watch {job}", by_engine).code == YES
    assert capfd.readouterr().out == "100%  done      succeeded\n"
    assert f"job {job} has succeeded" in told(f"job show {job}", by_engine).text
    assert "  proof      443/tcp is blocked: dc-fw" in told(f"job show {job}", by_engine).text


def test_one_that_fails_ends_so(engine: EngineProcess) -> None:
    engine_of = {"TSIM_FACTS": "", "TSIM_STATE": str(engine.config.state)}
    job = tsimsh("job submit -s 127.0.0.1 -d br-pc1 -P 22", **engine_of).stdout.strip()
    done = tsimsh(f"job watch {job}", **engine_of)
    assert (done.returncode, done.stderr) == (FAILURE, "")
    assert "failed: 127.0.0.1 is no address" in done.stdout.splitlines()[-1]


def test_one_that_is_not_there_is_named(by_engine: Shell) -> None:
    for word in ("show", "watch", "result", "report", "cancel", "remove"):
        with pytest.raises(UsageError, match="there is no job 'x'"):
            told(f"job {word} x", by_engine)

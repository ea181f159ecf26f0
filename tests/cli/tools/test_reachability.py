import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from backend.cli.tools.reachability import main, parser
from tests.cli.asked import APART
from tests.cli.policy.files import small
from tests.cli.tools.scripts import tool
from tests.jobs.test_schema import SCHEMA

ENDS = ("-s", "a", "-d", "b")


@pytest.fixture(scope="module")
def facts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small(tmp_path_factory.mktemp("facts") / "small", 22)


@pytest.fixture(autouse=True)
def apart(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in APART.items():
        monkeypatch.setenv(name, value)


@pytest.mark.root
@pytest.mark.serial
def test_services_are_tested_and_the_result_is_what_visualize_draws(facts: Path, tmp_path: Path) -> None:
    done = tool("reachability", *ENDS, "-P", "22,443/tcp", "--facts", facts, "-vv")
    assert done.returncode == 1
    result = json.loads(done.stdout)
    Draft202012Validator(SCHEMA).validate(result)
    assert [each["verdict"] for each in result["services"]] == ["denied_forward", "accepted"]
    assert "reachability: the lab stands" in done.stderr
    drawn = tool("visualize", "-", "-o", tmp_path / "x.pdf", typed=done.stdout)
    assert (drawn.returncode, drawn.stderr) == (0, "")
    assert (tmp_path / "x.pdf").read_bytes().startswith(b"%PDF-")


@pytest.mark.parametrize(
    ("words", "code"), [("-P 443", 0), ("-p 22", 1), ("--services 443,22", 1), ("--ports 53 --protocol udp", 0)]
)
def test_scripts_have_their_words_and_codes(facts: Path, tmp_path: Path, words: str, code: int) -> None:
    file = tmp_path / "result.json"
    given = ["--source-ip", "a", "--dest-ip", "b", "-S", "4000", "--predict", "--facts", str(facts), "-o", str(file)]
    assert main([*given, *words.split()]) == code
    result = json.loads(file.read_text())
    assert result["asked"]["source_port"] == 4000


def test_services_and_a_trace_may_stand_in_files(facts: Path, tmp_path: Path) -> None:
    (tmp_path / "services.json").write_text('[[443, "tcp"], ["53", "udp"]]')
    (tmp_path / "trace.json").write_text('{"path": [{"name": "gw-a", "is_router": true}]}')
    words = ["-P", str(tmp_path / "services.json"), "-f", str(tmp_path / "trace.json"), "--predict"]
    assert main([*ENDS, *words, "--facts", str(facts), "-o", str(tmp_path / "out")]) == 0
    result = json.loads((tmp_path / "out").read_text())
    assert [each["port"] for each in result["asked"]["services"]] == [443, 53]
    assert result["asked"]["trace"]["path"][0]["name"] == "gw-a"


@pytest.mark.parametrize(
    ("content", "said"),
    [("{}", "should be a list"), ("[", "is no JSON"), ("[[1]]", "should be a list"), (None, "No such")],
)
def test_a_file_of_services_that_is_none_is_named(
    tmp_path: Path, content: str | None, said: str, capfd: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "services.json"
    if content is not None:
        file.write_text(content)
    assert main([*ENDS, "-P", str(file), "--predict"]) == 2
    assert said in capfd.readouterr().err


def test_the_help_has_examples() -> None:
    assert "examples:\n  reachability -s" in parser().format_help()

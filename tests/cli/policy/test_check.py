import json
import shlex
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from backend.cli.command import NO, OPEN, YES
from backend.cli.commands import parse
from backend.cli.error import HelpAsked, UsageError
from backend.policy.expectation import Expectation
from backend.policy.reading import read_policy
from tests.cli.playing import told
from tests.cli.policy.files import between, policy

KEPT = "pc must reach db on 8000, by way of fw"
BROKEN = "10.1.0.64/30 must not reach db on https"
OPEN_ = "10.1.0.0/24 must reach db on 9999"


def test_what_is_broken_is_told_with_its_rule_and_its_line(tmp_path: Path) -> None:
    answer = told(f"check {policy(tmp_path, KEPT, BROKEN)}", between())
    assert answer.code == NO
    assert answer.text.splitlines()[:2] == [f"kept    {KEPT}", f"broken  line 2: {BROKEN}"]
    assert "let through by fw, filter FORWARD rule 2: -A FORWARD -s 10.1.0.64/26" in answer.text
    assert "\n1 kept, 1 broken, 0 open   (between@" in answer.text


def test_exit_codes_are_for_a_pipeline(tmp_path: Path) -> None:
    assert told(f"check {policy(tmp_path, KEPT)}", between()).code == YES
    assert told(f"check {policy(tmp_path, KEPT, BROKEN)}", between()).code == NO
    assert told(f"check {policy(tmp_path, '8.8.8.8 must reach db on 8000')}", between()).code in (NO, OPEN)


def test_all_of_it_as_json_and_for_a_ci_server(tmp_path: Path) -> None:
    file = tmp_path / "out.xml"
    answer = told(f"check {policy(tmp_path, KEPT, BROKEN)} -j --junit {file}", between())
    assert [each["state"] for each in answer.document["expectations"]] == ["kept", "broken"]
    json.dumps(answer.document)
    assert ET.parse(file).getroot().get("failures") == "1"


def test_who_wants_to_know_all_is_told_what_was_not_asked(tmp_path: Path) -> None:
    text = told(f"check {policy(tmp_path, OPEN_)} -v", between()).text
    assert "not asked, of routers, which only `must not reach` asks: 10.1.0.1" in text


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("- pc must reach db on 99999\n", "line 1: '99999'"),
        ("- a must reach db on 22\n", "line 1: 'a' is no address"),
        ("x: [", "is no YAML"),
    ],
)
def test_a_mistake_is_named_with_file_and_line(tmp_path: Path, content: str, said: str) -> None:
    file = tmp_path / "policy.yaml"
    file.write_text(content)
    with pytest.raises(UsageError) as raised:
        told(f"check {file}", between())
    assert str(raised.value).startswith(f"{file}: ")
    assert said in str(raised.value)


def test_the_example_of_the_help_is_a_policy() -> None:
    with pytest.raises(HelpAsked) as raised:
        parse(shlex.split("check --help"))
    example = str(raised.value).partition("a policy file:\n")[2].partition("\n\n")[0]
    found: tuple[Expectation, ...] = read_policy(example)
    assert len(found) == 3

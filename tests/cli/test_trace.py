"""`trace`, as a person types it."""

import pytest

from backend.cli.command import NO, OPEN, YES, Answer
from backend.cli.error import UsageError
from tests.cli import playing
from tests.cli.networks import small


def ask(line: str) -> Answer:
    return playing.ask(line, small())


def test_a_trace_answers_yes() -> None:
    answer = ask("trace -s pc -d 10.0.2.9")
    assert answer.code == YES
    assert "gw-a" in answer.text
    assert answer.document is None


def test_and_no() -> None:
    answer = ask("trace -s pc -d 192.0.2.1 -j")
    assert answer.code == NO
    assert answer.document["verdict"] == "no_route"


def test_and_that_it_is_not_known() -> None:
    assert ask("trace -s 172.16.0.1 -d 10.0.2.9").code == OPEN


def test_rules_are_asked_where_the_flow_says_what_it_is() -> None:
    whole = "trace -s pc -d 10.0.2.9 -p tcp --sport 1024 --dport 443"
    scopes = [ask(f"{asked} -j").document["scope"] for asked in (whole, whole[:-12], "trace -s pc -d 10.0.2.9")]
    assert scopes == ["rules", "routing", "routing"]
    assert "no protocol (-p)" in ask("trace -s pc -d 10.0.2.9").text


def test_every_option_reaches_the_flow() -> None:
    asked = "trace -s pc -d 10.0.2.9 -p tcp --sport 1024 --dport 443 --mark 0x10 --tos 8 --ttl 9 --gateway gw-a -j"
    assert ask(asked).document["flow"] == {
        "protocol": "tcp", "source_port": 1024, "destination_port": 443, "mark": 16, "tos": 8, "ttl": 9,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("line", "named"),
    [
        ("trace -s nobody -d 10.0.2.9", "nobody"),
        ("trace -d 10.0.2.9", "-s"),
        ("trace -s pc -d 10.0.2.9 --dport x", "destination_port: 'x'"),
        ("trace -s pc -d 10.0.2.9 --colour blue", "--colour"),
        ("trace -s \udcff -d 10.0.2.9", "source: '\ufffd' is neither"),
    ],
)
def test_wrong_words_are_named(line: str, named: str) -> None:
    with pytest.raises(UsageError, match=named):
        ask(line)

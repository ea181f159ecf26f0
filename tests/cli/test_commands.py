from pathlib import Path

import pytest

from backend.cli.commands import NO, OPEN, YES, Answer, HelpAsked, Known, UsageError, parse, run
from backend.facts import read_directory
from backend.sim import compile_network
from tests.small import write_small_network


@pytest.fixture(scope="module")
def known(tmp_path_factory: pytest.TempPathFactory) -> Known:
    folder: Path = write_small_network(tmp_path_factory.mktemp("facts"))
    (folder / "hosts.toml").write_text('[[host]]\nname = "pc"\naddresses = ["10.0.1.50/24"]\n')
    reading = read_directory(folder)
    return Known(reading, compile_network(reading.network))


def ask(known: Known, line: str) -> Answer:
    return run(known, parse(line.split()))


def test_a_trace_answers_yes(known: Known) -> None:
    answer = ask(known, "trace -s pc -d 10.0.2.9")
    assert answer.code == YES
    assert "gw-a" in answer.text
    assert answer.document is None


def test_and_no(known: Known) -> None:
    answer = ask(known, "trace -s pc -d 192.0.2.1 -j")
    assert answer.code == NO
    assert answer.document["verdict"] == "no_route"


def test_and_that_it_is_not_known(known: Known) -> None:
    assert ask(known, "trace -s 172.16.0.1 -d 10.0.2.9").code == OPEN


def test_rules_are_asked_where_the_flow_says_what_it_is(known: Known) -> None:
    whole = "trace -s pc -d 10.0.2.9 -p tcp --sport 1024 --dport 443"
    scopes = [ask(known, f"{asked} -j").document["scope"] for asked in (whole, whole[:-12], "trace -s pc -d 10.0.2.9")]
    assert scopes == ["rules", "routing", "routing"]
    assert "no protocol (-p)" in ask(known, "trace -s pc -d 10.0.2.9").text


def test_every_option_reaches_the_flow(known: Known) -> None:
    asked = "trace -s pc -d 10.0.2.9 -p tcp --sport 1024 --dport 443 --mark 0x10 --tos 8 --ttl 9 --gateway gw-a -j"
    assert ask(known, asked).document["flow"] == {
        "protocol": "tcp", "source_port": 1024, "destination_port": 443, "mark": 16, "tos": 8, "ttl": 9,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("line", "named"),
    [
        ("trace -s nobody -d 10.0.2.9", "nobody"),
        ("trace -d 10.0.2.9", "-s"),
        ("trace -s pc -d 10.0.2.9 --dport x", "destination_port: 'x'"),
        ("trace -s pc -d 10.0.2.9 --colour blue", "--colour"),
        ("teleport", "teleport"),
    ],
)
def test_wrong_words_are_named(known: Known, line: str, named: str) -> None:
    with pytest.raises(UsageError, match=named):
        ask(known, line)


def test_help_of_a_command(known: Known) -> None:
    with pytest.raises(HelpAsked, match="--destination"):
        ask(known, "trace --help")


def test_the_network_and_its_facts(known: Known) -> None:
    assert "host pc: 10.0.1.50" in ask(known, "network").text
    assert [router["name"] for router in ask(known, "network -j").document["routers"]] == ["gw-a", "gw-b"]
    facts = ask(known, "facts -j").document
    assert facts["routers"] == ["gw-a", "gw-b"]
    assert "2 routers" in ask(known, "facts").text


def test_the_plan_of_a_lab(known: Known) -> None:
    lines = ask(known, "network plan").text.splitlines()
    assert "gw-a: netns add gw-a" in lines
    assert "gw-a: address add 10.0.1.1/24 broadcast 10.0.1.255 scope global dev eth0" in lines
    operations = ask(known, "network plan -j").document["operations"]
    assert {"kind": "MakeNamespace", "namespace": "gw-a", "text": "netns add gw-a"} in operations

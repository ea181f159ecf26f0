"""The same question, asked here and of the engine: the same bytes, the same exit code, the same words of refusal."""

import json
import subprocess
from pathlib import Path

import pytest

from backend.cli.command import YES, Shell
from backend.cli.error import AwayError, BeyondError, FailureError, UsageError
from backend.cli.who.engine import Engine, answered
from backend.cli.who.here import here_at
from backend.cli.who.link import Link
from backend.config import Config
from backend.engine.protocol import Code, EngineError
from tests.cli.asked import tsimsh
from tests.cli.networks import small, write_small
from tests.cli.playing import ask, engine_shell, shell_of, told
from tests.engine.process import EngineProcess
from tests.engine.process import engine as running_engine

PATHS = """
trace -s hq-pc1 -d br-pc1
trace -s hq-pc1 -d br-pc1 -p tcp --sport 40000 --dport 443 -vv
trace -s hq-pc1 -d br-pc1 -p tcp --sport 40000 --dport 443 -vvv
trace -s hq-pc1 -d br-pc1 -p tcp --sport 40000 --dport 443 --tried -j
trace -s hq-pc1 -d 8.8.8.8 -p udp --sport 1 --dport 53 --mark 0x10 --tos 0x10 --ttl 3 --gateway hq-gw -j
trace -s 2001:db8:1:1::50 -d 2001:db8:2:1::50 -j
trace -s hq-pc1 -d 10.99.0.1 -j
trace -s 172.16.0.1 -d br-pc1 -j
trace -s nobody -d br-pc1 -j
trace -s nobody -d br-pc1
trace -s hq-pc1 -d 2001:db8:2:1::50 -j
trace -s hq-pc1 -d br-pc1 -p quic -j
trace -s hq-pc1 -d br-pc1 --dport 99999 -j
trace -s hq-pc1 -d br-pc1 --ttl 0 -j
trace -s hq-pc1 -d br-pc1 --gateway br-pc1 -j
trace -s "" -d br-pc1 -j
trace -s hq-pc1 -d "a\\"b\u202e\x07\udcff" -j
trace -d br-pc1 -j
trace --help
"""
SERVICES = """
reach -s hq-pc1 -d dc-db1 -P https,5432,icmp -j
reach -s hq-pc1 -d dc-db1 -P https,5432,icmp -vv
reach -s hq-pc1 -d br-pc1 -P 22 -vvv
reach -s hq-pc1 -d br-pc1 -P 22 --tried -j
reach -s hq-pc1 -d br-pc1 -P 1-200,1-200/udp -j
reach -s 2001:db8:1:1::50 -d 2001:db8:2:1::50 -P icmp,80 -j
reach -s hq-pc1 -d 8.8.8.8 -P 443 --sport 5000 --tos 8 --ttl 9 -j
reach -s 127.0.0.1 -d br-pc1 -P 22 -j
reach -s hq-pc1 -d br-pc1 -P 99999 -j
reach -s hq-pc1 -d br-pc1 -P 1-2000 -j
reach -s hq-pc1 -d br-pc1 -P "" -j
reach -s nobody -d br-pc1 -P 99999 -j
reach -s hq-pc1 -d br-pc1 -P 22 --gateway x
reach -s hq-pc1 -d br-pc1 -P 22 --mode prove -j
"""
FACTS = """
network
network -j
network plan -j
network plan
facts
facts -j
network sideways -j
network --routers x -j
"""
PROOFS = """
prove -s hq-pc1 -d dc-db1 -P https,5432,icmp -j
prove -s hq-pc1 -d dc-db1 -P https,5432,icmp -vv
prove -s hq-pc1 -d br-pc1 -P 22 --sport 5000 --tos 0x10 --ttl 30 -j
prove -s 2001:db8:1:1::50 -d 2001:db8:2:1::50 -P icmp -j
prove -s hq-pc1 -d br-pc1 -P 1-12 -j
prove -s hq-pc1 -d br-pc1 -P 22 --trace {trace} -j
prove -s hq-pc1 -d br-pc1 -P 22 --trace {rubbish} -j
prove -s hq-pc1 -d br-pc1 -P 22 --trace {huge} -j
prove -s hq-pc1 -d br-pc1 -P 22 --trace {wide} -j
prove -s hq-pc1 -d br-pc1 -P 22 --trace {empty}
prove -s hq-pc1 -d br-pc1 -P 22 --trace {null}
prove -s nobody -d br-pc1 -P 22 --trace /nowhere -j
prove -s 127.0.0.1 -d br-pc1 -P 22 -j
prove -s 10.77.0.1 -d br-pc1 -P 22
prove -s nobody -d br-pc1 -P 22 -j
prove -s hq-pc1 -d br-pc1 -P 99999 -j
prove -s hq-pc1 -d br-pc1 -P 1-2000 -j
"""


def both(engine: EngineProcess, script: str) -> list["subprocess.CompletedProcess[str]"]:
    """As the engine answers and as the process itself does: each line by itself, so that none hides another."""
    by_engine = {"TSIM_FACTS": "", "TSIM_STATE": str(engine.config.state)}
    return [tsimsh("-q", script, **by_engine), tsimsh("-q", script)]


@pytest.mark.serial
@pytest.mark.parametrize("script", [PATHS, SERVICES, FACTS], ids=["paths", "services", "facts"])
def test_answers_are_the_same_byte_by_byte(engine: EngineProcess, script: str) -> None:
    before = engine.plain("metrics")["socket"]["requests"]
    asked, own = both(engine, script)
    assert (asked.stdout, asked.stderr, asked.returncode) == (own.stdout, own.stderr, own.returncode)
    assert engine.plain("metrics")["socket"]["requests"] > before + 5, "the engine was asked"
    assert "Traceback" not in asked.stderr


@pytest.mark.serial
def test_so_are_exit_codes(engine: EngineProcess) -> None:
    for line in [line for line in (PATHS + SERVICES).splitlines() if line][::4]:
        asked, own = both(engine, line)
        assert asked.returncode == own.returncode, line


@pytest.mark.root
@pytest.mark.serial
def test_and_proofs(engine: EngineProcess, tmp_path: Path) -> None:
    files = {name: tmp_path / name for name in ("trace", "rubbish", "huge", "wide", "empty", "null")}
    trace = json.loads(tsimsh("trace -s hq-pc1 -d br-pc1 -j").stdout)
    unknown = {"hop": 9, "name": "*"}
    files["trace"].write_text(json.dumps(trace | {"path": [*trace["path"], unknown, unknown]}))
    files["rubbish"].write_text("{")
    files["huge"].write_text(json.dumps(trace | {"more": '"' * 600_000}))
    files["wide"].write_text(json.dumps(trace | {"more": "→" * 400_000}, ensure_ascii=False))
    files["empty"].write_text("\n")
    files["null"].write_text("null")
    asked, own = both(engine, PROOFS.format(**files))
    assert asked.stdout.splitlines() == own.stdout.splitlines()
    assert (asked.stderr, asked.returncode) == (own.stderr, own.returncode)


@pytest.mark.serial
def test_the_label_of_what_answered_is_known(by_engine: Shell, engine: EngineProcess) -> None:
    assert by_engine.who.known == ""
    by_engine.who.topology()
    assert by_engine.who.known == by_engine.who.network() == engine.plain("health")["network"]


@pytest.mark.serial
def test_what_is_not_understood_of_the_facts_is_the_same(tmp_path: Path) -> None:
    folder = write_small(tmp_path / "small")
    (folder / "gw-b_facts.txt").write_bytes(b"\xff rubbish")
    (folder / "hosts.toml").write_text("x")
    own = here_at(folder)
    assert own.diagnostics() > 1
    config = Config(state=tmp_path / "state", facts=folder)
    with running_engine(config, tmp_path / "log"):
        asked = engine_shell(config).who
        assert asked.facts() == own.facts()
        assert list(asked.facts()["diagnostics"][0]) == list(own.facts()["diagnostics"][0])
        assert (asked.topology(), asked.diagnostics()) == (own.topology(), own.diagnostics())


@pytest.mark.root
@pytest.mark.serial
def test_a_lab_stands_also_when_its_engine_has_ended(tmp_path: Path) -> None:
    config = Config(state=tmp_path / "state", facts=write_small(tmp_path / "small"))
    with running_engine(config, tmp_path / "log"):
        shell = engine_shell(config)
        for routers, words in ((["x"], "network up --routers x"), (["gw-a", "y"], "network up --routers gw-a,y")):
            with pytest.raises(UsageError) as own:
                ask(words, small(), config)
            with pytest.raises(UsageError) as asked:
                shell.who.raise_lab(config.lab, routers)
            assert str(asked.value) == str(own.value)
        assert told("network up -j", shell).document["is_new"]
        assert told("network up -j", shell).document["is_new"] is False
    try:
        assert told("network status", shell_of(small(), config)).code == YES
        assert told("ping -s pc -d gw-b", shell_of(small(), config)).code == YES
    finally:
        assert told("network down", shell_of(small(), config)).code == YES


@pytest.mark.parametrize("code", sorted(value for name, value in vars(Code).items() if name.isupper()))
def test_a_refusal_is_an_answer_or_sends_one_to_another(code: str) -> None:
    def refuses() -> None:
        raise EngineError(code, "so it is")

    expected = {
        Code.BAD_VALUE: UsageError, Code.NOT_FOUND: FailureError, Code.TIMEOUT: FailureError,
        Code.STOPPED: FailureError, Code.INTERNAL: FailureError, Code.TOO_LARGE: BeyondError,
    }.get(code, AwayError)  # fmt: skip
    with pytest.raises(expected, match="so it is") as error:
        answered(refuses)
    assert type(error.value) is expected


def test_a_plan_is_not_for_the_engine() -> None:
    with pytest.raises(BeyondError, match=r"^$"):
        Engine(Link(Config())).plan()

"""Commands that are answered by a server elsewhere: as the engine there answers its own shell."""

import json
from pathlib import Path

import pytest

from backend.cli.command import FAILURE, NO, YES, Shell
from backend.cli.error import FailureError, UsageError
from tests.cli.asked import tsimsh
from tests.cli.playing import engine_shell, told
from tests.cli.who.elsewhere import Site
from tests.report.reading import bookmarks

pytestmark = pytest.mark.serial
ENDS = "-s 10.0.1.50 -d 10.0.2.50"


@pytest.fixture
def shell(site: Site) -> Shell:
    return site.shell()


@pytest.mark.parametrize(
    "line",
    [f"trace {ENDS} -vvv", f"trace {ENDS} -j", f"reach {ENDS} -P 22,443 -j", "network -j", "facts", "network list -j"],
)
def test_answers_are_those_of_the_engine(site: Site, shell: Shell, line: str) -> None:
    assert told(line, shell) == told(line, engine_shell(site.town.engine.config))


def test_what_is_asked_wrongly_names_the_field(shell: Shell) -> None:
    with pytest.raises(UsageError, match="source: 'nobody' is neither"):
        told("trace -s nobody -d 10.0.2.50", shell)


@pytest.mark.root
def test_a_test_from_its_submission_to_its_report(shell: Shell, tmp_path: Path) -> None:
    answer = told(f"job submit {ENDS} -P 22 --wait -j", shell)
    assert (answer.code, answer.document["services"][0]["verdict"]) == (NO, "denied_forward")
    job = answer.document["job"]
    file = tmp_path / "test.pdf"
    assert told(f"job report {job} -o {file}", shell).code == YES
    assert file.read_bytes().startswith(b"%PDF")
    part = tmp_path / "part.pdf"
    assert told(f"report {job} --service 22/tcp -o {part}", shell).code == YES
    assert bookmarks(part.read_bytes()) == ["✗ 22/tcp denied forward"]
    assert job in told("job list", shell).text
    assert told(f"job watch {job}", shell).code == YES
    assert told(f"job cancel {job}", shell).code == NO
    assert told(f"job remove {job}", shell).code == YES
    with pytest.raises(UsageError, match=job):
        told(f"job show {job}", shell)


@pytest.mark.root
def test_a_proof(shell: Shell) -> None:
    (service,) = told(f"prove {ENDS} -P 443 -j", shell).document["services"]
    assert service["verdict"] == "accepted"


def test_networks_come_and_go(shell: Shell, tmp_path: Path) -> None:
    label = shell.who.network()
    archive = tmp_path / "facts.tar.gz"
    assert told(f"network download {label} -o {archive}", shell).code == YES
    sent = told(f"network upload {archive} -j", shell)
    assert sent.document["network"]["label"].rpartition("@")[2] == label.rpartition("@")[2]
    assert told(f"network activate {label}", shell).code == YES


def test_a_policy_is_checked_there_by_whoever_may_ask(site: Site, tmp_path: Path) -> None:
    policy = tmp_path / "policy.yaml"
    policy.write_text("- 10.0.1.0/24 must not reach 10.0.2.50 on 22\n- 10.0.1.50 must not reach 10.0.2.50 on 443\n")
    line = f"check {policy} -j --junit {tmp_path}/policy.xml"
    answer = told(line, site.shell(site.user))
    assert answer == told(line, engine_shell(site.town.engine.config))
    assert (answer.code, [each["state"] for each in answer.document["expectations"]]) == (NO, ["kept", "broken"])
    assert (tmp_path / "policy.xml").exists()
    policy.write_text("- 10.0.1.50 must reach 10.0.2.50 on 443, by way of nowhere\n")
    with pytest.raises(UsageError, match=r"policy\.yaml: line 1: 'nowhere' is no router"):
        told(f"check {policy}", site.shell(site.user))


@pytest.mark.root
def test_a_policy_is_proved_with_the_facts_from_there(shell: Shell, tmp_path: Path) -> None:
    policy = tmp_path / "policy.yaml"
    policy.write_text("- 10.0.1.50 must not reach 10.0.2.50 on 22\n")
    answer = told(f"check {policy} --prove 1 -j", shell)
    (proof,) = answer.document["expectations"][0]["proofs"]
    assert (answer.code, proof["agrees"]) == (YES, True)


def test_what_only_this_machine_has_is_said(shell: Shell) -> None:
    for line, said in (("network plan", "network plan"), ("network up", "a lab"), ("engine status", "is elsewhere")):
        answer = told(line, shell)
        assert answer.code == FAILURE
        assert said in answer.text


def test_who_may_not_is_told_so(site: Site) -> None:
    with pytest.raises(FailureError, match="another token may"):
        site.shell(site.user).link.ask("activate", network="x")
    with pytest.raises(FailureError, match="TSIM_TOKEN"):
        site.shell("tsim_wrong").who.network()
    assert told(f"trace {ENDS}", site.shell("")).code == FAILURE


def test_the_shell_is_told_by_its_environment_or_by_options(site: Site, tmp_path: Path) -> None:
    line = f"reach {ENDS} -P 22,443 -j"
    by_variables = tsimsh(line, TSIM_SERVER=site.url, TSIM_TOKEN=site.user)
    assert (by_variables.returncode, by_variables.stderr) == (1, "")
    (tmp_path / "token").write_text(site.user)
    by_options = tsimsh(f"--server {site.url} --token-file {tmp_path}/token {line}")
    assert by_options.stdout == by_variables.stdout
    refused = tsimsh(line, TSIM_SERVER=site.url, TSIM_TOKEN="tsim_wrong")
    assert refused.returncode == 3
    assert "TSIM_TOKEN" in json.loads(refused.stdout)["error"]
    assert tsimsh(line, TSIM_SERVER="nonsense").returncode == 2


def test_a_call_that_is_none_is_refused(shell: Shell) -> None:
    with pytest.raises(FailureError, match="does not offer"):
        shell.link.ask("end_sessions")

"""The process as it is run: by an ordinary user in group shadow."""

import subprocess
import sys
from pathlib import Path

import pytest

from backend.auth.client import AuthError
from backend.auth.protocol import Answer
from backend.config import Config, environment
from tests.auth.person import PASSWORD, Person
from tests.auth.process import NOBODY, SHADOW, as_nobody, auth

pytestmark = [pytest.mark.root, pytest.mark.serial]


def test_an_ordinary_user_in_group_shadow_can_check_passwords_of_others(ann: Person) -> None:
    with auth(ann.service, as_nobody(SHADOW[0]), NOBODY) as running:
        found = running.ask(ann.name)
        assert (found.is_right, found.username, ann.group in found.groups) == (True, ann.name, True)
        assert running.ask(ann.name, "wrong") == Answer()
        assert running.ask("nobody-of-this-name") == Answer()
        ann.change("chage", "-E", "1")
        try:
            assert running.ask(ann.name) == Answer()
        finally:
            ann.change("chage", "-E", "-1")
        assert running.stop() == 0
        assert not running.config.auth_socket.exists()
        assert PASSWORD not in running.said
        assert f"user {ann.name!r} from '192.0.2.1': right" in running.said


def test_without_the_group_it_cannot_and_says_so(ann: Person) -> None:
    with auth(ann.service, as_nobody(), NOBODY) as running:
        with pytest.raises(AuthError, match="cannot retrieve authentication info"):
            running.ask(ann.name)
        assert "/etc/shadow cannot be read" in running.said


def test_root_gives_up_being_root_first(ann: Person) -> None:
    with auth(ann.service) as running:
        assert running.ask(ann.name).is_right
        status = Path(f"/proc/{running.process.pid}/status").read_text()
        assert f"Uid:\t{NOBODY}\t{NOBODY}\t{NOBODY}\t{NOBODY}" in status
        assert "CapEff:\t0000000000000000" in status
        assert "NoNewPrivs:\t1" in status


def test_there_is_one_on_a_state_directory(ann: Person) -> None:
    with auth(ann.service) as running:
        again = subprocess.run(
            [sys.executable, "-m", "backend.auth"], env=environment(running.config), capture_output=True, text=True
        )
        assert (again.returncode, "another process already answers" in again.stderr) == (1, True)
        assert running.ask(ann.name).is_right


@pytest.mark.parametrize(
    ("setting", "said"),
    [
        ({"pam_service": "no-such-service"}, "there is no /etc/pam.d/no-such-service: copy deploy/pam.d/tsim there"),
        ({"engine_user": "no-such-user"}, "TSIM_ENGINE_USER: there is no user 'no-such-user'"),
    ],
)
def test_what_is_missing_is_named_in_a_line(ann: Person, tmp_path: Path, setting: dict[str, str], said: str) -> None:
    """Without a file of its own, PAM would take the service `other`, whatever that allows."""
    settings = Config(**{"state": tmp_path, "pam_service": ann.service, **setting})  # type: ignore[arg-type]
    done = subprocess.run(
        [sys.executable, "-m", "backend.auth"], env=environment(settings), capture_output=True, text=True
    )
    assert done.returncode == 1
    assert said in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_it_loads_nothing_of_the_others() -> None:
    script = "import sys, backend.auth.__main__; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    loaded = done.stdout.split()
    ours = {name for name in loaded if name.startswith("backend.")}
    assert all(name.startswith(("backend.auth", "backend.config")) for name in ours)
    assert not {"flask", "sqlalchemy", "argon2", "asyncio"} & set(loaded)

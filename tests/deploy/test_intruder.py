"""What docs/security.md says of a process that somebody has taken over, tried as its user in its sandbox."""

import pytest

from tests.deploy.machine import Done, Machine

pytestmark = [pytest.mark.root, pytest.mark.serial]
STORE, SHADOW, SECRET = "/var/lib/tsim/tsim.sqlite3", "/etc/shadow", "/etc/tsim/secret.env"
CONNECT = "exec 3<>/dev/tcp/127.0.0.1/443"
EACH = ("web", "auth", "engine")
HIDDEN = {"web": (STORE, SHADOW, "/var/backups/tsim"), "auth": (STORE, "/var/backups/tsim"), "engine": (SHADOW, SECRET)}
WORDS = ("denied", "Read-only", "unreachable", "refused")


def within(machine: Machine, unit: str, command: str) -> Done:
    """With its user and groups, in its namespaces."""
    pid = machine.main_process(f"tsim-{unit}")
    lines = machine.do("cat", f"/proc/{pid}/status").splitlines()
    found = dict(line.split(":", 1) for line in lines if ":" in line)
    groups = ",".join(found["Groups"].split()) or found["Gid"].split()[0]
    user = [f"--reuid={found['Uid'].split()[0]}", f"--regid={found['Gid'].split()[0]}", f"--groups={groups}"]
    enter = ["nsenter", f"--target={pid}", "--mount", "--net", "--ipc", "--"]
    return machine.run(*enter, "setpriv", *user, "--no-new-privs", "bash", "-c", command)


def refused(done: Done) -> None:
    assert done.code != 0
    assert any(word in done.said for word in WORDS), done.said


@pytest.mark.parametrize(
    ("unit", "command"),
    [("engine", f"head -c1 {STORE}"), ("auth", f"head -c1 {SHADOW}"), ("engine", "test -w /var/lib/tsim")],
)
def test_it_could(served: Machine, unit: str, command: str) -> None:
    assert within(served, unit, command).code == 0


@pytest.mark.parametrize("unit", EACH)
@pytest.mark.parametrize("command", [CONNECT, "touch /opt/tsim/x"])
def test_none_could(served: Machine, unit: str, command: str) -> None:
    refused(within(served, unit, command))


@pytest.mark.parametrize(("unit", "file"), [(unit, file) for unit, files in HIDDEN.items() for file in files])
def test_it_could_not_read(served: Machine, unit: str, file: str) -> None:
    refused(within(served, unit, f"head -c1 {file}"))

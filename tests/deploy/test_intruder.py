"""What docs/security.md says of a process that somebody has taken over, tried by programs that the very units start:
with their users, in their sandboxes. Each claim is tried, and in each unit what the document says of all.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from tests.deploy.conftest import PASSWORD
from tests.deploy.machine import Machine, Visitor
from tests.waiting import wait_for

pytestmark = [pytest.mark.root, pytest.mark.serial]
SECURITY = Path(__file__).resolve().parents[2] / "docs" / "security.md"
UNITS = "/etc/systemd/system"
KEY, FACTS, STORE = "/etc/tsim/collect/key", "/var/lib/tsim-facts", "/var/lib/tsim/tsim.sqlite3"
WITHIN = """
[Unit]
ConditionPathExists=
StartLimitIntervalSec=0
[Service]
Type=oneshot
Restart=no
SuccessExitStatus=
WatchdogSec=0
RemoveIPC=no
ExecStart=
ExecStart=/bin/bash
StandardInput=file:/root/tried
StandardOutput=truncate:/root/said
StandardError=inherit
"""
WRITES = {
    "web": (),
    "auth": (),
    "engine": ("/var/lib/tsim", "/run/tsim/engine", "/var/cache/tsim"),
    "backup": ("/var/lib/tsim", "/var/backups/tsim"),
    "cleanup": (),
    "collect": (FACTS,),
}
"""What is on a disk, or for others to see."""
OWN = {"/tmp", "/var/tmp", "/dev/shm", "/dev/mqueue"}
HAS_MEMFD = {"engine", "auth"}
# Looks for directories by itself, below all that is mounted to be written: in each it writes a program and tries to run
# it. Then it tries commands.
PROBE = """
import glob, json, os, subprocess
(loader, *_) = glob.glob("/lib*/ld-linux*.so.*")
with open("/bin/true", "rb") as file:
    program = file.read()

def tried(command):
    said = subprocess.run(["bash", "-c", command], stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    return {"code": said.returncode, "said": said.stdout.decode()}

def runs(path, *before, handles=()):
    try:
        return subprocess.run([*before, path], stderr=subprocess.DEVNULL, pass_fds=handles).returncode == 0
    except PermissionError:
        return False

with open("/proc/self/mountinfo") as file:
    mounts = [line.split() for line in file]
writable = {words[4] for words in mounts if "rw" in words[5].split(",") and words[words.index("-") + 1] != "proc"}
found = {}
for folder in sorted({folder for mount in writable for folder, _, _ in os.walk(mount)}):
    if not os.access(folder, os.W_OK | os.X_OK):
        continue
    path = f"{folder}/intruder"
    try:
        handle = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o700)
        os.write(handle, program)
        os.close(handle)
    except OSError:  # /dev/mqueue takes no such thing
        continue
    found[folder] = runs(path) or runs(path, loader)
    os.unlink(path)
try:
    memory = os.memfd_create("intruder")
    os.write(memory, program)
    has_memfd = runs(f"/proc/self/fd/{memory}", handles=[memory])
except PermissionError:
    has_memfd = False
with open("/proc/self/status") as file:
    status = dict(line.split(":\\t") for line in file.read().splitlines() if ":\\t" in line)
commands = {command: tried(command) for command in json.loads(COMMANDS)}
print(json.dumps({
    "commands": commands, "found": found, "has_memfd": has_memfd, "writable": [*writable], "status": status,
}))
"""
CONNECT = "python3 -c \"import socket; socket.socket(socket.AF_UNIX).connect('{}')\""
TSIMSH = "cd /opt/tsim/current && venv/bin/python -m backend.cli.tsimsh"
ASK_ENGINE, ASK_AUTH = CONNECT.format("/run/tsim/engine/socket"), CONNECT.format("/run/tsim/auth/socket")
NETWORK = ("exec 3<>/dev/tcp/127.0.0.1/443", "exec 3<>/dev/tcp/192.0.2.1/443")
READ_STORE = (f"head -c1 {STORE}", "ls /var/backups/tsim")
# Another lab is there, and then it is tried to enter it from one.
OTHER_LAB = """unshare -Urn sleep 60 & other=$!
while [ "$(readlink /proc/$other/ns/net)" = "$(readlink /proc/$$/ns/net)" ]; do :; done
unshare -Urn nsenter --target $other --net true; code=$?
kill $other
exit $code"""
AS_BOB = """cd /opt/tsim/current && exec venv/bin/python -c '
import sys
from backend.wsgi import app
client = app.test_client()
client.set_cookie(sys.argv[1], sys.argv[2], domain="localhost")
answer = client.get("/api/v1/me", base_url="https://localhost")
print(answer.text)
sys.exit(answer.status_code != 200)' {} {}"""
COULD: dict[tuple[str, str], tuple[str, ...]] = {
    ("web", "act for those who ask it meanwhile"): (AS_BOB,),
    ("auth", "read `/etc/shadow`"): ("head -c1 /etc/shadow",),
    ("engine", "read and change the store"): (f"head -c1 {STORE} && test -w {STORE}",),
    ("engine", "read the facts"): (f"ls {FACTS}",),
    ("engine", "try passwords"): (ASK_AUTH,),
    (
        "engine",
        "run programs of its own",
    ): (  # by mount(2), as no newer call is allowed
        "unshare -Urm sh -c 'LIBMOUNT_FORCE_MOUNT2=always mount -t tmpfs none /mnt && cp /bin/true /mnt && /mnt/true'",
    ),
    ("collect", "log in to routers with its key"): (f"head -c1 {KEY}",),
    ("collect", "write wrong facts"): (f"touch {FACTS}/wrong && rm {FACTS}/wrong",),
}
COULD_NOT: dict[tuple[str, str], tuple[str, ...]] = {
    ("web", "open a network connection"): NETWORK,
    ("web", "read store, facts or hashes"): (*READ_STORE, f"ls {FACTS}", "head -c1 /etc/shadow"),
    ("web", "ask the engine as its owner"): (f"{TSIMSH} job list", f"{TSIMSH} engine cleanup"),
    ("web", "try passwords"): (ASK_AUTH,),
    ("auth", "open a network connection"): NETWORK,
    ("auth", "read store or facts"): (*READ_STORE, f"ls {FACTS}"),
    ("auth", "ask the engine"): (ASK_ENGINE,),
    ("engine", "reach the network"): NETWORK,
    ("engine", "become root"): (
        "python3 -c 'import os; os.setuid(0)'",
        "unshare -Ur head -c1 /etc/tsim/tls/key.pem",
    ),
    ("engine", "read `/etc/shadow`"): ("head -c1 /etc/shadow", "unshare -Urm sh -c 'umount /etc/shadow'"),
    ("engine", "change facts, release or machine"): tuple(
        f"touch {place}/x" for place in (FACTS, "/opt/tsim", "/usr", "/etc", "/run")
    ),
    ("engine", "look from one lab into another"): (OTHER_LAB,),
    ("collect", "read store or settings"): (*READ_STORE, "head -c1 /etc/tsim/tsim.toml"),
    ("collect", "ask the engine"): (ASK_ENGINE,),
    ("collect", "try passwords"): (ASK_AUTH,),
}
ELSEWHERE = {("auth", "say yes to a wrong password"), ("collect", "go on after its run")}
"""Below, by tests of their own."""
REFUSED = re.compile(
    "denied|Read-only|unreachable|refused|not permitted|not supported|sign in again|not mounted|Authentication failure|"
    "cannot open /proc/"
)


def claims(column: int) -> set[tuple[str, str]]:
    """Of the table: process and what it could, or could not."""
    text = SECURITY.read_text("utf-8").partition("| process |")[2].partition("\n\n")[0]
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines()[2:]]
    return {(row[0], claim) for row in rows for claim in re.split("; ", row[column])}


@pytest.fixture(scope="module")
def taken(served: Machine) -> Iterator[Machine]:
    """With a unit beside each one, which is the same but for what it starts."""
    for unit in WRITES:
        text = served.do("cat", f"{UNITS}/tsim-{unit}.service")
        served.do("tee", f"{UNITS}/taken-{unit}.service", sent=f"{text}{WITHIN}".encode())
    served.do("systemctl", "daemon-reload")
    served.do("sh", "-c", f"[ -e {KEY} ] || install -o tsim-collect -m 600 /etc/hostname {KEY}")
    yield served
    served.do("sh", "-c", f"rm {UNITS}/taken-* {KEY}; systemctl daemon-reload; systemctl reset-failed 'taken-*'")


def within(machine: Machine, unit: str, script: str) -> str:
    machine.do("tee", "/root/tried", sent=script.encode())
    done = machine.run("systemctl", "start", f"taken-{unit}")
    said = machine.do("cat", "/root/said")
    assert done.code == 0, said
    return said


@pytest.fixture(scope="module")
def seen(taken: Machine) -> dict[str, Any]:
    """What each unit's process has found, and said to the commands of its claims."""
    bob = Visitor(taken, "bob")
    assert bob.sign_in(PASSWORD) == 201
    name, cookie = taken.do("cat", bob.jar).split()[-2:]
    found = {}
    for unit in WRITES:
        claims = [*COULD.items(), *COULD_NOT.items()]
        commands = [command for (of, _), those in claims for command in those if of == unit]
        given = f"COMMANDS = {msgspec.json.encode(commands).decode()!r}".replace("{} {}", f"{name} {cookie}")
        said = within(taken, unit, f"exec python3 - <<'END'\n{given}\n{PROBE}\nEND")
        found[unit] = msgspec.json.decode(said)
        found[unit]["commands"] = dict(zip(commands, found[unit]["commands"].values(), strict=True))
    return found


def test_each_claim_of_the_document_is_tried() -> None:
    assert claims(2) | claims(3) == {*COULD, *COULD_NOT, *ELSEWHERE}


@pytest.mark.parametrize(("unit", "claim"), COULD, ids=map(" ".join, COULD))
def test_it_could(seen: dict[str, Any], unit: str, claim: str) -> None:
    for command in COULD[unit, claim]:
        done = seen[unit]["commands"][command]
        assert done["code"] == 0, done


@pytest.mark.parametrize(("unit", "claim"), COULD_NOT, ids=map(" ".join, COULD_NOT))
def test_it_could_not(seen: dict[str, Any], unit: str, claim: str) -> None:
    for command in COULD_NOT[unit, claim]:
        done = seen[unit]["commands"][command]
        assert done["code"] != 0, (command, done)
        assert REFUSED.search(done["said"]), (command, done)


@pytest.mark.parametrize("unit", WRITES)
def test_it_has_no_rights_and_can_write_little_and_run_nothing_of_that(seen: dict[str, Any], unit: str) -> None:
    status, found = seen[unit]["status"], seen[unit]["found"]
    assert {int(status[name], 16) for name in ("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb")} == {0}
    assert (status["NoNewPrivs"], status["Seccomp"]) == ("1", "2")
    assert {"/tmp", "/var/tmp", "/dev/shm", *WRITES[unit]} <= set(found), "it looks where there is something"
    assert [place for place in found if not place.startswith((*OWN, *WRITES[unit]))] == []
    assert [place for place, runs in found.items() if runs] == []
    assert seen[unit]["has_memfd"] == (unit in HAS_MEMFD)
    kept = [
        place for place in seen[unit]["writable"] if not f"{place}/".startswith(("/sys/", "/dev/"))
    ]  # where only root may
    assert set(kept) <= {*OWN, *WRITES[unit]}


# An answer to each question at the socket that systemd hands over.
LIAR = r"""
import json, socket
door = socket.socket(fileno=3)
while True:
    with door.accept()[0] as visitor:
        name = json.loads(visitor.makefile().readline())["username"]
        visitor.sendall(json.dumps({"is_right": True, "username": name}).encode() + b"\n")
"""


def test_the_password_check_could_say_yes_to_a_wrong_password(taken: Machine) -> None:
    folder = f"{UNITS}/tsim-auth.service.d"
    change = "[Service]\nExecStart=\nExecStart=/usr/bin/python3 /usr/local/lib/liar.py\n"
    taken.do("mkdir", folder)
    taken.do("tee", f"{folder}/liar.conf", sent=change.encode())
    taken.do("tee", "/usr/local/lib/liar.py", sent=LIAR.encode())
    bob = Visitor(taken, "bob")
    assert bob.sign_in("wrong") == 401
    taken.do("sh", "-c", "systemctl daemon-reload; systemctl restart tsim-auth")
    assert bob.sign_in("wrong") == 201
    taken.do("sh", "-c", f"rm -r {folder} /usr/local/lib/liar.py; systemctl daemon-reload; systemctl restart tsim-auth")
    assert bob.sign_in("wrong") == 401


def test_the_collector_could_not_go_on_after_its_run(taken: Machine) -> None:
    assert within(taken, "collect", "setsid sleep 600 & echo began") == "began\n"
    wait_for(lambda: "tsim-collect" not in taken.run("sh", "-c", "stat -c %U /proc/[0-9]*").said, "its end")


@pytest.mark.parametrize("socket", ["/run/tsim/web", "/run/tsim/engine/socket", "/run/tsim/auth/socket"])
def test_nobody_else_of_the_machine_comes_to_a_socket(served: Machine, socket: str) -> None:
    done = served.run("runuser", "-u", "bob", "--", "sh", "-c", CONNECT.format(socket))
    assert done.code != 0
    assert "PermissionError" in done.said

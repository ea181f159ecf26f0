"""Each trouble of docs/admin.md, made on purpose: what is seen is what stands there, and what it says to do helps.

A few of them in `make test`, all in `make thorough` and `make deploytest`.
"""

import os
import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import msgspec
import pytest
from msgspec import Struct

from tests.deploy.conftest import IS_CLEAN, PASSWORD, TOKEN
from tests.deploy.machine import CURL, HOST, Machine, Visitor
from tests.waiting import wait_for

pytestmark = [pytest.mark.root, pytest.mark.serial]
ROOT = Path(__file__).resolve().parents[2]
SETTINGS = "/etc/tsim/tsim.toml"
STATE = "/var/lib/tsim"
QUESTION = {"source": "hq-pc1", "destination": "dc-db1", "services": "https"}
IS_ALL = IS_CLEAN or "THOROUGH" in os.environ
QUICK = ("nobody can sign in", '"N in FILE')
ELSEWHERE = {'an upgrade said "works as before"': "test_an_upgrade_that_does_not_become_healthy_is_taken_back"}
"""And where: in test_service.py."""
PLACEHOLDERS = re.compile(r"…|\b(?:NAME|FILE|N|L)\b")


class Row(Struct, frozen=True):
    """Of the table."""

    seen: str
    what: str
    todo: str

    def says(self, found: str) -> None:
        """All that is in quotation marks is there."""
        for words in re.findall(r'"([^"]+)"', self.seen):
            pattern = ".*".join(re.escape(part.strip()) for part in PLACEHOLDERS.split(words))
            assert re.search(pattern, found), f"{words}: not in\n{found}"

    def do(self, machine: Machine, command: str) -> str:
        """What it says to do."""
        assert f"`{command}`" in self.todo
        return machine.do("sh", "-c", command)


def rows() -> list[Row]:
    text = (ROOT / "docs/admin.md").read_text("utf-8").partition("## When something is wrong")[2]
    lines = re.findall(r"^\| (.*) \|$", text, re.MULTILINE)[1:]
    cells = [[cell.strip().replace("\\|", "|") for cell in re.split(r"(?<!\\)\|", line)] for line in lines]
    return [Row(*each) for each in cells if not each[0].startswith("---")]


Scene = Callable[[Machine, Row], AbstractContextManager[str]]
SCENES: dict[str, Scene] = {}


def scene(begin: str) -> Callable[[Callable[[Machine, Row], Iterator[str]]], None]:
    """How the row begins. What is given is what is seen; then it is mended."""

    def add(made: Callable[[Machine, Row], Iterator[str]]) -> None:
        SCENES[begin] = contextmanager(made)

    return add


def beginning(row: Row) -> str:
    found = [each for each in (*SCENES, *ELSEWHERE) if row.seen.startswith(each)]
    return found[0] if len(found) == 1 else f"{len(found)} tests: {row.seen}"


def person(machine: Machine, name: str) -> Visitor:
    one = Visitor(machine, name)
    assert one.sign_in(PASSWORD) == 201
    return one


def answer(machine: Machine, path: str, *more: str) -> str:
    """With the status."""
    return machine.run(*CURL, "--max-time", "60", *more, "-w", r" %{http_code}", f"https://{HOST}{path}").said


def doctor(machine: Machine) -> str:
    return machine.run("tsimsh", "doctor").said


def metric(machine: Machine, name: str) -> float:
    """Zero while nothing has been counted."""
    command = ("curl", "-sS", "--unix-socket", "/run/tsim/web", "-H", f"Authorization: Bearer {TOKEN}")
    told = machine.do(*command, f"http://{HOST}/metrics")
    found = re.search(rf"^{re.escape(name)} (\S+)$", told, re.MULTILINE)
    return float(found[1]) if found else 0.0


def templates(machine: Machine) -> list[str]:
    """The engine's own children."""
    engine = machine.main_process("tsim-engine")
    return machine.do("cat", f"/proc/{engine}/task/{engine}/children").split()


def send(machine: Machine, signal: str, *processes: str) -> None:
    """By the shell: the program is in a package that a bare Debian lacks."""
    machine.do("sh", "-c", f"kill -{signal} {' '.join(processes)}")


def is_ready(machine: Machine) -> bool:
    return answer(machine, "/readyz").endswith(" 200")


def well(machine: Machine) -> None:
    """Everything is, and a test is proved."""
    wait_for(lambda: is_ready(machine), "the service", 60.0)
    wait_for(lambda: answer(machine, "/health").endswith(" 200"), "health", 60.0)
    ann = person(machine, "ann")
    job = submit(ann)
    wait_for(lambda: status(ann, job)["ended"], f"job {job}", 120.0)
    assert status(ann, job)["status"] == "succeeded"


def submit(visitor: Visitor) -> str:
    return str(visitor.told("POST", "/api/v1/jobs", QUESTION)["id"])


def status(visitor: Visitor, job: str) -> Any:
    return visitor.told("GET", f"/api/v1/jobs/{job}")


@contextmanager
def setting(machine: Machine, change: str) -> Iterator[None]:
    """A change of sed; who is concerned is restarted by the test."""
    machine.do("sed", "-i.kept", change, SETTINGS)
    try:
        yield
    finally:
        machine.do("sh", "-c", f"cat {SETTINGS}.kept >{SETTINGS}; rm {SETTINGS}.kept")


@contextmanager
def edited(machine: Machine, unit: str, name: str, text: str) -> Iterator[None]:
    """As `systemctl edit` does."""
    folder = f"/run/systemd/system/{unit}.service.d"
    machine.do("mkdir", "-p", folder)
    machine.do("tee", f"{folder}/{name}.conf", sent=f"[Service]\n{text}\n".encode())
    machine.do("systemctl", "daemon-reload")
    machine.do("systemctl", "restart", unit)
    try:
        yield
    finally:
        machine.do("rm", f"{folder}/{name}.conf")
        machine.do("systemctl", "daemon-reload")
        machine.do("systemctl", "restart", unit)


@scene("`TsimDown`")
def web_is_away(machine: Machine, row: Row) -> Iterator[str]:
    with setting(machine, "1i nonsense = 1"):
        machine.run("systemctl", "restart", "tsim-web")
        wait_for(lambda: "nonsense in /etc/tsim/tsim.toml, line 1" in row.do(machine, LAST_OF_WEB), "its last word")
        machine.do("systemctl", "stop", "tsim-web.socket", "tsim-web")
        yield answer(machine, "/readyz")
    assert "systemctl start tsim-web.socket tsim-web" in doctor(machine)
    row.do(machine, "systemctl start tsim-web.socket tsim-web")


LAST_OF_WEB = "journalctl -u tsim-web -n 50"


@scene("the browser cannot connect")
def nginx_is_away(machine: Machine, row: Row) -> Iterator[str]:
    machine.do("systemctl", "stop", "nginx")
    said = answer(machine, "/")
    assert re.search("(Couldn't|Could not) connect", said)
    assert "inactive" in machine.run("systemctl", "status", "nginx").said
    assert ":443" not in row.do(machine, "ss -ltn")
    yield said
    row.do(machine, "nginx -t")
    row.do(machine, "systemctl start nginx")


@scene("`TsimEngineDown`")
def engine_is_away(machine: Machine, row: Row) -> Iterator[str]:
    machine.do("systemctl", "stop", "tsim-engine.socket", "tsim-engine")
    assert metric(machine, "tsim_engine_up") == 0
    assert "systemctl start tsim-engine.socket tsim-engine" in doctor(machine)
    yield answer(machine, "/readyz")
    row.do(machine, "journalctl -u tsim-engine -n 50")
    row.do(machine, "systemctl start tsim-engine.socket tsim-engine")


@scene("the journal of tsim-engine")
def engine_stands_still(machine: Machine, row: Row) -> Iterator[str]:
    with edited(machine, "tsim-engine", "watchdog", "WatchdogSec=2\nTimeoutAbortSec=2"):
        before = machine.main_process("tsim-engine")
        send(machine, "STOP", before)
        wait_for(lambda: "'watchdog'" in machine.journal("tsim-engine"), "the watchdog", 60.0)
        wait_for(lambda: machine.main_process("tsim-engine") not in ("0", before), "another engine", 60.0)
        yield machine.journal("tsim-engine")


@scene("`TsimCheckFailed` store")
def disk_is_full(machine: Machine, row: Row) -> Iterator[str]:
    machine.do("systemctl", "stop", "tsim-engine.socket", "tsim-engine")
    machine.do("cp", "-a", STATE, "/root/state")
    machine.do("mount", "-t", "tmpfs", "-o", "size=64m,mode=700", "tmpfs", STATE)
    machine.do("sh", "-c", f"cp -a /root/state/. {STATE} && chown --reference=/root/state {STATE}")
    machine.do("systemctl", "start", "tsim-engine.socket", "tsim-engine")
    wait_for(lambda: is_ready(machine), "the web", 60.0)
    ann = person(machine, "ann")
    machine.run("dd", "if=/dev/zero", f"of={STATE}/much", "bs=4k")
    wait_for(lambda: metric(machine, 'tsim_engine_check{check="store"}') == 0, "the check", 60.0)
    said = str(ann.told("GET", "/api/v1/checks"))
    machine.do("systemctl", "stop", "tsim-engine")
    machine.run("systemctl", "start", "tsim-engine", "--no-block")
    wait_for(lambda: "Scheduled restart job" in machine.journal("tsim-engine"), "a start that fails", 60.0)
    yield said
    machine.do("rm", f"{STATE}/much")
    well(machine)
    row.do(machine, "tsimsh engine cleanup")
    machine.do("systemctl", "stop", "tsim-engine.socket", "tsim-engine")
    machine.do("umount", STATE)
    machine.do("systemctl", "start", "tsim-engine.socket", "tsim-engine")


@scene("`TsimCheckFailed` auth")
def passwords_are_not_checked(machine: Machine, row: Row) -> Iterator[str]:
    ann, admin = person(machine, "ann"), Visitor(machine, "admin")
    machine.do("systemctl", "stop", "tsim-auth.socket", "tsim-auth")
    status_, said = Visitor(machine, "bob").ask("POST", "/api/v1/sessions", {"username": "bob", "password": PASSWORD})
    assert status_ == 503
    assert "systemctl start tsim-auth.socket tsim-auth" in doctor(machine)
    assert ann.ask("GET", "/api/v1/me")[0] == 200
    assert admin.sign_in("wrong") == 401, "an account of tsim's own is asked"
    wait_for(lambda: metric(machine, 'tsim_engine_check{check="auth"}') == 0, "the check", 60.0)
    yield said.decode()
    row.do(machine, "systemctl start tsim-auth.socket tsim-auth")


@scene("`TsimCheckFailed` network")
def facts_are_gone(machine: Machine, row: Row) -> Iterator[str]:
    machine.do("sh", "-c", "cp /opt/tsim/current/backend/demo/facts/* /var/lib/tsim-facts")
    with setting(machine, 's|^#facts = .*|facts = "/var/lib/tsim-facts"|'):
        machine.do("systemctl", "restart", "tsim-engine")
        wait_for(lambda: is_ready(machine), "the web", 60.0)
        ann = person(machine, "ann")
        machine.do("sh", "-c", "mkdir /root/facts && mv /var/lib/tsim-facts/* /root/facts")
        machine.do("systemctl", "reload", "tsim-engine")
        wait_for(lambda: metric(machine, 'tsim_engine_check{check="network"}') == 0, "the check", 60.0)
        assert ann.told("POST", "/api/v1/reach", QUESTION)["services"]
        yield str(ann.told("GET", "/api/v1/checks"))
        machine.do("sh", "-c", "mv /root/facts/* /var/lib/tsim-facts")
        row.do(machine, "systemctl reload tsim-engine")
        wait_for(lambda: metric(machine, 'tsim_engine_check{check="network"}') == 1, "the check", 60.0)
    machine.do("sh", "-c", "rm /var/lib/tsim-facts/*")
    machine.do("systemctl", "restart", "tsim-engine")


@scene("`journalctl -u tsim-collect`")
def no_router_answers(machine: Machine, row: Row) -> Iterator[str]:
    machine.do("tee", "/etc/tsim/routers", sent=b"gw 127.0.0.1\n")
    assert machine.run("systemctl", "start", "tsim-collect").code != 0
    said = machine.do("journalctl", "-u", "tsim-collect")
    assert "gw: ssh: connect to host 127.0.0.1 port 22: Connection refused" in said
    yield said
    machine.do("rm", "/etc/tsim/routers")
    row.do(machine, "systemctl start tsim-collect")
    machine.do("systemctl", "reset-failed", "tsim-collect")  # there are no routers to be asked


@scene("every test fails in phase build")
def namespaces_are_forbidden(machine: Machine, _: Row) -> Iterator[str]:
    with edited(machine, "tsim-engine", "forbidden", "RestrictNamespaces=~user"):
        wait_for(lambda: is_ready(machine), "the web", 60.0)
        ann = person(machine, "ann")
        job = submit(ann)
        wait_for(lambda: status(ann, job)["ended"], f"job {job}", 120.0)
        found = status(ann, job)
        assert found["status"] == "failed"
        yield f"{found['reason']} {doctor(machine)}"
        text = (ROOT / "docs/admin.md").read_text("utf-8")
        (lines,) = re.findall(r"^  \[Service\]\n((?:  \w.*\n)+)", text, re.MULTILINE)
        with edited(machine, "tsim-engine", "rights", lines):
            well(machine)
    with edited(machine, "tsim-engine", "rights", lines):
        assert ": 2.5 " in machine.do("systemd-analyze", "security", "tsim-engine").splitlines()[-1]
    assert "exposure 2.5 instead of 1.9" in text


@scene('"This is not')
def name_is_another(machine: Machine, row: Row) -> Iterator[str]:
    mine = f'hosts = ["{HOST}"'
    with setting(machine, f's/^{mine[:-1]}".*/hosts = ["other.test"]/'.replace("[", r"\[", 1)):
        machine.do("systemctl", "restart", "tsim-web")
        yield answer(machine, "/api/v1/me")
    row.do(machine, "systemctl restart tsim-web")


@scene("sign-in works, and the next request")
def there_is_no_tls(machine: Machine, _: Row) -> Iterator[str]:
    """curl sends a cookie that is Secure over TLS only, as browsers do."""
    web = (
        "curl",
        "-sS",
        "--unix-socket",
        "/run/tsim/web",
        "-b",
        "/root/jar",
        "-c",
        "/root/jar",
        "-H",
        "X-Requested-With: t",
    )
    given = msgspec.json.encode({"username": "bob", "password": PASSWORD})
    sent = ("-H", "Content-Type: application/json", "--data-binary", "@-", f"http://{HOST}/api/v1/sessions")
    assert '"bob"' in machine.do(*web, *sent, sent=given)
    yield machine.do(*web, f"http://{HOST}/api/v1/me")
    machine.do("rm", "-f", "/root/jar")
    with setting(machine, "s/^secure_cookies = true/secure_cookies = false/"):
        machine.do("systemctl", "restart", "tsim-web")
        assert '"bob"' in machine.do(*web, *sent, sent=given)
        assert '"bob"' in machine.do(*web, f"http://{HOST}/api/v1/me")
    machine.do("systemctl", "restart", "tsim-web")


@scene("nobody can sign in")
def account_has_expired(machine: Machine, row: Row) -> Iterator[str]:
    machine.do("chage", "-E", "0", "bob")
    status_, said = Visitor(machine, "bob").ask("POST", "/api/v1/sessions", {"username": "bob", "password": PASSWORD})
    assert status_ == 401
    assert "account bob has expired" in row.do(machine, "journalctl -u tsim-auth")
    yield said.decode()
    assert "1970" in machine.do("chage", "-l", "bob")
    machine.do("chage", "-E", "-1", "bob")
    person(machine, "bob")


@scene("the password of the only administrator")
def administrator_is_lost(machine: Machine, _: Row) -> Iterator[str]:
    before = person(machine, "bob").told("GET", "/api/v1/me")["role"]
    machine.do("usermod", "-aG", "tsim-admin", "bob")
    yield before
    bob = person(machine, "bob")
    assert (before, bob.told("GET", "/api/v1/me")["role"]) == ("user", "admin")
    assert bob.told("PATCH", "/api/v1/users/admin", {"password": "another one that is long"})
    assert Visitor(machine, "admin").sign_in("another one that is long") == 201
    machine.do("gpasswd", "-d", "bob", "tsim-admin")


@scene('"N in FILE')
def setting_is_wrong(machine: Machine, _: Row) -> Iterator[str]:
    with setting(machine, "3i nonsense = 1"):
        yield doctor(machine)


@scene('"a newer version')
def store_is_newer(machine: Machine, _: Row) -> Iterator[str]:
    machine.do("systemctl", "stop", "tsim-engine.socket", "tsim-engine")
    copy = machine.do("runuser", "-u", "tsim", "--", "tsim-backup", "create", "/var/backups/tsim").split()[0]
    store = f"sqlite3.connect('{STATE}/tsim.sqlite3', isolation_level=None)"
    change = f"import sqlite3; {store}.execute(\"UPDATE alembic_version SET version_num = 'later'\")"
    machine.do("runuser", "-u", "tsim", "--", "python3", "-c", change)
    machine.run("systemctl", "start", "tsim-engine.socket", "tsim-engine")
    wait_for(lambda: "newer" in machine.journal("tsim-engine"), "its last word", 60.0)
    yield machine.journal("tsim-engine")
    machine.do("systemctl", "stop", "tsim-engine.socket", "tsim-engine")
    newest = machine.do("sh", "-c", "ls -t /var/backups/tsim/*.gz | head -1").strip()
    assert copy
    machine.do("runuser", "-u", "tsim", "--", "tsim-backup", "restore", newest)
    machine.do("systemctl", "start", "tsim-engine.socket", "tsim-engine")


@scene('"another engine')
def two_engines(machine: Machine, _: Row) -> Iterator[str]:
    environment = ("env", f"CONFIG_PATH={SETTINGS}", "TSIM_RUN=/tmp/second")
    done = machine.run("runuser", "-u", "tsim", "--", *environment, "sh", "-c", SECOND)
    yield done.said
    assert done.code != 0


SECOND = "cd /opt/tsim/current && exec timeout 60 venv/bin/python -m backend.engine"


@scene("`TsimRestarts`")
def web_ends_again(machine: Machine, row: Row) -> Iterator[str]:
    began = metric(machine, "process_start_time_seconds")
    before = machine.main_process("tsim-web")
    machine.do("systemctl", "kill", "--signal=KILL", "--kill-who=main", "tsim-web")
    wait_for(lambda: machine.main_process("tsim-web") not in ("0", before), "another web")
    wait_for(lambda: is_ready(machine), "the web", 60.0)
    assert metric(machine, "process_start_time_seconds") != began
    assert metric(machine, "process_resident_memory_bytes") > 0
    yield row.do(machine, "journalctl -u tsim-web -p warning")


@scene("`TsimFilesOpen`")
def many_connections(machine: Machine, row: Row) -> Iterator[str]:
    before = metric(machine, "process_open_fds")
    known = int(row.do(machine, "ss -x | grep -c tsim/web"))
    held = machine.start("python3", "-c", HOLD)
    wait_for(lambda: metric(machine, "process_open_fds") >= before + 20, "the connections")
    assert int(row.do(machine, "ss -x | grep -c tsim/web")) >= known + 20
    yield ""
    assert held.stdout is not None
    send(machine, "TERM", held.stdout.readline().decode().strip())
    held.wait()
    wait_for(lambda: metric(machine, "process_open_fds") < before + 20, "the end of the connections")


HOLD = """
import os, signal, socket
held = [socket.socket(socket.AF_UNIX) for _ in range(30)]
for one in held:
    one.connect("/run/tsim/web")
print(os.getpid(), flush=True)
signal.pause()
"""


@scene("`TsimProcessesLost`")
def processes_are_killed(machine: Machine, row: Row) -> Iterator[str]:
    ann = person(machine, "ann")
    before = metric(machine, "tsim_engine_replaced_total")
    ann.told("POST", "/api/v1/reach", QUESTION)
    send(machine, "KILL", *templates(machine))
    wait_for(lambda: metric(machine, "tsim_engine_replaced_total") > before, "others")
    yield row.do(machine, "journalctl -u tsim-engine")


@scene("`TsimQueueLong`")
def tests_wait(machine: Machine, _: Row) -> Iterator[str]:
    ann = person(machine, "ann")
    ann.told("POST", "/api/v1/reach", QUESTION)
    stopped = templates(machine)
    send(machine, "STOP", *stopped)
    jobs = [submit(ann) for _ in range(8)]
    assert metric(machine, 'tsim_queue{state="waiting"}') > 0
    yield str(ann.told("GET", "/api/v1/queue"))
    send(machine, "CONT", *stopped)
    for job in jobs:
        wait_for(lambda: status(ann, job)["ended"], f"job {job}", 120.0)  # noqa: B023 - used at once


@scene("`TsimErrors`")
def requests_fail(machine: Machine, _: Row) -> Iterator[str]:
    ann = person(machine, "ann")
    engine = machine.main_process("tsim-engine")
    send(machine, "STOP", engine)
    assert ann.ask("GET", "/api/v1/jobs")[0] == 503
    send(machine, "CONT", engine)
    said = machine.do("journalctl", "-u", "tsim-web", "-n", "20")
    assert re.search(r"WARNING GET /api/v1/jobs took \S+ s \(request \w+\)", said), said
    assert metric(machine, 'tsim_requests_total{method="GET",route="/api/v1/jobs",status="503"}') > 0
    yield said


@scene("`TsimPasswordsGuessed`")
def passwords_are_tried(machine: Machine, _: Row) -> Iterator[str]:
    before = metric(machine, 'tsim_sign_ins_total{outcome="wrong"}')
    assert Visitor(machine, "eva").sign_in("a guess") == 401
    assert metric(machine, 'tsim_sign_ins_total{outcome="wrong"}') == before + 1
    ann = person(machine, "ann")
    wait_for(lambda: "eva" in str(ann.told("GET", "/api/v1/audit")), "the entry")
    assert "127.0.0.1" in str(ann.told("GET", "/api/v1/audit?who=eva"))
    yield ""


@scene("the certificate has expired")
def certificate_is_old(machine: Machine, row: Row) -> Iterator[str]:
    machine.do("cp", "-a", "/etc/tsim/tls", "/root/tls")
    machine.do("sh", "-c", EXPIRED)
    row.do(machine, "systemctl reload nginx")
    wait_for(lambda: "certificate has expired" in answer(machine, "/readyz"), "the old one")
    yield answer(machine, "/readyz")
    machine.do("cp", "-a", "/root/tls/.", "/etc/tsim/tls")
    row.do(machine, "systemctl reload nginx")
    wait_for(lambda: is_ready(machine), "the new one")


EXPIRED = f"""cd /etc/tsim/tls && openssl req -new -key key.pem -subj /CN={HOST} -addext subjectAltName=DNS:{HOST} |
openssl x509 -req -key key.pem -copy_extensions copyall -days 0 -out certificate.pem"""


def test_things_are_where_it_says(served: Machine) -> None:
    table = (ROOT / "docs/admin.md").read_text("utf-8").partition("## Where things are")[2].partition("Four users")[0]
    places = {each.removesuffix("VERSION") for each in re.findall(r"`(/[^` ]+)`", table)}
    assert len(places) > 10
    served.do("ls", "-d", *sorted(places - {"/etc/tsim/routers"}))  # which is for whoever wants facts collected


def test_each_trouble_of_the_manual_is_made_on_purpose() -> None:
    found = [beginning(row) for row in rows()]
    assert sorted(found) == sorted([*SCENES, *ELSEWHERE])
    service = (ROOT / "tests/deploy/test_service.py").read_text("utf-8")
    for begin, test in ELSEWHERE.items():
        assert f"def {test}(" in service
        assert begin.split('"')[1] in service


@pytest.mark.parametrize(
    "row", [row for row in rows() if beginning(row) in (SCENES if IS_ALL else QUICK)], ids=beginning
)
def test_what_is_seen_is_what_it_says_and_what_it_says_to_do_helps(served: Machine, row: Row) -> None:
    with SCENES[beginning(row)](served, row) as seen:
        row.says(seen)
    well(served)

"""The container, really built and run: podman on a Debian of its own builds it from a release archive, podman-compose
starts what compose.yaml describes, and people come through nginx with TLS. All of it is in a machine of tests, and gone
with it. Each test goes on where the one before has ended.
"""

import json
import subprocess
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import IO, Any

import pytest

from tests.deploy import clean, release
from tests.deploy.machine import CLEAN, HOST, Machine, Visitor, machine
from tests.deploy.test_container import compose
from tests.waiting import wait_for

pytestmark = [pytest.mark.root, pytest.mark.serial]
PACKAGES = "podman netavark aardvark-dns dbus iptables python3-dotenv python3-yaml nginx curl openssl"
IMPORTED, BASE = "localhost/machine", "docker.io/library/debian:12-slim"
SLIM = f"FROM {IMPORTED}\nRUN apt-get purge -y --autoremove systemd systemd-sysv\n"
"""The image of Debian has nothing that a machine boots with."""
SETTINGS = b"""\
[containers]
cgroups = "disabled"
[engine]
cgroup_manager = "cgroupfs"
"""
"""Groups of their own take rights that a machine of tests may lack; the limits of compose.yaml do not hold so."""
COMPOSE = "/usr/local/bin/podman-compose"
TLS = "/etc/tsim/tls"
PAGE = "/usr/share/tsim/page"
ENGINE, WEB = "tsim_engine_1", "tsim_web_1"


class Host:
    """Where containers run."""

    def __init__(self, one: Machine, place: str) -> None:
        self.machine, self._place = one, place

    def online(self, *command: str, given: IO[bytes] | int = subprocess.DEVNULL) -> None:
        """In the machine, with the network of the one around it."""
        namespaces = [f"--{each}" for each in ("mount", "uts", "ipc", "pid", "cgroup", "root")]
        within = ["nsenter", f"--target={self.machine.number}", *namespaces, f"--wdns={self._place}", "--"]
        words = [*within, "env", "-i", *(f"{name}={value}" for name, value in CLEAN.items()), *command]
        done = subprocess.run(words, stdin=given, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        assert done.returncode == 0, f"{' '.join(command)}:\n{done.stdout[-4000:]}"

    def take_in(self, root: Path) -> None:
        """An image made of a machine's files."""
        files = ("--one-file-system", "--exclude=./var/cache/apt/archives/*.deb", "-cf", "-", ".")
        with subprocess.Popen(["tar", "-C", str(root), *files], stdout=subprocess.PIPE) as packing:
            assert packing.stdout is not None
            self.online("podman", "import", "-", IMPORTED, given=packing.stdout)

    def build(self, *options: str) -> None:
        """As the description says, but that a step gets no container of its own (see SETTINGS)."""
        self.online("podman", "build", "--isolation=chroot", "--network=host", "--pull=never", *options, ".")

    def compose(self, *words: str) -> None:
        file = f"{self._place}/deploy/container/compose.yaml"
        self.machine.do("env", f"TSIM_HOSTS={HOST}", COMPOSE, "-f", file, *words)

    def run(self, container: str, script: str) -> str:
        return self.machine.do("podman", "exec", container, "sh", "-c", script)

    def state(self, container: str) -> Any:
        return json.loads(self.machine.do("podman", "inspect", container))[0]["State"]

    def is_healthy(self, container: str) -> bool:
        return bool(self.state(container)["Health"]["Status"] == "healthy")

    def endings(self) -> list[int]:
        """Of both; who is killed at the end of its time to stop ends with 137."""
        return [self.state(each)["ExitCode"] for each in (ENGINE, WEB)]


@pytest.fixture(scope="module")
def host(archive: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Host]:
    root = clean.root(archive)
    program = find_spec("podman_compose")
    assert program
    assert program.origin
    with machine(tmp_path_factory.mktemp("host") / "machine", root) as one:
        one.do("sh", "-c", "rm /etc/systemd/system/dbus.* && systemctl daemon-reload")  # health checks are timers
        one.do("sh", "-c", f"DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends {PACKAGES}")
        one.do("systemctl", "start", "dbus.socket")
        one.do("tee", "/etc/containers/containers.conf", sent=SETTINGS)
        one.do("tee", COMPOSE, sent=Path(program.origin).read_bytes())
        one.do("chmod", "+x", COMPOSE)
        place = release.unpack(one, archive)
        found = Host(one, place)
        found.take_in(root)
        one.do("tee", f"{place}/debian", sent=SLIM.encode())
        found.build("-t", BASE, "-f", "debian")
        found.build("--format", "docker", "-f", "deploy/container/Containerfile", "-t", "tsim")
        yield found


@pytest.fixture(scope="module")
def admin(host: Host) -> Visitor:
    """Who comes to both containers through nginx."""
    host.compose("up", "-d")
    one, place = host.machine, "/root/releases/tsim-1.0"
    names = ("-subj", f"/CN={HOST}", "-addext", f"subjectAltName=DNS:{HOST}")
    files = ("-keyout", f"{TLS}/key.pem", "-out", f"{TLS}/certificate.pem")
    one.do("mkdir", "-p", TLS, PAGE)
    one.do("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", *names, *files)
    one.do("cp", "-R", f"{place}/frontend/dist/.", PAGE)
    one.do(f"{place}/deploy/nginx/render.sh", "/etc/nginx/tsim", f"NAME={HOST}", "WEB=127.0.0.1:8000")
    one.do("ln", "-sf", "/etc/nginx/tsim/site.conf", "/etc/nginx/sites-enabled/default")
    one.do("systemctl", "restart", "nginx")
    visitor = Visitor(one, "admin")
    wait_for(visitor.is_ready, "both containers", 120.0)
    assert visitor.sign_in(host.run(ENGINE, "cat /var/lib/tsim/first-password").strip()) == 201
    return visitor


def test_the_image_has_no_more_than_it_needs(host: Host) -> None:
    within = ("podman", "run", "--rm", "--network=none", "tsim", "sh", "-c")
    who = host.machine.do(*within, "id -u; id -un; stat -c %a $TSIM_STATE $TSIM_RUN /var/backups/tsim").split()
    assert who == ["900", "tsim", "700", "700", "700"]
    files = host.machine.do(*within, "ls /opt/tsim").split()
    assert files == ["VERSION", "backend", "frontend", "requirements.txt", "venv"]


def test_as_a_whole_it_becomes_healthy_and_ends(host: Host) -> None:
    host.machine.do("podman", "run", "-d", "--name=whole", "--publish=127.0.0.1:8001:8000", "tsim")
    wait_for(lambda: host.is_healthy("whole"), "the container", 120.0)
    host.machine.do("curl", "-sSf", "http://127.0.0.1:8001/readyz")
    host.machine.do("podman", "stop", "whole")
    assert host.state("whole")["ExitCode"] == 0
    host.machine.do("podman", "rm", "--volumes", "whole")


def test_both_containers_become_healthy_and_prove_what_was_predicted(host: Host, admin: Visitor) -> None:
    wait_for(lambda: host.is_healthy(WEB), "the web", 120.0)
    job = admin.submit()
    ended = admin.ended(job)
    assert ended["status"] == "succeeded"
    result = admin.told("GET", f"/api/v1/jobs/{job}/result")
    predicted, proved = ([each["verdict"] for each in result[by]["services"]] for by in ("prediction", "proof"))
    assert proved == predicted == ["denied_forward", "denied_forward"]
    status, report = admin.ask("GET", f"/api/v1/jobs/{job}/report.pdf")
    assert (status, report[:5]) == (200, b"%PDF-")


def test_the_web_is_told_by_the_proxy_where_people_come_from(admin: Visitor) -> None:
    sessions = admin.told("GET", "/api/v1/sessions")["sessions"]
    assert [each["address"] for each in sessions] == ["127.0.0.1"]


def test_they_may_not_write_where_they_need_not(host: Host, admin: Visitor) -> None:
    for container in (ENGINE, WEB):
        assert "CapEff:\t0000000000000000" in host.run(container, "cat /proc/1/status")
        assert "NoNewPrivs:\t1" in host.run(container, "cat /proc/1/status")
        for place in ("/opt/tsim/x", "/etc/x", "/proc/sys/kernel/hostname", "/proc/sys/net/ipv4/ip_forward"):
            assert host.machine.run("podman", "exec", container, "sh", "-c", f"echo 1 >{place}").code != 0
    assert "tsim.sqlite3" not in host.run(WEB, "ls /var/lib/tsim")


def test_they_stay_far_below_what_they_may_take(host: Host, admin: Visitor) -> None:
    for container, name in ((ENGINE, "engine"), (WEB, "web")):
        threads = host.run(container, "awk '/^Threads/ {print $2}' /proc/[0-9]*/status").split()
        assert 0 < sum(map(int, threads)) < compose()["services"][name]["pids_limit"] / 2


def test_stopped_during_a_test_they_end_in_time_and_go_on_with_it(host: Host, admin: Visitor) -> None:
    jobs = admin.jobs()
    job = admin.submit()
    host.compose("stop")
    assert host.endings() == [0, 0]
    host.compose("start")
    wait_for(admin.is_ready, "both containers", 120.0)
    assert admin.ended(job)["status"] == "succeeded"
    assert admin.jobs() == {*jobs, job}


def test_what_they_know_is_kept_when_they_are_made_anew(host: Host, admin: Visitor) -> None:
    jobs = admin.jobs()
    host.compose("down")
    host.compose("up", "-d")
    wait_for(admin.is_ready, "new containers", 120.0)
    assert admin.jobs() == jobs


def test_a_copy_of_the_store_is_kept(host: Host, admin: Visitor) -> None:
    file = host.run(ENGINE, "python -m backend.cli.backup create").split()[-1]
    host.run(ENGINE, f"python -m backend.cli.backup check {file}")


def test_they_are_there_again_after_a_reboot(host: Host, admin: Visitor) -> None:
    jobs = admin.jobs()
    host.machine.do("systemctl", "enable", "podman-restart.service")
    host.machine.reboot()
    wait_for(admin.is_ready, "both containers", 120.0)
    assert admin.jobs() == jobs

"""From a machine that has no tsim to one that has none any more, under a real systemd. In the order in which they stand
here; each leaves the service well behind it.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.deploy.conftest import FIRST, PASSWORD
from tests.deploy.machine import CURL, HOST, Machine, Visitor
from tests.deploy.release import SEED, changed
from tests.waiting import wait_for

pytestmark = [pytest.mark.root, pytest.mark.serial]
UNITS = ("tsim-auth", "tsim-engine", "tsim-web")
# Without HTTP/2, where curl does not ask again when nginx, which is reloaded, ends the connection at that moment.
LOAD = """
while [ ! -e /root/enough ]; do
  {curl} --http1.1 --max-time 30 -o /dev/null -w '%{{http_code}}\\n' https://{host}/readyz
  sleep 0.1
done
"""


@pytest.fixture(scope="module")
def ann(served: Machine) -> Visitor:
    one = Visitor(served, "ann")
    assert one.sign_in(PASSWORD) == 201
    return one


@contextmanager
def load(machine: Machine) -> Iterator[set[str]]:
    """Requests all the while, one after the other; what they were answered with is known at the end."""
    answers: set[str] = set()
    asking = machine.start("sh", "-c", LOAD.format(curl=" ".join(CURL), host=HOST))
    try:
        yield answers
    finally:
        machine.do("touch", "/root/enough")
        answers.update(asking.communicate()[0].decode().split())
        machine.do("rm", "/root/enough")


def test_an_installation_ends_with_a_service_that_is_well(served: Machine, said: str) -> None:
    assert f"release {FIRST} works: https://{HOST}/" in said
    assert "BAD" not in said
    assert "first user: admin, password: " in said
    for unit in UNITS:
        assert served.do("systemctl", "is-active", f"{unit}.service").strip() == "active"
        assert served.do("systemctl", "is-enabled", f"{unit}.service", f"{unit}.socket").split() == ["enabled"] * 2
    assert served.do("systemctl", "show", "-p", "NFailedUnits", "--value") == "0\n"


def test_systemd_and_nginx_of_the_machine_have_nothing_to_say_about_it(served: Machine) -> None:
    assert served.do("sh", "-c", "systemd-analyze verify --man=no /etc/systemd/system/tsim-*") == ""
    assert "[warn]" not in served.do("nginx", "-t")


@pytest.mark.parametrize(("unit", "user"), [("auth", "tsim-auth"), ("engine", "tsim"), ("web", "tsim-web")])
def test_each_process_is_an_ordinary_user_in_a_sandbox(served: Machine, unit: str, user: str) -> None:
    status = served.do("cat", f"/proc/{served.main_process(f'tsim-{unit}')}/status")
    found = dict(line.split(":\t", 1) for line in status.splitlines() if ":\t" in line)
    assert int(found["CapEff"], 16) == int(found["CapBnd"], 16) == 0
    assert (found["NoNewPrivs"], found["Seccomp"]) == ("1", "2")
    assert found["Uid"].split() == served.do("id", "-u", user).split() * 4


def test_users_of_the_machine_sign_in_through_nginx_and_tls(served: Machine, ann: Visitor) -> None:
    assert ann.told("GET", "/api/v1/me")["role"] == "admin"
    bob = Visitor(served, "bob")
    assert bob.sign_in("wrong") == 401
    assert bob.sign_in(PASSWORD) == 201
    assert bob.told("GET", "/api/v1/me")["role"] == "user"
    plain = served.do(
        *CURL, "-o", "/dev/null", "-w", "%{http_code} %{redirect_url}", "http://127.0.0.1/", "-H", f"Host: {HOST}"
    )
    assert plain == f"308 https://{HOST}/"


def test_a_test_is_proved_and_has_a_report(ann: Visitor) -> None:
    job = ann.submit()
    assert ann.ended(job)["status"] == "succeeded"
    result = ann.told("GET", f"/api/v1/jobs/{job}/result")
    assert {service["by"] for service in ann.ended(job)["snapshot"]["services"].values()} == {"proof"}
    assert result["job"] == job
    status, report = ann.ask("GET", f"/api/v1/jobs/{job}/report.pdf")
    assert (status, report[:5]) == (200, b"%PDF-")


def test_a_reload_during_a_test_fails_no_request_and_loses_nothing(served: Machine, ann: Visitor) -> None:
    before = [served.main_process(f"{unit}.service") for unit in UNITS]
    with load(served) as answers:
        job = ann.submit()
        served.do("systemctl", "reload", "tsim-engine", "tsim-web", "nginx")
        assert ann.ended(job)["status"] == "succeeded"
        again = ann.submit()
        assert ann.ended(again)["status"] == "succeeded"
    assert answers == {"200"}
    assert [served.main_process(f"{unit}.service") for unit in UNITS] == before
    assert {job, again} <= ann.jobs()


def test_each_process_that_is_killed_comes_back_and_nothing_is_lost(served: Machine, ann: Visitor) -> None:
    job = ann.submit()
    for unit in UNITS:
        killed = served.main_process(unit)
        served.do("systemctl", "kill", "--signal=KILL", "--kill-who=main", unit)
        wait_for(lambda unit=unit, killed=killed: served.main_process(unit) not in ("0", killed), unit)  # type: ignore[misc]
    wait_for(ann.is_ready, "the web", 60.0)
    assert ann.ended(job)["status"] == "succeeded"
    assert Visitor(served, "bob").sign_in(PASSWORD) == 201


def test_what_was_kept_each_night_is_put_back(served: Machine, ann: Visitor) -> None:
    kept = ann.submit()
    ann.ended(kept)
    served.do("systemctl", "start", "tsim-backup.service", "tsim-cleanup.service", "tsim-collect.service")
    copy = served.do("sh", "-c", "ls /var/backups/tsim/*.gz | tail -1").strip()
    later = ann.submit()
    ann.ended(later)
    refused = served.run("runuser", "-u", "tsim", "--", "tsim-backup", "restore", copy)
    assert refused.code == 1
    assert "another engine uses this database" in refused.said
    served.do("systemctl", "stop", "tsim-engine.socket", "tsim-engine.service")
    for question in ("doctor", "engine status"):
        assert "systemctl start tsim-engine.socket tsim-engine" in served.run("tsimsh", *question.split()).said
    assert served.run("test", "-e", "/run/tsim/engine/socket").code == 1, "none is started beside the unit"
    served.do("sh", "-c", "rm /var/lib/tsim/tsim.sqlite3*")
    served.do("runuser", "-u", "tsim", "--", "tsim-backup", "restore", copy)
    served.do("systemctl", "start", "tsim-engine.socket", "tsim-engine.service")
    wait_for(ann.is_ready, "the web", 60.0)
    assert kept in ann.jobs()
    assert later not in ann.jobs()


def test_an_upgrade_keeps_everything_and_lets_requests_wait(served: Machine, ann: Visitor, unpacked: str) -> None:
    known = ann.jobs()
    newer = changed(served, unpacked, "1.1")
    with load(served) as answers:
        said = served.do(f"{newer}/deploy/install.sh", "--name", HOST)
    assert "release 1.1 works" in said
    assert "kept a copy of the store" in said
    assert served.do("cat", "/opt/tsim/current/VERSION") == "1.1\n"
    assert ann.jobs() == known
    assert answers <= {"200", "503"}, "a 503 is the web's own: its engine is just starting"


def test_an_upgrade_that_does_not_become_healthy_is_taken_back(served: Machine, ann: Visitor, unpacked: str) -> None:
    known = ann.jobs()
    broken = changed(served, unpacked, "1.2", "echo 'raise SystemExit(3)' >backend/wsgi.py")
    done = served.run("env", "TSIM_HEALTHY_S=4", f"{broken}/deploy/install.sh", "--name", HOST)
    assert done.code == 1, done.said
    assert "release 1.1 works as before; nothing is lost" in done.said
    assert served.do("cat", "/opt/tsim/current/VERSION") == "1.1\n"
    assert ann.jobs() == known


def test_the_way_back_is_to_the_release_and_the_store_before(served: Machine, ann: Visitor, unpacked: str) -> None:
    known = ann.jobs()
    later = ann.submit()
    ann.ended(later)
    said = served.do(f"{unpacked}/deploy/install.sh", "--rollback")
    assert f"release {FIRST} works, with the store of tsim-" in said
    assert served.do("cat", "/opt/tsim/current/VERSION") == f"{FIRST}\n"
    assert (ann.is_ready(), ann.jobs()) == (True, known)
    again = served.run(f"{unpacked}/deploy/install.sh", "--rollback")
    assert (again.code, again.said) == (1, "tsim: there is no release before this one\n")


def test_it_is_there_again_after_a_reboot(served: Machine, ann: Visitor) -> None:
    known = ann.jobs()
    served.reboot()
    wait_for(ann.is_ready, "the web", 60.0)
    assert ann.jobs() == known


def test_settings_that_are_wrong_are_told_with_line_and_name(served: Machine) -> None:
    served.do("sed", "-i.kept", 's/^pam = .*/pam = perhaps/; s/^run = .*/runs = "x"/', "/etc/tsim/tsim.toml")
    said = served.run("tsimsh", "doctor")
    served.do("mv", "/etc/tsim/tsim.toml.kept", "/etc/tsim/tsim.toml")
    assert said.code == 3
    assert "/etc/tsim/tsim.toml" in said.said
    assert "line " in said.said


def test_an_uninstallation_leaves_the_data_until_it_is_told_not_to(served: Machine, unpacked: str) -> None:
    served.run("umount", SEED)
    served.do(f"{unpacked}/deploy/install.sh", "--uninstall")
    assert served.run("sh", "-c", "ls /etc/systemd/system/tsim* /opt/tsim").code != 0
    assert "tsim.sqlite3" in served.do("ls", "/var/lib/tsim")
    assert served.do("systemctl", "show", "-p", "NFailedUnits", "--value") == "0\n"
    served.do(f"{unpacked}/deploy/install.sh", "--uninstall", "--purge")
    for place in ("/var/lib/tsim", "/var/backups/tsim", "/etc/tsim", "/run/tsim"):
        assert served.run("test", "-e", place).code == 1, place
    assert served.run("id", "tsim").code == 1

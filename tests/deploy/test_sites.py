"""Other paths, ports and another database than usual, and a copy that is put back into an empty tsim. It begins on a
machine without tsim, and each test goes on where the one before has ended.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.deploy.conftest import PASSWORD
from tests.deploy.machine import HOST, Machine, Visitor
from tests.deploy.release import changed
from tests.waiting import wait_for

pytestmark = [pytest.mark.root, pytest.mark.serial]
FILE = "/etc/tsim/tsim.toml"
MANUAL = (Path(__file__).resolve().parents[2] / "docs" / "admin.md").read_text("utf-8")
OWN = {
    "state": "/srv/tsim/state",
    "run": "/run/other",
    "bind": "unix:/run/other/of/the/web",
    "backups": "/srv/tsim/copies",
    "http": "8080",
    "https": "8443",
    "root_path": "/tsim",
    "hosts": None,
}
AGAIN = "/opt/tsim/current/deploy/install.sh"
DATABASE = "postgresql://tsim@/tsim?host=/run/postgresql"
STOP = ("systemctl", "stop", "tsim-engine.socket", "tsim-engine.service")
START = ("systemctl", "start", "tsim-engine.socket", "tsim-engine.service")
AS_ENGINE = ("runuser", "-u", "tsim", "--", "tsim-backup")


def put(machine: Machine, name: str, value: str) -> None:
    machine.do("sed", "-i", "-E", f's|^#?{name} = .*|{name} = "{value}"|', FILE)


def dropins() -> list[str]:
    """For the engine, and for the others."""
    text = MANUAL.partition("### PostgreSQL or Redis\n")[2].partition("\n### ")[0]
    return [each.replace("ADDRESS", "127.0.0.1") for each in re.findall(r"^```\n(.*?)^```\n", text, re.M | re.S)]


@contextmanager
def edited(machine: Machine, unit: str, text: str) -> Iterator[None]:
    """As `systemctl edit` does, and the unit started with it."""
    folder = f"/etc/systemd/system/{unit}.service.d"
    machine.do("mkdir", "-p", folder)
    machine.do("tee", f"{folder}/override.conf", sent=text.encode())
    machine.do("systemctl", "daemon-reload")
    machine.do("systemctl", "restart", unit)
    try:
        yield
    finally:
        machine.do("rm", "-r", folder)
        machine.do("systemctl", "daemon-reload")


def newest(machine: Machine) -> str:
    """Of the copies."""
    return machine.do("sh", "-c", "ls -t /var/backups/tsim/*.gz | head -1").strip()


def signed_in(machine: Machine, name: str, site: str) -> Visitor:
    one = Visitor(machine, name, site)
    assert one.sign_in(PASSWORD) == 201
    return one


def proved(visitor: Visitor) -> str:
    job = visitor.submit()
    assert visitor.ended(job)["status"] == "succeeded"
    status, report = visitor.ask("GET", f"/api/v1/jobs/{job}/report.pdf")
    assert (status, report[:5]) == (200, b"%PDF-")
    return job


def test_it_is_where_the_settings_say(bare: Machine, unpacked: str) -> None:
    bare.do("install", "-D", f"{unpacked}/deploy/tsim.toml", FILE)
    for name, value in OWN.items():
        if value:
            put(bare, name, value)
    said = bare.do(f"{unpacked}/deploy/install.sh")
    assert f"release 1.0 works: https://{HOST}:8443/tsim/" in said
    assert "BAD" not in said
    proved(signed_in(bare, "ann", f"https://{HOST}:8443/tsim"))
    assert bare.run("sh", "-c", "ls -d /var/lib/tsim /run/tsim /var/backups/tsim").code != 0
    bare.do("systemctl", "start", "tsim-backup.service", "tsim-cleanup.service")
    assert "tsim.sqlite3" in bare.do("ls", "/srv/tsim/state")
    assert bare.do("ls", "/srv/tsim/copies").count(".tar.gz") == 1


def test_a_setting_that_is_changed_holds_after_the_next_installation(bare: Machine) -> None:
    put(bare, "https", "9443")
    put(bare, "bind", "127.0.0.1:8000")
    put(bare, "proxies", "127.0.0.1")
    said = bare.run("tsimsh", "doctor")
    assert said.code == 1
    for name in ("https", "bind"):
        assert f"{name} of the settings was changed and does not hold yet" in said.said
    bare.do("sh", "-c", "cd / && nginx -t && echo '# by hand' >>/etc/nginx/sites-available/tsim")
    assert "was changed by hand and stays so" in bare.do(AGAIN)
    bare.do("rm", "/etc/nginx/sites-available/tsim")
    assert f"works: https://{HOST}:9443/tsim/" in bare.do(AGAIN)
    assert "BAD" not in bare.do("tsimsh", "doctor")
    assert len(signed_in(bare, "ann", f"https://{HOST}:9443/tsim").jobs()) == 1


def test_a_copy_is_put_back_into_an_empty_one(bare: Machine, unpacked: str) -> None:
    bare.do(
        "sh",
        "-c",
        "cp $(ls /srv/tsim/copies/*.gz | tail -1) /tmp/copy.tar.gz && chmod 644 /tmp/copy.tar.gz",
    )
    known = signed_in(bare, "ann", f"https://{HOST}:9443/tsim").jobs()
    bare.do(f"{unpacked}/deploy/install.sh", "--uninstall", "--purge")
    assert (
        bare.run("sh", "-c", "ls -d /srv/tsim/state /srv/tsim/copies /run/other /etc/tsim").said.count("No such") == 4
    )
    bare.do(f"{unpacked}/deploy/install.sh", "--name", HOST)
    assert signed_in(bare, "ann", f"https://{HOST}").jobs() == set()
    assert "is whole" in bare.do(*AS_ENGINE, "check", "/tmp/copy.tar.gz")
    bare.do(*STOP)
    bare.do(*AS_ENGINE, "restore", "/tmp/copy.tar.gz")
    bare.do(*START)
    ann = signed_in(bare, "ann", f"https://{HOST}")
    assert ann.jobs() == known
    (job,) = known
    assert ann.ask("GET", f"/api/v1/jobs/{job}/report.pdf")[1][:5] == b"%PDF-"


def test_a_store_on_postgresql_is_kept_and_put_back(bare: Machine) -> None:
    bare.do("sh", "-c", "DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends postgresql")
    bare.do("sh", "-c", "systemctl start postgresql && pg_lsclusters")
    wait_for(lambda: bare.run("runuser", "-u", "postgres", "--", "createuser", "tsim").code == 0, "PostgreSQL")
    bare.do("runuser", "-u", "postgres", "--", "createdb", "-O", "tsim", "tsim")
    put(bare, "database", DATABASE.replace("&", r"\&"))
    bare.do(AGAIN)
    ann = signed_in(bare, "ann", f"https://{HOST}")
    assert ann.jobs() == set()
    kept = proved(ann)
    bare.do("systemctl", "start", "tsim-backup.service")
    copy = bare.do("sh", "-c", "ls /var/backups/tsim/*.gz | tail -1").strip()
    later = proved(ann)
    refused = bare.run(*AS_ENGINE, "restore", copy)
    assert (refused.code, "another engine uses this database" in refused.said) == (1, True)
    bare.do(*STOP)
    bare.do("runuser", "-u", "postgres", "--", "dropdb", "--force", "tsim")
    bare.do("runuser", "-u", "postgres", "--", "createdb", "-O", "tsim", "tsim")
    bare.do(*AS_ENGINE, "restore", copy)
    bare.do(*START)
    ann = signed_in(bare, "ann", f"https://{HOST}")
    assert kept in ann.jobs()
    assert later not in ann.jobs()
    assert "BAD" not in bare.do("tsimsh", "doctor")
    assert "ok   store: postgresql://" in bare.do("runuser", "-u", "tsim", "--", "tsimsh", "doctor")


def test_a_store_on_another_machine_needs_what_the_manual_says(bare: Machine) -> None:
    """PostgreSQL is here, and asked by an address of the machine's own network, in which no unit is."""
    engine, others = dropins()
    bare.do("runuser", "-u", "postgres", "--", "psql", "-c", "ALTER USER tsim PASSWORD 'a secret'")
    put(bare, "database", "postgresql://tsim:a%20secret@127.0.0.1/tsim")
    with edited(bare, "tsim-engine", engine):
        assert bare.run("systemctl", "start", "tsim-backup").code != 0, "it has no network either"
        ann = signed_in(bare, "ann", f"https://{HOST}")
        kept = proved(ann)
        with edited(bare, "tsim-backup", others):
            bare.do("systemctl", "start", "tsim-cleanup")
            assert "is whole" in bare.do(*AS_ENGINE, "check", newest(bare))
        assert kept in ann.jobs()
    put(bare, "database", DATABASE.replace("&", r"\&"))
    bare.do("systemctl", "restart", "tsim-engine")


@pytest.mark.parametrize("place", ["unix:///run/redis/redis-server.sock", "redis://127.0.0.1:6379"])
def test_redis_needs_what_the_manual_says(bare: Machine, place: str) -> None:
    bare.do("sh", "-c", "DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends redis-server")
    (group,), (lines,) = (re.findall(each, MANUAL) for each in (r"`(SupplementaryGroups=\w+)`", r"`(unixsocket .*?)`"))
    bare.do("tee", "-a", "/etc/redis/redis.conf", sent=f"\n{lines.replace('; ', chr(10))}\n".encode())
    bare.do("systemctl", "restart", "redis-server")
    _, others = dropins()
    assert place in MANUAL or not place.startswith("unix")
    put(bare, "redis", place)
    with edited(bare, "tsim-web", f"[Service]\n{group}\n" if place.startswith("unix") else others):
        bare.do("redis-cli", "flushall")
        signed_in(bare, "ann", f"https://{HOST}")
        wait_for(lambda: "tsim:sign-in" in bare.do("redis-cli", "keys", "*"), "the web's counts at Redis")
    bare.do("sed", "-i", "s/^redis = /#redis = /", FILE)
    bare.do("systemctl", "restart", "tsim-web")


@pytest.mark.parametrize(
    ("said", "outcome"),
    [
        ("ID=debian\nVERSION_ID=11\n", "debian 11 is too old: debian 12 or newer is needed"),
        ("ID=ubuntu\nVERSION_ID=22.04\n", "ubuntu 22.04 is too old: ubuntu 24.04 or newer is needed"),
        ("ID=ubuntu\nVERSION_ID=24.04\n", ""),
        ("ID=debian\nVERSION_ID=13\n", ""),
        ("ID=debian\nVERSION_ID=14\n", "made for Debian 12, Debian 13 and Ubuntu 24.04; here is debian 14"),
        ("ID=debian\nVERSION_CODENAME=forky\n", "here is debian that has no number yet"),
        ("ID=ubuntu\nVERSION_ID=26.04\n", "here is ubuntu 26.04"),
        ("ID=linuxmint\nVERSION_ID=22\n", "neither Debian nor Ubuntu"),
    ],
)
def test_distributions(bare: Machine, unpacked: str, said: str, outcome: str) -> None:
    bare.do("sh", "-c", "cp -L /etc/os-release /root/os-release; cat >/root/other", sent=said.encode())
    done = bare.run(
        "sh", "-c", f"rm /etc/os-release; cp /root/other /etc/os-release; {unpacked}/deploy/install.sh --packages"
    )
    bare.do("sh", "-c", "cp /root/os-release /etc/os-release")
    assert outcome in done.said if outcome else done.said == ""
    assert done.code == ("too old" in outcome)


def test_a_python_for_which_there_are_no_packages(bare: Machine, unpacked: str) -> None:
    place = changed(
        bare, unpacked, "1.7", "for each in wheels/*-cp*; do mv $each wheels/${each#wheels/}.of-another; done"
    )
    bare.do("sh", "-c", f"touch {place}/wheels/numpy-1-cp310-cp310-manylinux_2_28_x86_64.whl")
    done = bare.run(f"{place}/deploy/install.sh")
    number = bare.do("python3", "-c", "import sys; print('%d.%d' % sys.version_info[:2], end='')")
    assert done.code == 1
    assert f"packages for Python 3.10 (x86_64), and here is {number} (" in done.said
    assert f"PYTHONS={number} make release makes one; nothing was changed" in done.said


def test_a_release_whose_python_has_gone_is_put_right_by_its_archive(bare: Machine, unpacked: str) -> None:
    """As after an upgrade of the distribution."""
    newer = changed(bare, unpacked, "1.8")
    bare.do("ln", "-sfn", "/nowhere", "/opt/tsim/releases/1.0/venv")
    for place in (newer, "/opt/tsim/releases/1.0"):
        done = bare.run(f"{place}/deploy/install.sh")
        assert (done.code, done.said.count("\n")) == (1, 2), done.said
        assert "release 1.0, which is installed here, does not run with the Python of this machine" in done.said
    bare.do(f"{unpacked}/deploy/install.sh")
    assert "release 1.8 works" in bare.do(f"{newer}/deploy/install.sh")
    bare.do("ln", "-sfn", "/nowhere", "/opt/tsim/releases/1.0/venv")
    done = bare.run(f"{newer}/deploy/install.sh", "--rollback")
    assert (done.code, done.said.count("\n")) == (1, 1), done.said
    assert "release 1.0 does not run with the Python of this machine" in done.said
    assert "BAD" not in bare.do("tsimsh", "doctor")

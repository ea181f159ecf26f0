"""With the units as they are installed, nginx's files as they are rendered, a certificate and a port."""

import os
import shutil
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from backend.cli.doctor import installed
from backend.cli.doctor.finding import State
from backend.config import Config

DEPLOY = Path(__file__).resolve().parents[3] / "deploy"


class Installed:
    def __init__(self, folder: Path, port: int) -> None:
        self.units, self.nginx = folder / "units", folder / "nginx"
        shutil.copytree(DEPLOY / "systemd", self.units)
        self.config = Config(
            bind="unix:/run/tsim/web",
            run=Path("/run/tsim"),
            state=Path("/var/lib/tsim"),
            backups=folder / "copies",
            https=f"127.0.0.1:{port}",
            certificate=folder / "certificate.pem",
            key=folder / "key.pem",
            hosts=("tsim.test", "other.test"),
            root_path="/tsim",
        )
        backup = self.units / "tsim-backup.service"
        backup.write_text(backup.read_text().replace("/var/backups/tsim", str(self.config.backups)))
        self.config.backups.mkdir()
        (self.config.backups / "tsim-1.tar.gz").touch()
        self.certify(folder, 30)
        given = {
            "NAME": "tsim.test other.test",
            "HTTPS": self.config.https,
            "PATH": "/tsim",
            "CERTIFICATE": self.config.certificate,
            "KEY": self.config.key,
        }
        words = [f"{name}={value}" for name, value in given.items()]
        subprocess.run([DEPLOY / "nginx" / "render.sh", self.nginx, *words], check=True)

    def certify(self, folder: Path, days: int) -> None:
        subject = ("-subj", "/CN=tsim.test", "-days", str(days))
        files = ("-keyout", str(folder / "key.pem"), "-out", str(folder / "certificate.pem"))
        command = ("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes")
        subprocess.run([*command, *subject, *files], check=True, capture_output=True)

    def found(self, **changes: object) -> dict[str, str]:
        """What is wrong or worth a word."""
        config = msgspec.structs.replace(self.config, **changes)
        looked = installed.look(config, self.units, self.nginx)
        told: dict[str, str] = {}
        for each in looked:
            if each.state is not State.WELL:
                told[each.about] = f"{told.get(each.about, '')}{each.text}\n"
        return told


@pytest.fixture
def one(tmp_path: Path) -> Iterator[Installed]:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield Installed(tmp_path, listening.getsockname()[1])


def test_all_is_well_when_they_agree(one: Installed) -> None:
    assert one.found() == {}


@pytest.mark.parametrize(
    ("version", "lines"),
    [
        ("1.22.1", ["listen {https} ssl http2;"]),
        ("1.24.0 (Ubuntu)", ["listen {https} ssl http2;"]),
        ("1.26.3", ["listen {https} ssl;", "http2 on;"]),
    ],
)
def test_each_nginx_is_told_of_http_2_in_its_own_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, version: str, lines: list[str]
) -> None:
    (tmp_path / "nginx").write_text(f"#!/bin/sh\necho 'nginx version: nginx/{version}' >&2\n")
    (tmp_path / "nginx").chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    with socket.create_server(("127.0.0.1", 0)) as listening:
        one = Installed(tmp_path / "one", listening.getsockname()[1])
        assert one.found() == {}
    site = (one.nginx / "site.conf").read_text("utf-8").splitlines()
    found = [line.strip() for line in site if " ssl" in line or "http2" in line]
    assert [line for line in found if line.startswith(("listen", "http2"))] == [
        line.format(https=one.config.https) for line in lines
    ]


def test_there_is_nothing_to_say_where_it_was_not_installed(one: Installed, tmp_path: Path) -> None:
    assert list(installed.look(one.config, tmp_path / "none", tmp_path / "none")) == []


@pytest.mark.parametrize(
    ("setting", "value", "about"),
    [
        ("bind", "unix:/run/other", "nginx"),
        ("bind", "127.0.0.1:9", "units"),
        ("run", Path("/run/other"), "units"),
        ("state", Path("/srv/tsim"), "units"),
        ("http", "8080", "nginx"),
        ("key", Path("/etc/other.pem"), "nginx"),
        ("hosts", ("tsim.test",), "nginx"),
        ("root_path", "", "nginx"),
    ],
)
def test_a_setting_that_does_not_hold_yet_is_named(one: Installed, setting: str, value: object, about: str) -> None:
    assert f"{setting} of the settings was changed and does not hold yet" in one.found(**{setting: value})[about]


def test_a_port_at_which_nobody_listens(one: Installed) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        where = f"127.0.0.1:{closed.getsockname()[1]}"
        assert one.found(https=where)["nginx"].endswith(f"nobody listens at {where}: Connection refused\n")
    assert not {"nginx", "certificate"} & one.found(https="off", certificate=Path("/none")).keys()


def test_certificates_that_cannot_be_used(one: Installed, tmp_path: Path) -> None:
    kept = one.config.key.read_bytes()
    one.certify(tmp_path, 5)
    assert "is good for less than two weeks: " in one.found()["certificate"]
    one.config.key.write_bytes(kept)
    assert "cannot be used: KEY_VALUES_MISMATCH" in one.found()["certificate"]
    one.config.certificate.write_text("none")
    assert "cannot be used" in one.found()["certificate"]
    one.config.certificate.unlink()
    assert "does not exist" in one.found()["certificate"]


def test_copies_that_are_missing_or_old(one: Installed) -> None:
    (copy,) = one.config.backups.iterdir()
    os.utime(copy, (0, 0))
    assert "days old" in one.found()["copies"]
    copy.unlink()
    assert "there is none" in one.found()["copies"]
    one.config.backups.rmdir()
    assert "is no directory" in one.found()["copies"]

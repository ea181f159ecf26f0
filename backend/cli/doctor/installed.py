"""Whether units of systemd and nginx have the paths and ports of the settings: deploy/install.sh writes both."""

import os
import socket
import ssl
import subprocess
from collections.abc import Iterator
from pathlib import Path
from time import time

from backend.cli.doctor.finding import Finding, note, well, wrong
from backend.cli.doctor.starting import UNITS
from backend.config import Config

AGAIN = "/opt/tsim/current/deploy/install.sh writes units and nginx's site again, and starts all of it with them"
NGINX = Path("/etc/nginx/tsim")
SOON_S = 14 * 86400
OLD_S = 2 * 86400.0
TIMEOUT_S = 5.0


def look(config: Config, units: Path = UNITS, nginx: Path = NGINX) -> Iterator[Finding]:
    """Nothing where it was not installed so."""
    if not (units / "tsim-web.socket").is_file():
        return
    yield from _units(config, units)
    yield _copies(config.backups)
    if config.https != "off":
        yield from _site(config, nginx)
        yield _certificate(config)
        yield _listening(config.https)


def _units(config: Config, units: Path) -> Iterator[Finding]:
    run = config.run or config.state
    wanted = (
        ("bind", "tsim-web.socket", f"ListenStream={config.bind.removeprefix('unix:')}"),
        ("run", "tsim-engine.socket", f"ListenStream={run}/engine/socket"),
        ("run", "tsim-auth.socket", f"ListenStream={run}/auth/socket"),
        ("state", "tsim-engine.service", f"ReadWritePaths={config.state} {run}/engine"),
        ("backups", "tsim-backup.service", f"ReadWritePaths={config.state} {config.backups}"),
    )
    yield from _same(wanted, units, "units")


def _site(config: Config, nginx: Path) -> Iterator[Finding]:
    wanted = (
        ("http", "site.conf", f"    listen {config.http};"),
        ("https", "site.conf", f"    listen {config.https} ssl;"),
        ("certificate", "site.conf", f"    ssl_certificate     {config.certificate};"),
        ("key", "site.conf", f"    ssl_certificate_key {config.key};"),
        ("bind", "upstream.conf", f"    server {config.bind} max_fails=0;"),
        ("root_path", "locations.conf", f"location {config.root_path}/ {{"),
        *(("hosts", "site.conf", f"    server_name {' '.join(config.hosts)};") for _ in config.hosts[:1]),
    )
    yield from _same(wanted, nginx, "nginx")


def _same(wanted: tuple[tuple[str, str, str], ...], folder: Path, about: str) -> Iterator[Finding]:
    other = {}
    for setting, name, line in wanted:
        try:
            lines = (folder / name).read_text("utf-8").replace(" ssl http2;", " ssl;").splitlines()  # nginx < 1.25.1
        except OSError as error:
            other[setting] = f"{folder / name}: {error.strerror}"
        else:
            if line not in lines:
                other[setting] = f"{folder / name} has not the line {line.strip()!r}"
    for setting, text in other.items():
        yield wrong(about, f"{setting} of the settings was changed and does not hold yet: {text}", AGAIN)
    if not other:
        yield well(about, "paths and ports are those of the settings")


def _copies(folder: Path) -> Finding:
    mend = "systemctl start tsim-backup; why it fails: journalctl -u tsim-backup"
    try:
        times = [each.stat().st_mtime for each in folder.glob("tsim-*.tar.gz")] if os.access(folder, os.R_OK) else None
    except OSError:
        times = None
    if not folder.is_dir():
        return wrong("copies", f"{folder} is no directory", f"mkdir {folder}; chown tsim:tsim {folder}")
    if times is None:
        return note("copies", f"{folder} cannot be read by this user", "run this as root")
    if not times:
        return note("copies", f"there is none in {folder} yet", f"each night one is made, or now: {mend}")
    if (age_s := time() - max(times)) > OLD_S:
        return wrong("copies", f"the newest in {folder} is {age_s / 86400:.0f} days old", mend)
    return well("copies", f"there are {len(times)} in {folder}")


def _certificate(config: Config) -> Finding:
    mend = f"put one into {config.certificate} and {config.key}, then systemctl reload nginx"
    if not config.certificate.is_file():
        return wrong("certificate", f"{config.certificate} does not exist", mend)
    if os.access(config.key, os.R_OK):
        try:
            ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(config.certificate, config.key)
        except OSError as error:
            reason = getattr(error, "reason", None) or error.strerror
            return wrong("certificate", f"{config.certificate} and {config.key} cannot be used: {reason}", mend)
    elif os.geteuid() == 0:
        return wrong("certificate", f"{config.key} does not exist", mend)
    end = subprocess.run(
        ["openssl", "x509", "-in", config.certificate, "-noout", "-enddate", "-checkend", str(SOON_S)],
        capture_output=True,
        text=True,
    )
    said = end.stdout.partition("notAfter=")[2].partition("\n")[0] or end.stderr.strip()
    if end.returncode != 0:
        return wrong("certificate", f"{config.certificate} is good for less than two weeks: {said}", mend)
    return well("certificate", f"is good until {said}")


def _listening(where: str) -> Finding:
    address, _, port = where.rpartition(":")
    host = {"": "127.0.0.1", "[::]": "::1", "0.0.0.0": "127.0.0.1"}.get(address, address.strip("[]"))
    try:
        socket.create_connection((host, int(port)), TIMEOUT_S).close()
    except OSError as error:
        text = f"nobody listens at {where}: {error.strerror or error}"
        return wrong("nginx", text, "nginx -t; systemctl start nginx; journalctl -u nginx")
    return well("nginx", f"listens at {where}")

"""`python -m backend.cli.backup`: keep a copy of the store while the engine works, look into one, put one back.

A copy is an archive with the database (tests, reports, networks, accounts, audit) and the settings; with PostgreSQL the
database is what pg_dump writes. SQLite copies itself page by page in one read transaction (sqlite3_backup_init), so
the copy is that of one moment and nobody waits for it. It is put back whole or not at all, never while an engine runs.
"""

import argparse
import gzip
import os
import re
import shutil
import sqlite3
import subprocess
import sys
import tarfile
import tempfile
import zlib
from collections.abc import Sequence
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy.engine import make_url

from backend import config
from backend.config import Config, ConfigError
from backend.store.claim import claim
from backend.store.database import Database, engine_of
from backend.store.error import StoreError
from backend.store.schema import VERSION
from backend.store.upgrade import version

SQLITE, POSTGRESQL, SETTINGS = "tsim.sqlite3", "tsim.pgdump", "tsim.toml"
NAME = "tsim-{}.tar.gz"


class BackupError(Exception):
    """It cannot be kept or put back; the text says why."""


def main(arguments: Sequence[str] | None = None) -> int:
    asked = _options().parse_args(arguments)
    try:
        settings = config.from_environment()
        match asked.what:
            case "create":
                print(create(settings, asked.directory or settings.backups, asked.keep))
            case "check":
                print(check(asked.file))
            case "restore":
                restore(settings, asked.file)
    except (BackupError, ConfigError, StoreError) as error:
        print(f"backup: {error}", file=sys.stderr)
        return 1
    except OSError as error:
        print(f"backup: {error.filename or 'it cannot be written'}: {error.strerror}", file=sys.stderr)
        return 1
    return 0


def _options() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="backup", description="Copies of the store: tests, reports, accounts.")
    what = parser.add_subparsers(dest="what", required=True)
    created = what.add_parser("create", help="make one; the engine goes on meanwhile")
    created.add_argument("directory", nargs="?", type=Path, help="default: that of the settings (backups)")
    created.add_argument("--keep", type=int, default=0, metavar="N", help="then remove all but the newest N")
    for name, help_ in (("check", "whether one can be put back"), ("restore", "put one back; the engine must not run")):
        what.add_parser(name, help=help_).add_argument("file", type=Path)
    return parser


def create(settings: Config, directory: Path, keep: int = 0) -> Path:
    """The file has its name when it is whole."""
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    target = directory / NAME.format(datetime.now(UTC).strftime("%Y%m%d-%H%M%S-%f"))
    draft = target.with_suffix(".new")
    with tempfile.TemporaryDirectory(dir=directory) as folder:
        try:
            members = [_dumped(settings, Path(folder))]
            if named := config.file_named():
                members.append(Path(shutil.copy(named, Path(folder, SETTINGS))))
            with tarfile.open(draft, "w:gz", compresslevel=6) as archive:
                for member in members:
                    archive.add(member, member.name)
            draft.chmod(0o600)
            draft.replace(target)
        finally:
            draft.unlink(missing_ok=True)
    if keep > 0:
        for old in sorted(directory.glob(NAME.format("*")))[:-keep]:
            old.unlink()
    return target


def _dumped(settings: Config, folder: Path) -> Path:
    if settings.database_file is None:
        target = folder / POSTGRESQL
        _run(("pg_dump", "--format=custom", f"--file={target}"), settings)
        return target
    source, target = settings.database_file, folder / SQLITE
    if not source.is_file():
        raise BackupError(f"{source} does not exist: nothing has been kept yet")
    try:
        opened = sqlite3.connect(f"{source.as_uri()}?mode=rw", uri=True)
        with closing(opened) as there, closing(sqlite3.connect(target)) as here:
            there.backup(here)
            here.execute("PRAGMA journal_mode=DELETE")
    except sqlite3.Error as error:
        raise BackupError(f"{source}: {error}") from error
    _checked(target)
    return target


def check(file: Path) -> str:
    """What is in it, in words."""
    with tempfile.TemporaryDirectory(dir=file.parent) as folder:
        found = _unpacked(file, Path(folder))
        said = _looked_through(found) if found.name == POSTGRESQL else _checked(found)
        return f"{file} is whole: {said}"


def restore(settings: Config, file: Path) -> None:
    """Instead of what is there now."""
    target = settings.database_file
    if target:
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent if target else None) as folder:
        found = _unpacked(file, Path(folder))
        if bool(target) is not (found.name == SQLITE):
            raise BackupError(f"{file} has {found.name}, which is not for the database of these settings")
        (_checked if target else _looked_through)(found)
        database = Database(*engine_of(settings.database_url))
        try:
            claim(database)  # no engine has it, and none takes it meanwhile
            if target:
                _put(found, target)
            else:
                options = ("--clean", "--if-exists", "--single-transaction", "--no-owner")
                _run(("pg_restore", *options, str(found)), settings)
        finally:
            database.close()


def _put(found: Path, target: Path) -> None:
    """Its journals go first: they are those of the file before (https://sqlite.org/howtocorrupt.html, 1.4)."""
    for end in ("-wal", "-shm"):
        target.with_name(target.name + end).unlink(missing_ok=True)
    found.chmod(0o600)
    with found.open("rb+") as file:
        os.fsync(file.fileno())
    found.replace(target)


def _unpacked(file: Path, folder: Path) -> Path:
    try:
        with tarfile.open(file, "r:gz") as archive:
            names = [name for name in archive.getnames() if name in (SQLITE, POSTGRESQL)]
            if len(names) != 1:
                raise BackupError(f"{file} is no copy of tsim's store: neither {SQLITE} nor {POSTGRESQL} is in it")
            source = archive.extractfile(names[0])
            if source is None:
                raise BackupError(f"{file} is broken: {names[0]} is no file")
            with source, (folder / names[0]).open("xb") as target:
                shutil.copyfileobj(source, target)
    except (tarfile.TarError, EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise BackupError(f"{file} is broken: {error}") from error
    return folder / names[0]


def _checked(file: Path) -> str:
    try:
        with closing(sqlite3.connect(file)) as opened:
            if (said := opened.execute("PRAGMA integrity_check").fetchone()[0]) != "ok":
                raise BackupError(f"{file.name} is broken: {said}")
            tests = opened.execute("SELECT count(*) FROM jobs").fetchone()[0]
    except sqlite3.Error as error:
        raise BackupError(f"{file.name} is broken: {error}") from error
    database = Database(*engine_of(file))
    try:
        with database.reading() as connection:
            found = version(connection)
    finally:
        database.close()
    return f"{tests} tests, schema {_known(found)}"


def _looked_through(file: Path) -> str:
    """All of it is read; its version stands where pg_dump writes the rows of that table."""
    _run(("pg_restore", "--file=/dev/null", str(file)))
    table = _run(("pg_restore", "--data-only", "--table=alembic_version", "--file=-", str(file)))
    rows = re.search(r"^COPY .*alembic_version.*;\n(\w+)$", table, re.MULTILINE)
    if rows is None:
        raise BackupError(f"{file.name} is no copy of tsim's store: it has no version")
    return f"a dump of PostgreSQL, schema {_known(rows[1])}"


def _known(found: str | None) -> str | None:
    if found is not None and found > VERSION:
        raise BackupError(f"a newer version of tsim wrote it (schema {found}; this one knows up to {VERSION})")
    return found


def _run(command: Sequence[str], settings: Config | None = None) -> str:
    """What it prints; with settings, for their database. Its password goes by the environment: everybody may read what
    processes are called with (proc(5), cmdline).
    """
    variables = None
    if settings:
        url = make_url(settings.database)
        variables = config.environment(settings) | ({"PGPASSWORD": str(url.password)} if url.password else {})
        without = url._replace(password=None).render_as_string(hide_password=False)
        command = (*command, f"--dbname={without}")
    try:
        done = subprocess.run(command, capture_output=True, text=True, errors="replace", env=variables)
    except FileNotFoundError:
        raise BackupError(f"{command[0]} is missing: apt-get install postgresql-client") from None
    if done.returncode != 0:
        raise BackupError(f"{command[0]}: {done.stderr.strip() or f'status {done.returncode}'}")
    return done.stdout


if __name__ == "__main__":
    sys.exit(main())

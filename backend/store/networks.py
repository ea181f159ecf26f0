"""Networks: snapshots of facts, as files, of which one is active. A snapshot never changes."""

import os
import zlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from msgspec import Struct
from msgspec.structs import asdict
from sqlalchemy import ColumnElement, Connection, Row, delete, insert, select, update

from backend.store.bounds import is_text
from backend.store.database import Database
from backend.store.error import StoreError
from backend.store.marks import read_mark, write_mark
from backend.store.schema import jobs, network_files, networks

LEVEL = 6
"""Facts of a thousand routers, 58 MB, take 1.6 s and become 4 MB."""

COLLECTED = "collected"
DIRECTORY = "directory"
DIGITS = 15
"""Of a digest, as many as fit into a number."""


class NetworkRecord(Struct, frozen=True):
    label: str
    """Its name and the first digits of its digest; jobs name it so."""
    name: str
    digest: str
    created: datetime
    created_by: str
    origin: str
    """"directory" or "upload"."""
    bytes_: int
    """Of its files."""
    routers: int
    is_active: bool = False
    diagnostics: bytes = b"[]"
    """JSON."""


READ = [networks.c[name] for name in NetworkRecord.__struct_fields__]


class Networks:
    """Each method is one transaction, and may be called from any thread."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, record: NetworkRecord, files: Mapping[str, bytes]) -> bool:
        """Whether it is new; the same one again only becomes active, if the record says so."""
        rows = _rows(record.label, files) if self.get(record.label) is None else None
        with self._database.writing() as connection:
            known = connection.scalar(select(networks.c.digest).where(networks.c.label == record.label))
            if known not in (None, record.digest):
                raise StoreError(f"network {record.label} cannot be added: there is another one with that label")
            if known is None:
                connection.execute(insert(networks).values(asdict(record) | {"is_active": False}))
                if files:  # None: it was removed since it was asked for
                    connection.execute(insert(network_files), rows or _rows(record.label, files))
            if record.is_active:
                _activate(connection, record.label)
            if record.origin == DIRECTORY:
                write_mark(connection, COLLECTED, _number(record.digest))
        return known is None

    def is_collected(self, digest: str) -> bool:
        """Whether the directory of facts held these when it was read last."""
        with self._database.reading() as connection:
            return read_mark(connection, COLLECTED) == _number(digest)

    def activate(self, label: str) -> None:
        with self._database.writing() as connection:
            _activate(connection, label)

    def active(self) -> NetworkRecord | None:
        return self._first(networks.c.is_active)

    def get(self, label: str) -> NetworkRecord | None:
        return self._first(networks.c.label == label) if is_text(label) else None

    def find(self) -> list[NetworkRecord]:
        """Newest first."""
        with self._database.reading() as connection:
            rows = connection.execute(select(*READ).order_by(networks.c.created.desc(), networks.c.label))
            return [_record(row) for row in rows]

    def files(self, label: str) -> dict[str, bytes]:
        """Empty where there is no such network."""
        if not is_text(label):
            return {}
        chosen = select(network_files.c.name, network_files.c.content).where(network_files.c.network == label)
        with self._database.reading() as connection:
            rows = connection.execute(chosen.order_by(network_files.c.name)).all()
        return {os.fsdecode(row.name): zlib.decompress(row.content) for row in rows}

    def remove(self, label: str) -> bool:
        """Whether it was there; a StoreError while it is active, or a job that has not ended is about it."""
        if not is_text(label):
            return False
        with self._database.writing() as connection:
            is_active = connection.scalar(select(networks.c.is_active).where(networks.c.label == label))
            if is_active:
                raise StoreError(f"network {label} cannot be removed: it is the active one")
            waiting = select(jobs.c.id).where(jobs.c.network == label, jobs.c.ended.is_(None)).limit(1)
            if connection.scalar(waiting) is not None:
                raise StoreError(f"network {label} cannot be removed: a test of it has not ended")
            connection.execute(delete(networks).where(networks.c.label == label))
        return is_active is not None

    def _first(self, condition: ColumnElement[bool]) -> NetworkRecord | None:
        with self._database.reading() as connection:
            row = connection.execute(select(*READ).where(condition)).first()
        return _record(row) if row else None


def _rows(label: str, files: Mapping[str, bytes]) -> list[dict[str, Any]]:
    return [
        {"network": label, "name": os.fsencode(name), "content": zlib.compress(content, LEVEL)}
        for name, content in files.items()
    ]


def _number(digest: str) -> int:
    return int(digest[:DIGITS], 16)


def _activate(connection: Connection, label: str) -> None:
    connection.execute(update(networks).where(networks.c.is_active, networks.c.label != label).values(is_active=False))
    changed = connection.execute(update(networks).where(networks.c.label == label).values(is_active=True))
    if changed.rowcount == 0:
        raise StoreError(f"there is no network {label}")


def _record(row: Row[*tuple[object, ...]]) -> NetworkRecord:
    return NetworkRecord(*row)  # type: ignore[arg-type]

"""The bytes of the database as somebody who copies the disk would find them."""

import struct
from collections.abc import Iterable

from sqlalchemy import text

from app.infra.db import db
from config import Config

PAGE = 8192
PAGE_HEADER = 24


def on_disk(settings: Config, *tables: str) -> bytes:
    """The whole file and its log on SQLite, heap and TOAST of `tables` on PostgreSQL."""
    db.session.rollback()
    if settings.sqlalchemy_url.startswith("sqlite"):
        file = settings.data_folder / settings.sqlalchemy_url.rsplit("/", 1)[-1]
        log = file.with_name(file.name + "-wal")
        return file.read_bytes() + (log.read_bytes() if log.exists() else b"")
    db.session.execute(text("CHECKPOINT"))
    found = b"".join(_relations(tables))
    db.session.rollback()
    return found


def heap_of(table: str) -> bytes:
    """The heap of one table of PostgreSQL."""
    return on_disk_of_postgresql(f"'{table}'::regclass")


def on_disk_of_postgresql(relation: str) -> bytes:
    read = text(f"SELECT pg_read_binary_file(pg_relation_filepath({relation}))")
    return bytes(db.session.scalar(read) or b"")


def _relations(tables: Iterable[str]) -> Iterable[bytes]:
    for table in tables:
        yield heap_of(table)
        toast = f"(SELECT reltoastrelid FROM pg_class WHERE oid = '{table}'::regclass)"
        if db.session.scalar(text(f"SELECT {toast}")):
            yield on_disk_of_postgresql(toast)


def writers_of(heap: bytes) -> list[int]:
    """The transaction (xmin) that wrote each row in the heap, in the order of line pointers.

    Fails where a line pointer is not that of a live row, or where free space is not empty.
    """
    found = []
    for start in range(0, len(heap), PAGE):
        page = heap[start : start + PAGE]
        lower, upper = struct.unpack_from("<HH", page, 12)
        assert not any(page[lower:upper]), "free space holds old bytes"
        for at in range(PAGE_HEADER, lower, 4):
            (pointer,) = struct.unpack_from("<I", page, at)
            assert (pointer >> 15) & 3 == 1, "a line pointer without a live row"
            found.append(struct.unpack_from("<I", page, pointer & 0x7FFF)[0])
    return found

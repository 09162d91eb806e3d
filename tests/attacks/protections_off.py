"""Protections switched off, so that every attack can be seen to succeed without them."""

from typing import Any

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import text

from app.infra import keys as sealing
from app.infra.db import db, is_sqlite
from app.infra.keys import NONCE_BYTES, CycleKeys, KeyFolder, pad, unpad
from app.lifecycle.count import forgetting


def one_nonce_for_all(patch: pytest.MonkeyPatch) -> None:
    """Every box is sealed with the same nonce."""

    def seal(keys: CycleKeys, locator: bytes, plain: bytes) -> bytes:
        nonce = bytes(NONCE_BYTES)
        return nonce + AESGCM(keys.sealing).encrypt(nonce, pad(plain), keys._bound_to(locator))

    patch.setattr(CycleKeys, "seal", seal)


def stored_as_written(patch: pytest.MonkeyPatch) -> None:
    """Ballots are not encrypted, only padded."""
    patch.setattr(CycleKeys, "seal", lambda _keys, _locator, plain: bytes(12) + pad(plain))
    patch.setattr(CycleKeys, "opener", lambda _keys: lambda _locator, box: unpad(box[NONCE_BYTES:]))


def no_padding(patch: pytest.MonkeyPatch) -> None:
    """A box is as long as what was written."""
    patch.setattr(sealing, "pad", lambda plain: len(plain).to_bytes(4, "big") + plain)


def bare_locators(patch: pytest.MonkeyPatch) -> None:
    """A locator is the person's number."""
    patch.setattr(CycleKeys, "locator", lambda _keys, person: person.to_bytes(16, "big"))


def bound_to_nothing(patch: pytest.MonkeyPatch) -> None:
    """A box fits everybody's place."""
    patch.setattr(CycleKeys, "_bound_to", lambda _keys, _locator: b"")


def the_key_stays(patch: pytest.MonkeyPatch) -> None:
    """The key file outlives the count."""
    patch.setattr(KeyFolder, "destroy", lambda _folder, _cycle_id: None)


def no_sweeping(patch: pytest.MonkeyPatch) -> None:
    """Deleted rows stay where they are until their place is needed."""
    patch.setattr(forgetting, "sweep", lambda _tables: None)
    patch.setattr(forgetting, "cut_off", lambda _tables: False)
    if is_sqlite():
        db.session.rollback()
        connection = db.engine.raw_connection()
        connection.cursor().execute("PRAGMA secure_delete=OFF")
        connection.close()


def nothing_levelled(patch: pytest.MonkeyPatch) -> None:
    """Participation stays as the sending left it."""
    patch.setattr(forgetting, "_shuffle_participation", lambda _cycle, _random: None)


def numbered_rows(table: str) -> None:
    """`table` becomes an ordinary one of SQLite, which numbers its rows as they come."""
    db.session.rollback()
    with db.engine.begin() as connection:
        find = text("SELECT sql FROM sqlite_master WHERE type = 'table' AND name = :name")
        made: Any = connection.execute(find, {"name": table}).scalar_one()
        connection.execute(text(f"DROP TABLE {table}"))
        connection.execute(text(made.replace("WITHOUT ROWID", "")))

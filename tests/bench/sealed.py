"""The least that a durable save can cost: the same sealed work straight through the driver."""

from dataclasses import replace
from typing import Any

from app.ballots.queries import keys_of, review_of
from app.domain.ballot.document import Rating
from app.domain.ballot.encoding import decode, encode
from app.domain.ballot.merging import merge
from app.infra.db import db, is_sqlite
from app.infra.keys import key_folder
from app.people.models import Person


class BareSave:
    """Reads, opens, changes, seals and writes one ballot in one transaction, without any web."""

    def __init__(self, person_id: int) -> None:
        review = review_of(db.session.get_one(Person, person_id))
        assert review is not None
        self.bounds, self.subject = review.bounds, review.colleagues[0].person_id
        self.keys = keys_of(review.cycle.id)
        self.locator = self.keys.locator(person_id)
        self.book = key_folder().saves(review.cycle.id)
        self.is_sqlite = is_sqlite()
        self.number = 0
        db.session.remove()
        self.connection = db.engine.raw_connection()
        if not self.is_sqlite:  # it begins and commits only when told to
            self.connection.driver_connection.autocommit = True  # type: ignore[union-attr]
        self.cursor: Any = self.connection.cursor()

    def save(self) -> None:
        """One changed cell, confirmed when it is on the disk."""
        mark = "?" if self.is_sqlite else "%s"
        where = f"WHERE cycle_id = {mark} AND locator = {mark}"
        place = (self.keys.cycle_id, self.locator)
        self._begin()
        lock = "" if self.is_sqlite else " FOR UPDATE"
        box = self.cursor.execute(f"SELECT sealed FROM ballot {where}{lock}", place).fetchone()[0]
        ballot = decode(self.keys.open_(self.locator, bytes(box)))
        self.number += 1
        change = Rating(self.subject, 1, self.number % 5 + 1)
        ballot = replace(merge(ballot, [change], self.bounds), saves=ballot.saves + 1)
        box = self.keys.seal(self.locator, encode(ballot))
        self.cursor.execute(f"UPDATE ballot SET sealed = {mark} {where}", (box, *place))
        self.cursor.execute("COMMIT")
        self.book.note(self.locator, ballot.saves)

    def commit_nothing(self) -> None:
        """A transaction that changes next to nothing, but has to reach the disk."""
        self.number += 1
        self._begin()
        self.cursor.execute(
            f"PRAGMA user_version = {self.number}"
            if self.is_sqlite
            else "SELECT pg_current_xact_id()"
        )
        self.cursor.execute("COMMIT")

    def _begin(self) -> None:
        self.cursor.execute("BEGIN IMMEDIATE" if self.is_sqlite else "BEGIN")

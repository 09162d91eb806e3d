"""Which tests `make test` leaves out on PostgreSQL: those that ask it what others ask as well.

Whatever is about transactions, locks, several processes, kills, migrations, the log, jobs, the
count, attacks, backups and commands plays there always, and so does a test that asks anything
alone. Left out are tests of pages, words and forms: the same code with statements that others ask
PostgreSQL as well. Their names stand in the file beside this one, which nobody writes by hand:
`make test-postgresql`, and with it every night, plays all and fails where one of them asks
something alone (tests/asked.py). A test that is new is played until the list is renewed.
"""

from functools import cache
from pathlib import Path
from typing import Final

MARK: Final = "sqlite_suffices"
LIST: Final = Path(__file__).with_suffix(".txt")
ALWAYS: Final = ("infra", "lifecycle", "counting", "operations", "cli", "cycles")
"""Rooms below tests/features whose subject is what a database does, in some of their tests."""


@cache
def left_out() -> frozenset[str]:
    """The tests that are left out, each as file::name."""
    return frozenset(LIST.read_text().split())


def may_be_left_out(test: str) -> bool:
    """Whether a test is in a room of pages, words and forms."""
    floors = test.partition("::")[0].split("/")
    return floors[:2] == ["tests", "features"] and len(floors) > 3 and floors[2] not in ALWAYS


def is_left_out(test: str) -> bool:
    """Whether `make test` leaves out a test on PostgreSQL, with whatever values it is played."""
    return test in left_out()

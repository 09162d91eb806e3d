"""What each test asks PostgreSQL, so that none is left out that asks something alone.

`make test` leaves out tests that ask what others ask as well (tests/on_postgresql.py). A run of all
tests notes every kind of statement, and how it ended, in the folder that ASKED names; then
`python -m tests.asked FOLDER` fails where only tests that are left out asked one, and
`python -m tests.asked FOLDER renew` writes the list of tests that may be left out anew.
"""

import json
import os
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from types import FrameType
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.engine import Engine, ExceptionContext

from tests.on_postgresql import LIST, is_left_out, may_be_left_out

APP = str(Path(__file__).parent.parent / "app") + os.sep
SESSION = str(Path("infra", "db.py"))
"""Where transactions are opened, also by tests."""
FOLDER = os.environ.get("ASKED", "")
ADVICE = "Renew the list: .venv/bin/python -m tests.asked build/asked renew"
TYPE = r"(?:DOUBLE PRECISION|TIMESTAMP WITH(?:OUT)? TIME ZONE|\w+)(?:\(\d+\))?(?:\[\])?"
A_VALUE = rf"(?:\?|%\(\w+\)s|\$\d+)(?:::{TYPE})?"
VALUES = re.compile(rf"\(?{A_VALUE}(?:\)?, \(?{A_VALUE})*\)?")
WRITTEN = re.compile(r"'(?:[^']|'')*'")
ROWS = re.compile(r"INSERT INTO (\w+) \(([^)]*)\) (VALUES …|SELECT p0.* ORDER BY sen_counter)(.*)")
CHANGES = re.compile(r"UPDATE (\w+) SET ((?:\w+=…(?:, )?)+)( WHERE .*)?")

Asked = Mapping[str, set[str]]
"""The kinds of statement that each test asks; a test is file::name, whatever its values."""


@lru_cache(5000)
def kinds(text: str) -> tuple[str, ...]:
    """The kinds of statement in a text: without values, and each column that is written alone."""
    line = VALUES.sub("…", WRITTEN.sub("'…'", " ".join(text.split())))
    if found := ROWS.fullmatch(line):
        table, columns, _values, rest = found.groups()
        whole = (f"INSERT INTO {table}{rest}", f"INSERT INTO {table} {_values[:6]}")
        return (*whole, *(f"INSERT INTO {table} {column}" for column in columns.split(", ")))
    if found := CHANGES.fullmatch(line):
        table, columns, where = found.groups()
        return tuple(f"UPDATE {table} SET {one}{where or ''}" for one in columns.split(", "))
    return (line,)


def is_asked_by_the_app() -> bool:
    """Whether app code asks, not a test that prepares something or looks at what became of it."""
    frame: FrameType | None = sys._getframe(1)
    while frame is not None:
        file = frame.f_code.co_filename
        if file.startswith(APP) and not file.endswith(SESSION):
            return True
        frame = frame.f_back
    return False


class Notes:
    """What this process has asked, and for how long each test ran."""

    def __init__(self) -> None:
        self.asked: dict[str, set[str]] = defaultdict(set)
        self.seconds: dict[str, float] = defaultdict(float)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self.seconds[report.nodeid.partition("[")[0]] += report.duration

    def went_well(self, _c: Any, _cursor: Any, text: str, *_rest: Any) -> None:
        if is_asked_by_the_app():
            self.asked[_test()].update(kinds(text))

    def went_wrong(self, context: ExceptionContext) -> None:
        error = type(context.original_exception).__name__
        if is_asked_by_the_app():
            kind = kinds(context.statement or "")[0]
            self.asked[_test()].add(f"{kind}: {error}")

    def keep(self) -> None:
        folder = Path(FOLDER)
        folder.mkdir(parents=True, exist_ok=True)
        asked = {test: sorted(found) for test, found in self.asked.items()}
        content = json.dumps({"asked": asked, "seconds": self.seconds})
        (folder / f"{os.getpid()}.json").write_text(content)


def _test() -> str:
    return os.environ.get("PYTEST_CURRENT_TEST", "").rpartition(" (")[0].partition("[")[0]


def note_down(config: pytest.Config) -> None:
    """Note what is asked from here on, in a run that is to be looked at."""
    if FOLDER:
        notes = Notes()
        config.pluginmanager.register(notes)
        event.listen(Engine, "after_cursor_execute", notes.went_well)
        event.listen(Engine, "handle_error", notes.went_wrong)
        config.add_cleanup(notes.keep)


def read(folder: Path) -> tuple[Asked, dict[str, float]]:
    """What all processes of a run noted: what each test asked, and how long it took."""
    asked: dict[str, set[str]] = defaultdict(set)
    seconds: dict[str, float] = defaultdict(float)
    for place in folder.glob("*.json"):
        noted = json.loads(place.read_text())
        for test, found in noted["asked"].items():
            asked[test] |= set(found)
        for test, took in noted["seconds"].items():
            seconds[test] += took
    return asked, seconds


def asked_alone(asked: Asked) -> list[str]:
    """What nobody asks but tests that are left out, each with one of them."""
    played = set[str]().union(*(found for test, found in asked.items() if not is_left_out(test)))
    alone = {
        kind: test
        for test, found in sorted(asked.items())
        if is_left_out(test)
        for kind in found - played
    }
    return [f"{kind}\n    in {test}" for kind, test in sorted(alone.items())]


def can_be_left_out(asked: Asked, seconds: Mapping[str, float]) -> list[str]:
    """Tests that may be left out together, those that take longest first looked at."""
    played = Counter(kind for found in asked.values() for kind in found)
    others = []
    for test in sorted(asked, key=lambda one: -seconds.get(one, 0)):
        if may_be_left_out(test) and all(played[kind] > 1 for kind in asked[test]):
            played.subtract(asked[test])
            others.append(test)
    return sorted(others)


def main(folder: Path, *words: str) -> None:
    """Renew the list when told so; else fail where a test that is left out asks anything alone."""
    asked, seconds = read(folder)
    if words == ("renew",):
        LIST.write_text("\n".join([*can_be_left_out(asked, seconds), ""]))
        return
    alone = asked_alone(asked)
    if alone or not asked:
        sys.exit("\n".join(["Asked of PostgreSQL only by tests left out:", *alone, ADVICE]))
    kinds_asked = len(set[str]().union(*asked.values()))
    print(f"Tests that are left out ask none of {kinds_asked:,} kinds of statement alone.")  # noqa: T201


if __name__ == "__main__":
    main(Path(sys.argv[1]), *sys.argv[2:])

"""A constant is changed in a copy of the app; every sentence and every check follows it."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.guards.places import ROOT
from tests.shared_by_workers import made_once, of_this_run

pytestmark = pytest.mark.slow

TELLING = """
import json
from dataclasses import asdict
from pathlib import Path
from types import SimpleNamespace as Namespace

from flask import render_template
from sqlalchemy.schema import CreateTable

from app import create_app
from app.domain import scale
from app.domain.access import Actor
from app.domain.release.policy import FLOORS, ReleasePolicy
from app.infra.db import db
from app.people import messages, passwords
from app.people.models import Person
from app.pdf.pages import statements
from app.results.models import StatementScore
from config import Config

app = create_app(Config(secret_key="s" * 40, data_folder=Path("data")), testing=True)
with app.app_context(), app.test_request_context():
    db.create_all()
    person = Person(id=1, name="Alice", email="alice@example.com", session_epoch=1, links_given=0)
    known = Person(id=2, name="Bob", email="bob@example.com", session_epoch=1, links_given=0)
    known.password_hash = "hash"
    client = app.test_client()
    told = {
        "forgot page": client.get("/password/forgot").text,
        "first link": messages.password_link(person, "link").text,
        "new link": messages.password_link(known, "link").html,
        "new address": messages.email_changed(person, before="a@example.com").text,
        "new HR": messages.hr_changed(person, about=known, came=True).html,
        "new HR as text": messages.hr_changed(person, about=known, came=True).text,
        "short password": passwords.fault_of("short", name="", email="", company="") or "",
        "promise": ReleasePolicy().promise("tomorrow"),
        "floors": str(asdict(ReleasePolicy()) | FLOORS),
        "score table": str(CreateTable(StatementScore.__table__)),
        "paper of statements": statements.TITLE,
        "scale": scale.key(", "),
        "questionnaire": render_template(
            "questionnaires/show.html",
            questionnaire=Namespace(id=1, name="Q", version=1, is_frozen=False,
                scale_labels=scale.DEFAULT_LABELS, competencies=list),
        ),
        "start page": render_template(
            "home/index.html",
            person=known,
            actor=Actor(1, is_hr=False, is_board=False, is_manager=True),
            start=Namespace(
                review=None, is_unreadable=False,
                open_cycle=Namespace(name="Q", policy=ReleasePolicy()),
                own_report=None, team=None, team_reports=[], planned=[], going=[],
                hears_comments=False,
            ),
        ),
    }
print(json.dumps(told))
"""
Told = Mapping[str, str]


@dataclass(frozen=True)
class Changed:
    """A line of a file with another value, and how sentences in `places` say it."""

    file: str
    line: str
    value: str
    before: str
    now: str
    places: tuple[str, ...]

    @property
    def other(self) -> str:
        """The line as it is changed."""
        return f"{self.line.partition('=')[0]}= {self.value}"


DURATIONS, LIMITS, SCALE = (f"app/domain/{name}.py" for name in ("durations", "limits", "scale"))
CHANGES = (
    Changed(
        DURATIONS,
        "FORGOTTEN: Final = timedelta(minutes=60)",
        "timedelta(days=5)",
        "60 minutes",
        "5 days",
        ("forgot page", "new link"),
    ),
    Changed(
        DURATIONS,
        "INVITED: Final = timedelta(days=14)",
        "timedelta(days=23)",
        "14 days",
        "23 days",
        ("forgot page", "first link"),
    ),
    Changed(
        DURATIONS,
        "OBJECTION: Final = timedelta(days=14)",
        "timedelta(days=27)",
        "14 days",
        "27 days",
        ("new address",),
    ),
    Changed(
        DURATIONS,
        "SETTLED: Final = timedelta(days=30)",
        "timedelta(days=41)",
        "30 days",
        "41 days",
        ("new HR", "new HR as text"),
    ),
    Changed(
        LIMITS,
        "PASSWORD: Final = 12",
        "17",
        "12 characters",
        "17 characters",
        ("short password",),
    ),
    Changed(
        LIMITS,
        "TEAM: Final = 5",
        "6",
        "fewer than five",
        "fewer than six",
        ("start page",),
    ),
    Changed(
        SCALE,
        "STATEMENTS: Final = 14",
        "15",
        "14",
        "15",
        ("score table", "paper of statements"),
    ),
    Changed(
        SCALE,
        'DEFAULT_LABELS: Final = ("almost never"',
        '("hardly ever"',
        "almost never",
        "hardly ever",
        ("scale", "questionnaire"),
    ),
)


THRESHOLD = ("app/domain/release/policy.py", "blind_raters: int = 5", "blind_raters: int = 4")


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Told:
    """What the app says once all these lines of its files are changed, each to a value of its own.

    One copy is changed for all: starting the app takes most of the time.
    """
    return made_once(of_this_run(tmp_path_factory) / "changed", told_by)


def told_by(copy: Path) -> Told:
    """What the app says in a copy of which every one of these lines is changed."""
    for folder in ("app", "templates"):  # with what Python has compiled; not what it is writing
        left_out = shutil.ignore_patterns("*.pyc.*")
        shutil.copytree(ROOT / folder, copy / folder, ignore=left_out)
    for module in ROOT.glob("*.py"):
        shutil.copy2(module, copy)
    for file, old, new in (THRESHOLD, *((one.file, one.line, one.other) for one in CHANGES)):
        text = (copy / file).read_text()
        assert text.count(old) == 1, f"{old} does not stand once in {file}"
        (copy / file).write_text(text.replace(old, new))
    done = subprocess.run(
        [sys.executable, "-c", TELLING],
        cwd=copy,
        env={**os.environ, "PYTHONPATH": str(copy)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    answered: Told = json.loads(done.stdout.splitlines()[-1])
    return answered


@pytest.mark.parametrize("changed", CHANGES, ids=lambda changed: changed.line.partition(":")[0])
def test_every_sentence_follows_a_changed_constant(told, changed):
    assert {place: changed.now in told[place] for place in changed.places} == dict.fromkeys(
        changed.places, True
    )
    assert [place for place in changed.places if changed.before in told[place]] == []


def test_no_two_durations_are_changed_to_the_same():
    values = [changed.now for changed in CHANGES]

    assert len(values) == len(set(values))


def test_a_check_of_the_database_follows_its_threshold(told):
    assert "raters >= 4" in told["score table"]

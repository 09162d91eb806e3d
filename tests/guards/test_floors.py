"""The floor plan holds, and each of its contracts would notice being broken."""

import json
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests.guards.places import ROOT
from tests.shared_by_workers import made_once, of_this_run

pytestmark = pytest.mark.slow

CONTRACTS = {
    contract["name"]: contract
    for contract in tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"][
        "contracts"
    ]
}
FLOORS = "Each floor stands only on the floors below"
INSIDE_A_FEATURE = "Inside a feature: views, then acts, then services, then queries, then models"
INSIDE_THE_DOMAIN = "Inside the domain: reports, then the count, then release, then formulas"
FRAMEWORKS = "Only views, forms and these few know Flask, WTForms and Flask-Login"
BREAKS = (
    (FLOORS, "domain/scale.py", "import app.people.models"),
    (INSIDE_A_FEATURE, "reminders/models.py", "import app.reminders.services"),
    (INSIDE_A_FEATURE, "ballots/services.py", "import app.ballots.views_saving"),
    (INSIDE_A_FEATURE, "lifecycle/plan/planning.py", "import app.lifecycle.count.counting"),
    (INSIDE_A_FEATURE, "reports/without_a_place.py", "import app.people.models"),
    (INSIDE_THE_DOMAIN, "domain/statistics/fit.py", "import app.domain.reports.words"),
    (INSIDE_THE_DOMAIN, "domain/release/policy.py", "import app.domain.count.counting"),
    (
        "Inside app.pdf: papers, then the engine that writes them",
        "pdf/engine/sheet.py",
        "import app.pdf.pages.cover",
    ),
    ("The domain knows no framework", "domain/scale.py", "import flask"),
    ("Only app.pdf knows ReportLab and what shapes text", "reports/views.py", "import reportlab"),
    (
        "Only the door and a person's own progress know ballots",
        "reports/views.py",
        "import app.ballots.models",
    ),
    (FRAMEWORKS, "reminders/services.py", "import flask"),
    (FRAMEWORKS, "lifecycle/count/counting.py", "from flask import request"),
    (FRAMEWORKS, "results/storing.py", "from flask import request"),
    (FRAMEWORKS, "ballots/by_person.py", "from flask_login import current_user"),
    (FRAMEWORKS, "cycles/terms.py", "import wtforms"),
    (
        "Views are mounted by create_app and imported by nobody else",
        "lifecycle/views.py",
        "import app.people.views",
    ),
    ("No circles anywhere", "infra/clock.py", "import app.people.models"),
)
"""Contract, file, and a line that the contract must not let stand in it."""


LINTING = """
import io, json, sys
from contextlib import redirect_stdout
from pathlib import Path
from importlinter.cli import lint_imports

def told():
    with redirect_stdout(io.StringIO()) as said:
        lint_imports(no_cache=True, no_logo=True)
    return said.getvalue()

reports = []
for name, text in json.load(sys.stdin):
    file = Path("app", name)
    before = file.read_text() if file.exists() else None
    file.write_text(f"{before or ''}\\n{text}\\n")
    reports.append(told())
    file.unlink() if before is None else file.write_text(before)
json.dump([told(), *reports], sys.stdout)
"""


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """What import-linter says of the app as it is, then with each of `BREAKS` alone.

    One process lints a copy again and again: starting it and copying take longer than linting.
    """
    return made_once(of_this_run(tmp_path_factory) / "linted", linted)


def linted(copy: Path) -> list[str]:
    """These reports, made in a copy."""
    shutil.copytree(ROOT / "app", copy / "app", ignore=lambda *_: {"__pycache__", "static"})
    shutil.copy(ROOT / "pyproject.toml", copy)
    done = subprocess.run(
        [sys.executable, "-c", LINTING],
        cwd=copy,
        input=json.dumps([(file, line) for _, file, line in BREAKS]),
        capture_output=True,
        text=True,
        check=True,
    )
    found: list[str] = json.loads(done.stdout)
    return found


def broken(report: str) -> set[str]:
    """Names of the contracts that `report` calls broken."""
    return {name for name in CONTRACTS if f"{name} BROKEN" in " ".join(report.split())}


def test_every_contract_is_tried():
    assert {contract for contract, _, _ in BREAKS} == CONTRACTS.keys()


def test_the_floor_plan_holds(reports):
    assert broken(reports[0]) == set()
    assert f"{len(CONTRACTS)} kept, 0 broken" in reports[0]


@pytest.mark.parametrize("number", range(len(BREAKS)), ids=lambda n: " ".join(BREAKS[n][1:]))
def test_a_broken_contract_is_noticed(reports, number):
    assert BREAKS[number][0] in broken(reports[number + 1])

"""The floor plan holds, and each of its contracts would notice being broken."""

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests.guards.places import ROOT

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


def lint(folder: Path) -> str:
    """What import-linter says about the project in `folder`."""
    command = [sys.executable, "-c", "from importlinter.cli import lint_imports_command as c; c()"]
    done = subprocess.run(
        [*command, "--no-cache"], cwd=folder, capture_output=True, text=True, check=False
    )
    return done.stdout + done.stderr


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the app, to be broken."""
    for file in (ROOT / "app").rglob("*.py"):
        target = tmp_path / file.relative_to(ROOT)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(file.read_text())
    (tmp_path / "pyproject.toml").write_text((ROOT / "pyproject.toml").read_text())
    return tmp_path


def broken(report: str) -> set[str]:
    """Names of the contracts that `report` calls broken."""
    return {name for name in CONTRACTS if f"{name} BROKEN" in " ".join(report.split())}


def test_every_contract_is_tried():
    assert {contract for contract, _, _ in BREAKS} == CONTRACTS.keys()


def test_the_floor_plan_holds():
    report = lint(ROOT)

    assert broken(report) == set()
    assert f"{len(CONTRACTS)} kept, 0 broken" in report


@pytest.mark.parametrize(("contract", "file", "line"), BREAKS)
def test_a_broken_contract_is_noticed(copy, contract, file, line):
    target = copy / "app" / file
    before = target.read_text() if target.exists() else '"""A file of which no contract knows."""'
    target.write_text(f"{before}\n{line}\n")

    assert contract in broken(lint(copy))

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
BREAKS = {
    "Each floor stands only on the floors below": ("domain/scale.py", "import app.people.models"),
    "Inside a feature: views, then services, then messages and queries, then models": (
        "reminders/models.py",
        "import app.reminders.services",
    ),
    "The domain knows no framework": ("domain/scale.py", "import flask"),
    "Only app.pdf knows ReportLab": ("reports/views.py", "import reportlab"),
    "Only the door and a person's own progress know ballots": (
        "reports/views.py",
        "import app.ballots.models",
    ),
    "Services and models know no HTTP": ("reminders/services.py", "import flask"),
    "Views are mounted by create_app and imported by nobody else": (
        "lifecycle/views.py",
        "import app.people.views",
    ),
    "No circles anywhere": ("infra/clock.py", "import app.people.models"),
}


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
    assert BREAKS.keys() == CONTRACTS.keys()


def test_the_floor_plan_holds():
    report = lint(ROOT)

    assert broken(report) == set()
    assert f"{len(CONTRACTS)} kept, 0 broken" in report


@pytest.mark.parametrize("contract", BREAKS)
def test_a_broken_contract_is_noticed(copy, contract):
    file, line = BREAKS[contract]
    target = copy / "app" / file
    target.write_text(f"{target.read_text()}\n{line}\n")

    assert contract in broken(lint(copy))

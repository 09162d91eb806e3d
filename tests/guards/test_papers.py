"""Papers for readers keep what they say: links, files, targets, floors, decisions."""

import os
import re
import subprocess
from pathlib import Path

import pytest

from tests.guards.places import ROOT, name

README = ROOT / "README.md"
DECISIONS = sorted((ROOT / "docs" / "decisions").glob("*.md"))
PAPERS = [
    README,
    ROOT / "CONTRIBUTING.md",
    ROOT / "CHANGELOG.md",
    *sorted((ROOT / "docs").rglob("*.md")),
]
MOST_WORDS = 1000
LINK = re.compile(r"\]\(([^)#:\s]+)(?:#[^)]*)?\)")
FILE = re.compile(r"`((?:app|tests|templates|migrations|docs)/[\w./-]+\.\w+)(?:::\w+)?`")
DAY = r"\d{4}-\d\d-\d\d"
STATUS = re.compile(
    rf"^Decided: {DAY}\. Status: (stands|superseded by \[\d{{4}}\]\(\S+\) on {DAY})\.$",
    re.MULTILINE,
)
MADE = re.compile(r"^([a-z-]+):", re.MULTILINE)
TARGET = re.compile(r"`make ([a-z-]+)")


def missing_links(paper: Path) -> list[str]:
    """Links of a paper that lead to nothing."""
    return [link for link in LINK.findall(paper.read_text()) if not (paper.parent / link).exists()]


def missing_files(paper: Path) -> list[str]:
    """Files that a paper names by their path and that are not there."""
    return [file for file in FILE.findall(paper.read_text()) if not (ROOT / file).exists()]


def test_a_dead_link_and_a_file_that_is_gone_are_found(tmp_path):
    paper = tmp_path / "paper.md"
    paper.write_text("[here](nowhere.md#part) and `app/domain/gone.py`, not [there](https://x.org)")

    assert missing_links(paper) == ["nowhere.md"]
    assert missing_files(paper) == ["app/domain/gone.py"]


@pytest.mark.parametrize("paper", PAPERS, ids=name)
def test_every_link_and_every_named_file_is_there(paper):
    assert missing_links(paper) == []
    assert missing_files(paper) == []


@pytest.mark.parametrize("paper", PAPERS, ids=name)
def test_only_targets_that_exist_are_named(paper):
    assert set(TARGET.findall(paper.read_text())) <= set(
        MADE.findall((ROOT / "Makefile").read_text())
    )


def test_the_readme_is_read_in_five_minutes():
    assert len(README.read_text().split()) <= MOST_WORDS
    assert {"run", "test"} <= set(re.findall(r"^ +make ([a-z]+)", README.read_text(), re.MULTILINE))
    assert sum(link.endswith(".png") for link in LINK.findall(README.read_text())) >= 2


def test_the_floor_plan_in_the_readme_names_every_package():
    plan = README.read_text().partition("## Floor plan")[2].partition("\n## ")[0]
    drawn = {word for line in plan.splitlines() if line[:4] == "    " for word in line.split()}
    rooms = set(re.findall(r"`(\w+)`", plan))

    assert {file.parent.name for file in (ROOT / "app").glob("*/__init__.py")} - drawn == set()
    assert {
        file.parent.name for file in (ROOT / "app/domain").glob("*/__init__.py")
    } - rooms == set()


def test_the_readme_leads_to_every_paper():
    led = {(ROOT / link).resolve() for link in LINK.findall(README.read_text())}

    assert {paper for paper in PAPERS if paper.parent != ROOT / "docs" / "decisions"} - led <= {
        README
    }


@pytest.mark.parametrize("file", DECISIONS, ids=lambda file: file.stem)
def test_a_decision_says_when_why_what_it_costs_and_where(file):
    text = file.read_text()

    assert text.startswith(f"# {file.stem[:4]}. ")
    assert STATUS.search(text)
    for part in ("Context", "Decision", "Cost", "Where"):
        assert f"\n## {part}\n" in text, part
    if "Status: stands" in text:
        assert "Code: " in text
        assert "Tests: " in text


def test_no_number_is_given_to_two_decisions():
    """People who work at the same time take numbers from blocks of their own: gaps may stay."""
    numbers = [int(file.stem[:4]) for file in DECISIONS]

    assert len(numbers) == len(set(numbers))


def make(*words: str, **environ: str) -> str:
    told = subprocess.run(
        ["make", "--silent", "--no-print-directory", *words],
        cwd=ROOT,
        env=os.environ | environ,
        capture_output=True,
        text=True,
        check=True,
    )
    return told.stdout


def test_help_says_what_every_named_target_does():
    named = {target for paper in PAPERS for target in TARGET.findall(paper.read_text())} - {"help"}

    explained = dict(re.findall(r"^ +make ([a-z-]+) +(\S.+)$", make("help"), re.MULTILINE))

    assert named <= explained.keys()
    assert make() == make("help")


def test_what_python_has_compiled_is_kept_whatever_the_machine_says():
    seen = make("--eval=ask: ; @env", "ask", PYTHONDONTWRITEBYTECODE="1")

    assert "PATH=" in seen
    assert "PYTHONDONTWRITEBYTECODE" not in seen

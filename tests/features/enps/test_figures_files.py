"""The company's figures as a file: every table of its page, and nothing that would be run."""

import csv
import gc
import io
import zipfile

import pytest

from app.domain.cycle import CycleState
from app.domain.enps.direct import DirectCounts
from app.domain.release.policy import Hidden, Reason
from app.enps import services
from app.infra.db import transaction
from tests.factories import make_cycle, make_person
from tests.features.enps.counted_cycles import answers, make_counted_cycle, release_service
from tests.features.projects.test_projects import UNDER_WAY, begin, move
from tests.services_in_the_house import name_service

FORMULA = '=HYPERLINK("http://example.com")'


@pytest.fixture
def cycle(app, bob):
    """A quarter with every part that its page can have."""
    make_counted_cycle(quarters_ago=1)
    found = make_counted_cycle(comments=[FORMULA, "More focus, please."])
    release_service(found, name_service("IT support", make_person(name="Olga Owner")))
    with transaction():
        services.keep_direct(found, DirectCounts(respondents=60, more=28, less=3))
    move(begin(bob.person, title=FORMULA), *UNDER_WAY)
    return found


def values_of(browser, cycle) -> dict[str, list[str]]:
    """The values of each table of the CSV file."""
    text = browser.get(f"/company/{cycle.id}/figures.csv").data.decode("utf-8-sig")
    found: dict[str, list[str]] = {}
    for row in csv.DictReader(io.StringIO(text)):
        found.setdefault(row["table"], []).append(f"{row['column']}={row['value']}")
    return found


def test_every_table_of_the_page_is_in_the_list(alice, cycle):
    found = values_of(alice, cycle)

    assert list(found) == [
        "Score",
        "Direct question",
        "Reasons",
        "Services",
        "You said, we did",
        "Statements",
        "Departments",
        "Comments",
    ]
    assert "eNPS=17" in found["Score"]
    assert "Share %=100" in found["Reasons"]
    assert "Score=3.2" in found["Services"]
    assert "State=under way" in found["You said, we did"]
    assert "Mean=3.8" in found["Statements"]
    assert "Not shown=fewer than 20 people answered" in found["Departments"]


def test_a_comment_that_looks_like_a_formula_stays_words(alice, cycle):
    found = values_of(alice, cycle)

    assert f"Comment='{FORMULA}" in found["Comments"]
    assert f"Improvement='{FORMULA}" in found["You said, we did"]


def test_a_spreadsheet_has_a_sheet_for_each_table_and_no_formula(alice, cycle):
    response = alice.get(f"/company/{cycle.id}/figures.xlsx")

    book = zipfile.ZipFile(io.BytesIO(response.data))
    sheets = [name for name in book.namelist() if name.startswith("xl/worksheets/")]
    everything = b"".join(book.read(name) for name in book.namelist())
    assert len(sheets) == 8
    assert b"HYPERLINK(" in everything
    assert b"<f>" not in everything
    assert "company.xlsx" in response.headers["Content-Disposition"]
    assert response.headers["Cache-Control"] == "no-store"


def test_a_hidden_score_is_a_reason_and_no_number(alice, app):
    cycle = make_counted_cycle(answers(1, promoters=9))
    with transaction():
        services.keep_direct(cycle, Hidden(Reason.FEW_RESPONDENTS))

    found = values_of(alice, cycle)

    assert found["Score"][1:] == ["Not shown=fewer than 20 people answered"]
    assert "Not shown=" in found["Direct question"][1]


def test_before_publishing_only_hr_takes_the_figures(alice, hanna):
    cycle = make_counted_cycle(state=CycleState.CLOSED)

    assert alice.get(f"/company/{cycle.id}/figures.csv").status_code == 403
    assert hanna.get(f"/company/{cycle.id}/figures.csv").status_code == 200


def test_before_the_count_the_figures_are_refused_and_no_file_stays_open(hanna):
    cycle = make_cycle(state=CycleState.OPEN)

    response = hanna.get(f"/company/{cycle.id}/figures.csv")
    gc.collect()

    assert response.status_code == 409
    assert "sealed until it closes" in response.text


@pytest.mark.parametrize("kind", ["json", "exe", "xlsx.", "%00", "\u2028"])
def test_another_kind_of_file_is_not_there(alice, cycle, kind):
    assert alice.get(f"/company/{cycle.id}/figures.{kind}").status_code == 404

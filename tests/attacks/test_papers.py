"""Nothing beyond what attacks 8 to 10 are given stands on any page, paper or export of a cycle."""

import csv
import json
import re
from io import BytesIO, StringIO

import pytest
from pypdf import PdfReader
from sqlalchemy import select

from app.cycles.models import Cycle, ReportReader
from app.domain.access import Actor
from app.enps.board import board_report
from app.enps.models import EnpsMention, EnpsScore
from app.infra.db import db
from app.people.models import Person
from app.reports.cycle_figures import about_numbers, cycle_report
from app.results.models import AdjustedScore, CompanyScore, RaterGroup, StatementScore
from app.results.queries import personal_report
from app.results.teams import team_of, team_report
from tests.attacks.test_printed import (
    KNOWN_TEXTS,
    SCORE,
    SHARE,
    numbers_in,
    text_of,
    unknown_scores,
)
from tests.browsing import Browser

GRAIN = 10.0
"""The page about the numbers says that they are rounded to 10 %."""
AXIS = {1.0, 2.0, 3.0, 4.0, 5.0}
SCORES = ("mean", "raters")
BINS = ("share_low", "share_middle", "share_high")


@pytest.fixture
def played(company):
    stage = company(25)
    with stage.on():
        yield stage


def words_of(response) -> str:
    """The text of a page, or of a paper."""
    assert response.status_code == 200
    if response.mimetype != "application/pdf":
        return text_of(response)
    pages = PdfReader(BytesIO(response.data)).pages
    return re.sub(r"\s+", " ", " ".join(page.extract_text() for page in pages))


def printed(stage, person, *addresses) -> str:
    browser = Browser(stage.app, person)
    return " ".join(words_of(browser.get(address)) for address in addresses)


def unknown_shares(text: str, known: set[float]) -> set[str]:
    return set(SHARE.findall(text)) - {f"{value:.0f} %" for value in known} - KNOWN_TEXTS


def manager_of_a_team(cycle: Cycle) -> Person:
    readers = select(ReportReader.reader_id).where(ReportReader.cycle_id == cycle.id).distinct()
    for reader_id in db.session.scalars(readers):
        manager = db.session.get_one(Person, reader_id)
        if team_of(cycle, manager).is_large_enough:
            return manager
    raise AssertionError("nobody leads five people with scores")


def test_papers_and_pages_of_a_team_print_no_other_number(played):
    cycle = db.session.get_one(Cycle, played.cycle_id)
    manager = manager_of_a_team(cycle)
    subject_id = team_of(cycle, manager).members[cycle.id][0]
    subject = db.session.get_one(Person, subject_id)
    person = personal_report(cycle.id, subject.id, reader=Actor(person_id=manager.id), company="")
    gaps = {line.gap for line in person.statements if line.gap is not None}
    team = numbers_in(team_report(team_of(cycle, manager)))

    paper = printed(played, manager, f"/reports/{cycle.id}/{subject_id}.pdf")
    address = f"/reports/{cycle.id}/team/{manager.id}"
    of_team = printed(played, manager, address, f"{address}.pdf")

    assert SCORE.findall(paper)
    assert SCORE.findall(of_team)
    assert unknown_scores(paper, numbers_in(person) | gaps | AXIS) == set()
    assert unknown_shares(paper, numbers_in(person)) == set()
    assert unknown_scores(of_team, team | AXIS) == set()
    assert unknown_shares(of_team, team) == set()
    assert unknown_scores(f"{of_team} 9.9", team) >= {"9.9"}


def test_papers_and_pages_of_the_company_print_no_other_number(played):
    cycle = db.session.get_one(Cycle, played.cycle_id)
    chief, hr = (db.session.get_one(Person, one) for one in played.people[:2])
    board, report, about = board_report(cycle), cycle_report(cycle), about_numbers(cycle)
    assert about is not None
    rates = {float(took.rate) for _, took in (*board.participation, *report.departments)}
    counts = {float(report.coverage.percent(part)) for part in _parts(report.coverage)}
    known = numbers_in(board) | rates

    of_board = printed(played, chief, f"/board/{cycle.id}", f"/board/{cycle.id}.pdf")
    address = f"/reports/cycle/{cycle.id}"
    of_cycle = printed(played, hr, address, f"{address}.pdf", f"{address}/numbers")

    assert SHARE.findall(of_board)
    assert SHARE.findall(of_cycle)
    assert unknown_shares(of_board, known) == set()
    assert unknown_scores(of_board, known | AXIS) == set()
    known = numbers_in(report) | numbers_in(about) | rates | counts
    assert unknown_shares(of_cycle, known | _in_sentences(report.about) | {GRAIN}) == set()
    assert unknown_scores(of_cycle, numbers_in(about) | AXIS) == set()


def _parts(coverage) -> tuple[int, ...]:
    return coverage.shown, coverage.distributions


def _in_sentences(sentences) -> set[float]:
    """Percent in the sentences about a cycle: the split, which the count rounds to 10 %."""
    found = {float(one.removesuffix(" %")) for one in SHARE.findall(" ".join(sentences))}
    assert all(value % 10 == 0 for value in found)
    return found


def exported(stage, kind: str) -> str:
    name = db.session.get_one(Cycle, stage.cycle_id).name
    result = stage.app.test_cli_runner().invoke(
        args=["results", "export", "--cycle", name, "--format", kind]
    )
    assert result.exit_code == 0, result.output
    db.session.rollback()
    return str(result.stdout).removeprefix("\ufeff")


def rows(model, *names, **where) -> set[tuple[object, ...]]:
    """What the tables of released values hold, without whom it is about."""
    found = db.session.scalars(select(model).filter_by(**where))
    return {tuple(getattr(row, name) for name in names) for row in found}


def test_an_export_holds_only_what_stands_in_the_tables(played):
    cycle_id = played.cycle_id
    told = json.loads(exported(played, "json"))

    def of(lines, *names):
        return {tuple(line[name] for name in names) for line in lines}

    names = ("statement", *SCORES, *BINS)
    persons = told["persons"]
    assert of((line for one in persons for line in one["statements"]), *names) == rows(
        StatementScore, *names, cycle_id=cycle_id, view=RaterGroup.COLLEAGUES
    )
    for view in (RaterGroup.REPORTS, RaterGroup.OTHERS):
        lines = [line for one in persons for line in one["second_view"] if line["view"] == view]
        assert {line["mean"] for line in lines} - {None}, "nobody has a second view"
        assert of(lines, *names) == rows(StatementScore, *names, cycle_id=cycle_id, view=view)
    assert of((one["adjusted"] for one in persons if one["adjusted"]), *SCORES) == rows(
        AdjustedScore, *SCORES, cycle_id=cycle_id
    )
    assert of(told["company"], *SCORES) == rows(CompanyScore, *SCORES, cycle_id=cycle_id)
    shown = [unit for unit in told["enps"]["units"] if unit["hidden"] is None]
    assert shown
    assert of(shown, "respondents") <= rows(EnpsScore, "respondents", cycle_id=cycle_id)
    mentions = ("side", "reason", "mentions")
    assert of(told["enps"]["reasons"], *mentions) == rows(EnpsMention, *mentions, cycle_id=cycle_id)


def test_the_table_of_an_export_holds_no_number_that_the_document_does_not(played):
    known = {str(one) for one in _values(json.loads(exported(played, "json")))}

    table = list(csv.DictReader(StringIO(exported(played, "csv"))))

    numbers = (*SCORES, *BINS, "own", "raters", "promoters", "passives", "detractors", "mentions")
    found = {row[name] for row in table for name in (*numbers, "score") if row[name]}
    assert len(found) > 10
    assert found <= known


def _values(thing) -> list[object]:
    """Every number and word anywhere in a document."""
    if isinstance(thing, dict):
        return [value for one in thing.values() for value in _values(one)]
    return (
        [value for one in thing for value in _values(one)] if isinstance(thing, list) else [thing]
    )

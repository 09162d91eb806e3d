"""What the attacks on numbers are given is all that is printed: no page shows another number."""

import html
import re
from dataclasses import fields, is_dataclass
from enum import Enum

import pytest
from sqlalchemy import select

from app.cycles.models import Cycle, ReportReader
from app.domain.access import Actor
from app.domain.enps.score import StanceCounts
from app.domain.release.policy import Shown
from app.enps.models import EnpsScore
from app.enps.queries import company_figures
from app.infra.db import db
from app.people.models import Person
from app.results.models import CompanyScore, StatementScore
from app.results.queries import personal_report
from tests.browsing import Browser

NOISE = re.compile(r"mostly less than \d\.\d")
SCORE = re.compile(r"(?<![\d.])\d\.\d(?![\d.])")
SHARE = re.compile(r"(?<!\d)\d{1,3} %")
KNOWN_TEXTS = {"95 %", "80 %", "10 %", "90 %"}
"""The width of every interval and how sure a change is: words about the method, not results."""


def numbers_in(thing) -> set[float]:
    """Every number that an object given to a page holds, however deep."""
    if isinstance(thing, bool | str | Enum) or thing is None:
        return set()
    if isinstance(thing, int | float):
        return {float(thing)}
    if isinstance(thing, list | tuple | set):
        return set().union(*map(numbers_in, thing)) if thing else set()
    if not is_dataclass(thing):
        return set()
    found = set().union(*(numbers_in(getattr(thing, field.name)) for field in fields(thing)))
    return found | _worked_out(thing)


def _worked_out(thing) -> set[float]:
    """Numbers that follow from those which an object holds."""
    if isinstance(thing, Shown):
        return {thing.low, thing.high}
    if isinstance(thing, StanceCounts):
        return {float(thing.score), *map(float, thing.interval), *map(float, thing.shares)}
    return set()


def text_of(response) -> str:
    without = re.sub(
        r"<(svg|script|style|footer).*?</\1>", " ", response.get_data(as_text=True), flags=re.S
    )
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", without)))


def unknown_scores(page: str, known: set[float]) -> set[str]:
    """Numbers with one decimal on a page that no object held."""
    allowed = {f"{value:.1f}" for value in known} | {f"{abs(value):.1f}" for value in known}
    return set(SCORE.findall(NOISE.sub("", page))) - allowed


@pytest.fixture
def played(company):
    stage = company(25)
    with stage.on():
        yield stage


def test_a_report_prints_no_score_that_was_not_released(played):
    cycle = db.session.get_one(Cycle, played.cycle_id)
    reader = db.session.scalars(
        select(ReportReader).where(ReportReader.cycle_id == cycle.id).limit(1)
    ).one()
    subject = db.session.get_one(Person, reader.subject_id)
    manager = db.session.get_one(Person, reader.reader_id)
    report = personal_report(cycle.id, subject.id, reader=Actor(person_id=manager.id), company="")

    page = text_of(Browser(played.app, manager).get(f"/reports/{cycle.id}/{subject.id}"))

    assert SCORE.findall(page)
    gaps = {line.gap for line in report.statements if line.gap is not None}
    said = (one.words for one in (*report.said, *report.also))
    figures = (note for note in report.notes if " report finds " in note)
    sentences = " ".join((report.finding, *said, report.unseen, *figures))
    known = numbers_in(report) | gaps | set(map(float, SCORE.findall(sentences)))
    assert unknown_scores(page, known) == set()
    assert unknown_scores(page + " 9.9", known) == {"9.9"}


def test_the_objects_given_to_pages_hold_only_what_stands_in_the_tables(played):
    cycle = db.session.get_one(Cycle, played.cycle_id)
    subject = db.session.get_one(Person, played.people[5])
    report = personal_report(cycle.id, subject.id, reader=Actor(person_id=subject.id), company="")

    rows = db.session.scalars(
        select(StatementScore).filter_by(cycle_id=cycle.id, subject_id=subject.id)
    )
    kept = {(row.statement, row.mean, row.raters) for row in rows}
    given = {
        (line.number, line.colleagues.mean, line.colleagues.raters)
        for line in report.statements
        if isinstance(line.colleagues, Shown)
    }
    assert given
    assert given <= kept
    means = {row.mean for row in db.session.scalars(select(CompanyScore))}
    assert {
        line.company.mean for line in report.statements if isinstance(line.company, Shown)
    } <= means


def test_the_company_page_prints_no_share_that_was_not_released(played):
    cycle = db.session.get_one(Cycle, played.cycle_id)
    figures = company_figures(cycle)
    anybody = db.session.get_one(Person, played.people[7])

    page = text_of(Browser(played.app, anybody).get(f"/company/{cycle.id}"))

    assert figures.participation is not None
    kept = numbers_in(figures) | {float(figures.participation.rate)}
    shares = {f"{value:.0f} %" for value in kept} | KNOWN_TEXTS
    assert SHARE.findall(page)
    assert set(SHARE.findall(page)) <= shares
    assert unknown_scores(page, kept) == set()


def test_the_companys_figures_hold_only_what_stands_in_the_tables(played):
    figures = company_figures(db.session.get_one(Cycle, played.cycle_id))

    kept = {
        (row.respondents, row.promoters, row.detractors)
        for row in db.session.scalars(select(EnpsScore))
    }
    shown = [figures.answers, *(line.answers for line in figures.units)]
    given = {
        (one.respondents, one.promoters, one.detractors)
        for one in shown
        if isinstance(one, StanceCounts)
    }
    assert given
    assert given <= kept

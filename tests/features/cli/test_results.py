"""Everything released, as JSON and CSV: all of it, with the words, and nothing beside it."""

import csv
import io
import json
import re
from pathlib import Path

import pytest
from sqlalchemy import select

from app.cycles.models import Cycle
from app.domain.ballot.document import (
    Comment,
    EnpsCommentChange,
    EnpsReasonsChange,
    EnpsScoreChange,
    Own,
    Rating,
)
from app.infra.audit import AuditEntry
from app.infra.db import db
from app.reports.results_rows import COLUMNS
from app.results.exported_cells import score_fields
from app.results.models import CompanyScore, RaterGroup, StatementScore
from app.results.released_cells import company_score
from tests.whole_cycles import answer, close, make_team, open_cycle, publish

DOCUMENT = Path("docs/results.md").read_text(encoding="utf-8")
DANGEROUS = '=HYPERLINK("x")'
PEOPLE = 22


def answers_of(number):
    def answers(review):
        for place, colleague in enumerate(review.colleagues):
            for s in range(1, 15):
                yield Rating(colleague.person_id, s, 1 + (number * 3 + place + s) % 5)
            yield Comment(colleague.person_id, "keep", DANGEROUS)
        yield from (Own(s, 3) for s in range(1, 15))
        yield EnpsScoreChange((10, 9, 7, 2)[number % 4])
        yield EnpsReasonsChange(("pay",))
        yield EnpsCommentChange("More daylight, please.")

    return answers


def play():
    """A published quarter."""
    people = make_team(PEOPLE)
    cycle_id = open_cycle(people)
    for number, person in enumerate(people):
        answer(person, answers_of(number))
    close(cycle_id)
    publish(cycle_id)


@pytest.fixture
def cycle(app, settings, scenes):
    scenes.begin("a quarter to export", settings, play)
    return db.session.scalars(select(Cycle)).one()


@pytest.fixture
def export(app, cycle, tmp_path):
    def run(kind):
        file = tmp_path / f"results.{kind}"
        result = app.test_cli_runner().invoke(
            args=["results", "export", "--cycle", cycle.name, "--format", kind, "-o", str(file)]
        )
        assert result.exit_code == 0, result.output
        db.session.rollback()
        return file.read_bytes().decode("utf-8-sig")

    return run


def test_the_document_holds_every_released_score_once(cycle, export):
    told = json.loads(export("json"))

    stored = db.session.scalars(
        select(StatementScore).where(
            StatementScore.cycle_id == cycle.id, StatementScore.view == RaterGroup.COLLEAGUES
        )
    ).all()
    emails = {person["email"]: person for person in told["persons"]}
    assert len(emails) == len(told["persons"]) == PEOPLE
    written = [line["mean"] for person in emails.values() for line in person["statements"]]
    assert sorted(written, key=str) == sorted((row.mean for row in stored), key=str)
    assert any(written)
    means = db.session.scalars(select(CompanyScore.mean).order_by(CompanyScore.statement)).all()
    assert [line["mean"] for line in told["company"]] == list(means)
    assert told["participation"] == dict.fromkeys(("invited", "sent", "counted"), PEOPLE)
    assert told["enps"]["units"][0]["promoters"] is not None
    assert told["enps"]["comments"] == ["More daylight, please."] * PEOPLE
    assert told["policy"]["terms"] == cycle.policy.as_dict()


def test_the_words_are_those_of_the_pages(export):
    told = json.loads(export("json"))

    words = {line["words"] for person in told["persons"] for line in person["statements"]}
    assert words
    assert all(re.fullmatch(r"\d\.\d", each) for each in words), words


def test_a_hidden_value_has_a_reason_and_no_number(cycle):
    hidden = CompanyScore(hidden="few_respondents", mean=None)

    fields = score_fields(company_score(hidden, cycle.policy))

    assert fields.pop("hidden") == fields.pop("words") == "fewer than 20 people answered"
    assert set(fields.values()) == {None}


def test_the_table_has_a_row_for_each_value_and_runs_no_formula(export):
    rows = list(csv.DictReader(io.StringIO(export("csv"))))

    kinds = {kind: sum(row["kind"] == kind for row in rows) for kind in {r["kind"] for r in rows}}
    assert kinds["person"] == PEOPLE
    assert kinds["company"] == 14
    assert kinds["statement"] >= PEOPLE * 14
    assert kinds["keep"] == PEOPLE * (PEOPLE - 1)
    assert {row["text"] for row in rows if row["kind"] == "keep"} == {f"'{DANGEROUS}"}


def test_every_field_and_column_is_explained(export):
    told = json.loads(export("json"))

    def names(thing):
        if isinstance(thing, dict):
            yield from thing
            for value in thing.values():
                yield from names(value)
        elif isinstance(thing, list):
            for value in thing[:1]:
                yield from names(value)

    explained = set(re.findall(r"`([a-z_.]+)`", DOCUMENT))
    explained |= {part for name in explained for part in name.split(".")}
    skipped = {"terms", "format", *told["policy"]["terms"], *told["scale"]}
    assert set(names(told)) - skipped <= explained
    assert set(COLUMNS) - {"cycle", "kind", "who"} <= explained


def test_an_export_is_logged_without_names(export):
    export("csv")

    exported = select(AuditEntry).where(AuditEntry.tag == "results:exported")
    assert db.session.scalars(exported).one().details.keys() == {"cycle_id", "kind"}


def test_before_publishing_nothing_leaves(app):
    open_cycle(make_team(8))
    name = db.session.scalars(select(Cycle.name)).one()

    result = app.test_cli_runner().invoke(args=["results", "export", "--cycle", name])

    assert result.exit_code != 0
    assert "results leave with publishing" in result.output

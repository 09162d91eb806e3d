"""A quarter from another tool: the same numbers as if it had been answered here, nothing else."""

from functools import partial

import pytest
from sqlalchemy import func, inspect, select

from app.assignments.models import Assignment
from app.ballots.models import SealedBallot, StoredHalf
from app.cycles.models import Cycle, ReportReader
from app.cycles.queries import cycle_by_name, has_opened_before
from app.domain.ballot.document import (
    Comment,
    EnpsCommentChange,
    EnpsReasonsChange,
    EnpsScoreChange,
    Own,
    Rating,
)
from app.domain.cycle import CycleState
from app.domain.files.history_file import RATINGS
from app.enps.models import EnpsScore as ReleasedEnps
from app.infra.db import db, transaction
from app.infra.mail import OutboxMail
from app.lifecycle.count import history_import
from app.lifecycle.count.history_import import closing_day, import_quarter
from app.questionnaires import default, services
from app.questionnaires.models import new_identity
from app.results.models import (
    AboutCycle,
    AdjustedScore,
    CompanyScore,
    CycleTotals,
    ReleasedComment,
    SelfAnswer,
    StatementScore,
    SubjectResult,
)
from tests.factories import make_department, make_person
from tests.randomness import silent
from tests.whole_cycles import answer, close, make_team, open_cycle

RELEASED = (
    SubjectResult,
    StatementScore,
    SelfAnswer,
    CompanyScore,
    AdjustedScore,
    AboutCycle,
    CycleTotals,
    ReleasedEnps,
)
CANARY = "Bring back the Tuesday lunch."
PEOPLE = 14


def rating(rater, subject, statement):
    """0 is "not observed"; the raters differ in strictness, the subjects in what they do."""
    return (rater * 5 + subject * 3 + statement * (rater + 1)) % 6


def own(person, statement):
    return 1 + (person + statement) % 5


def score(person):
    return (10, 9, 9, 10, 3, 8, 6)[person % 7]


@pytest.fixture
def people(app):
    return make_team(PEOPLE)


@pytest.fixture
def run(app):
    def invoke(*words):
        db.session.rollback()
        result = app.test_cli_runner().invoke(args=[str(word) for word in words])
        db.session.rollback()
        return result

    return invoke


@pytest.fixture
def files(people, tmp_path):
    """What another tool would have exported of the same answers."""
    lines = [",".join(["rater", "subject", *RATINGS, "keep", "try"])]
    enps = ["enps,reasons,comment,rater"]
    for number, rater in enumerate(people):
        for place, subject in enumerate(people):
            is_own = place == number
            values = [
                str(own(number, s) if is_own else rating(number, place, s)) for s in range(1, 15)
            ]
            words = ["", ""] if is_own else [f"Words about {place}.", ""]
            lines.append(",".join([rater.email, subject.email, *values, *words]))
        enps.append(f"{score(number)},pay,{CANARY if number == 3 else ''},{rater.email}")
    reviews, scores = tmp_path / "old.csv", tmp_path / "old-enps.csv"
    reviews.write_text("\n".join(lines), encoding="utf-8")
    scores.write_text("\n".join(enps), encoding="utf-8")
    return reviews, scores


def answers_of(number, place):
    """What a person answers; `place` numbers everybody."""

    def answers(review):
        for colleague in review.colleagues:
            subject = place[colleague.person_id]
            for s in range(1, 15):
                yield Rating(colleague.person_id, s, rating(number, subject, s))
            yield Comment(colleague.person_id, "keep", f"Words about {subject}.")
        yield from (Own(s, own(number, s)) for s in range(1, 15))
        yield EnpsScoreChange(score(number))
        yield EnpsReasonsChange(("pay",))
        if number == 3:
            yield EnpsCommentChange(CANARY)

    return answers


def answered_here(people):
    """The same answers, given in this app."""
    place = {person.id: number for number, person in enumerate(people)}
    cycle_id = open_cycle(people)
    for number, person in enumerate(people):
        answer(person, answers_of(number, place))
    close(cycle_id, randomness=silent)
    return cycle_id


def imported(run, files):
    """Import both files; whether that went well."""
    result = run("history", "import", files[0], "--enps", files[1], "--cycle", "2025 Q3")
    return result.exit_code == 0


def rows_of(table, cycle_id):
    """Every row without the cycle, in an order of its own."""
    columns = [column for column in inspect(table).columns if column.name != "cycle_id"]
    found = db.session.execute(select(*columns).where(table.cycle_id == cycle_id))
    return sorted(map(tuple, found), key=repr)


def test_an_imported_quarter_has_the_numbers_of_one_that_was_answered_here(
    run, people, files, monkeypatch
):
    monkeypatch.setattr(
        history_import, "import_quarter", partial(import_quarter, randomness=silent)
    )
    here = answered_here(people)

    result = run("history", "import", files[0], "--enps", files[1], "--cycle", "2025 Q3")

    assert result.exit_code == 0, result.output
    there = cycle_by_name("2025 Q3")
    for table in RELEASED:
        assert rows_of(table, there.id) == rows_of(table, here), table.__name__
        # Where everybody rated everybody nobody has an adjusted score.
        assert bool(rows_of(table, here)) is (table is not AdjustedScore), table.__name__
    texts = select(ReleasedComment.text).where(ReleasedComment.cycle_id == there.id)
    assert len(db.session.scalars(texts).all()) == PEOPLE * (PEOPLE - 1)
    readers = select(func.count()).where(ReportReader.cycle_id == there.id)
    assert db.session.scalar(readers) == PEOPLE - 1


def test_no_row_of_the_file_is_kept(run, people, files):
    assert imported(run, files)

    for table in (Assignment, SealedBallot, StoredHalf):
        assert db.session.scalar(select(func.count()).select_from(table)) == 0, table.__name__


def test_an_imported_quarter_is_closed_marked_and_published_without_mail(run, people, files):
    run("history", "import", files[0], "--cycle", "Q3 2025")

    cycle = cycle_by_name("Q3 2025")
    assert (cycle.state, cycle.is_imported) == (CycleState.CLOSED, True)
    assert cycle.closes_at.date().isoformat() == "2025-09-30"

    assert run("cycle", "publish", "Q3 2025").exit_code == 0
    assert db.session.scalar(select(func.count()).select_from(OutboxMail)) == 0


def test_people_who_have_left_are_part_of_the_past(run, people, files):
    people[5].is_active = False
    db.session.commit()

    assert run("history", "import", files[0], "--cycle", "2025 Q3").exit_code == 0
    assert len(rows_of(SubjectResult, cycle_by_name("2025 Q3").id)) == PEOPLE


def test_whoever_was_rated_by_few_stays_hidden(run, people, files):
    lines = files[0].read_text(encoding="utf-8").splitlines()
    last = people[-1].email
    kept = [line for line in lines if f",{last}," not in line]
    kept += [line for line in lines if f",{last}," in line][:4]
    files[0].write_text("\n".join(kept), encoding="utf-8")

    assert imported(run, files)

    found = {row[0]: row for row in rows_of(SubjectResult, cycle_by_name("2025 Q3").id)}
    raters = inspect(SubjectResult).columns.keys().index("raters") - 1
    assert found[people[-1].id][raters] is None
    assert found[people[-2].id][raters] is not None


def test_a_file_with_faults_is_refused_whole_with_all_of_them(run, people, files):
    text = files[0].read_text(encoding="utf-8")
    files[0].write_text(text.replace(people[3].email, "zoe@example.com"), encoding="utf-8")
    files[1].write_text("enps\n12", encoding="utf-8")

    result = run("history", "import", files[0], "--enps", files[1], "--cycle", "2025 Q3")

    assert result.exit_code != 0
    assert f"was refused because of {2 * PEOPLE + 1} faults; nothing was changed" in result.output
    assert "0-10 file, line 2, enps '12': expected a whole number from 0 to 10" in result.output
    assert db.session.scalar(select(func.count()).select_from(Cycle)) == 0


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--cycle", "last summer"], "say when it closed: --closed 2025-09-30"),
        (["--cycle", "2031 Q1"], "A quarter that is imported has closed before today."),
        (["--cycle", "x" * 61, "--closed", "2025-09-30"], "longer than 60 characters"),
    ],
)
def test_what_cannot_be_a_past_quarter_is_refused_with_one_sentence(run, files, words, told):
    result = run("history", "import", files[0], *words)

    assert result.exit_code != 0
    assert told in result.output


def test_the_same_quarter_is_not_imported_twice(run, people, files):
    assert imported(run, files)

    result = run("history", "import", files[0], "--cycle", "2025 Q3")

    assert "There is a cycle called 2025 Q3 already." in result.output


def test_fewer_than_seven_people_are_no_quarter(run, app, tmp_path):
    unit = make_department(name="Small")
    few = [make_person(department_id=unit.id) for _ in range(6)]
    header = ",".join(["rater", "subject", *RATINGS])
    lines = [f"{a.email},{b.email}{',4' * 14}" for a in few for b in few]
    small = tmp_path / "small.csv"
    small.write_text("\n".join([header, *lines]), encoding="utf-8")

    result = run("history", "import", small, "--cycle", "2025 Q3")

    assert "6 people take part; a cycle needs at least 7." in result.output


def test_an_import_does_not_use_up_the_exception_of_the_first_cycle(run, people, files):
    assert imported(run, files)

    cycle_id = open_cycle(people)

    assert not has_opened_before(db.session.get_one(Cycle, cycle_id))


@pytest.mark.parametrize(
    ("name", "day"),
    [("2025 Q1", "2025-03-31"), ("Q2/2024", "2024-06-30"), ("2023-Q4", "2023-12-31")],
)
def test_a_quarter_ends_on_its_last_day(name, day):
    assert str(closing_day(name)) == day


def test_a_name_without_a_quarter_has_no_day():
    assert closing_day("spring") is None


class TestWhichVersionWasAsked:
    @pytest.fixture
    def versions(self, people):
        """Version 1 as it was asked then; version 2 with another third statement."""
        with transaction():
            first = services.ensure_default()
            services.freeze(first)
            second = services.draft_copy(first)
            second.statements[2].identity = new_identity()
            second.statements[2].text = "Sings at work."

    def test_it_has_to_be_said_where_there_are_several(self, run, files, versions):
        result = run("history", "import", files[0], "--cycle", "2025 Q3")

        assert result.exit_code != 0
        assert "Say which version of Full Circle was asked then" in result.output
        assert "there are versions 1, 2" in result.output
        assert db.session.scalars(select(Cycle)).all() == []

    def test_one_that_does_not_exist_is_refused(self, run, files, versions):
        result = run("history", "import", files[0], "--cycle", "2025 Q3", "--questionnaire", 7)

        assert result.exit_code != 0
        assert "There is no version 7 of Full Circle; there are: 1, 2." in result.output

    def test_the_quarter_belongs_to_the_version_that_is_named(self, run, files, versions):
        result = run("history", "import", files[0], "--cycle", "2025 Q3", "--questionnaire", 1)

        assert result.exit_code == 0, result.output
        asked = cycle_by_name("2025 Q3").questionnaire
        assert (asked.version, asked.statements[2].text) == (1, default.STATEMENTS[2].text)

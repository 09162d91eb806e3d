"""Papers about many: a manager's team, the board's page, HR's report of a cycle."""

from datetime import timedelta
from io import BytesIO

import pytest
from flask import current_app
from pypdf import PdfReader
from sqlalchemy import delete, event, select

from app.cycles.models import Cycle, ReportReader
from app.domain.ballot.document import EnpsScoreChange, Rating
from app.domain.cycle import CycleState
from app.infra.audit import AuditEntry
from app.infra.db import db
from app.lifecycle import services
from app.people.models import Person
from app.results.models import AboutCycle, SubjectResult
from tests.browsing import Browser
from tests.factories import make_cycle, make_person
from tests.whole_cycles import answer, close, make_team, open_cycle, publish


def everything(review):
    for colleague in review.colleagues:
        yield from (Rating(colleague.person_id, s, 3 + s % 3) for s in range(1, 15))
    yield EnpsScoreChange(9)


def play():
    """A quarter of twelve people."""
    team = make_team(12)
    cycle_id = open_cycle(team)
    for person in team:
        answer(person, everything)
    close(cycle_id)
    publish(cycle_id)


@pytest.fixture
def people(app, settings, scenes):
    """A manager with eleven people, all of whom have answered in a published quarter."""
    scenes.begin("twelve people's quarter", settings, play)
    return db.session.scalars(select(Person).order_by(Person.id)).all()


@pytest.fixture
def cycle(people):
    return db.session.scalars(select(Cycle)).one()


@pytest.fixture
def manager(app, people):
    return Browser(app, people[0])


def text_of(response):
    return " ".join(page.extract_text() for page in PdfReader(BytesIO(response.data)).pages)


def team_address(cycle, people):
    return f"/reports/{cycle.id}/team/{people[0].id}"


def test_a_manager_reads_the_teams_report_and_it_names_nobody(cycle, people, manager):
    page = manager.get(team_address(cycle, people)).text

    assert "11 people with released scores" in page
    assert page.count('role="rowheader"') == 14
    assert not [person.name for person in people[1:] if person.name in page]
    assert team_address(cycle, people) in manager.get("/reports").text


def test_the_teams_paper_says_the_same(cycle, people, manager):
    response = manager.get(f"{team_address(cycle, people)}.pdf")

    text = text_of(response)
    assert (
        f"Full Circle {cycle.name} - team of Mona Manager.pdf"
        in (response.headers["Content-Disposition"])
    )
    assert response.headers["Cache-Control"] == "no-store"
    assert "Team of Mona Manager" in text
    assert "Does good thing number 14." in text
    assert not [person.name for person in people[1:] if person.name in text]


def test_whoever_reads_only_some_of_the_reports_reads_no_team(app, cycle, people):
    other = make_person(name="Olga Other")
    for person in people[1:6]:
        key = {"cycle_id": cycle.id, "subject_id": person.id}
        db.session.add(ReportReader(**key, reader_id=other.id))
    db.session.commit()

    assert Browser(app, other).get(team_address(cycle, people)).status_code == 403
    assert Browser(app, other).get(f"/reports/{cycle.id}/team/{other.id}").status_code == 200


def test_four_people_are_no_team(cycle, people, manager):
    gone = [person.id for person in people[5:]]
    db.session.execute(delete(ReportReader).where(ReportReader.subject_id.in_(gone)))
    db.session.commit()

    response = manager.get(team_address(cycle, people))
    assert response.status_code == 409
    assert "A team report needs 5 people with released scores" in response.text
    assert team_address(cycle, people) not in manager.get("/reports").text


def test_where_hr_reads_all_a_team_is_whom_the_manager_leads(app, cycle, people):
    hr = make_person(name="Hugo HR", is_hr=True)
    cycle.policy_terms = cycle.policy_terms | {"hr_reads_reports": True}
    for person in people:
        key = {"cycle_id": cycle.id, "subject_id": person.id}
        db.session.add(ReportReader(**key, reader_id=hr.id))
    db.session.commit()
    reader = Browser(app, hr)

    assert reader.get(team_address(cycle, people)).status_code == 200
    assert reader.get(f"/reports/{cycle.id}/team/{hr.id}").status_code in {403, 409}


def quarter_after(cycle, people, readers):
    """The same figures a quarter later, for other readers."""
    later = make_cycle(
        people,
        name="Later",
        state=CycleState.PUBLISHED,
        questionnaire_id=cycle.questionnaire_id,
        published_on=cycle.published_on,
        opens_at=cycle.opens_at + timedelta(days=91),
        policy_terms=cycle.policy_terms | {"hr_reads_reports": True},
    )
    for person in people[1:]:
        key = {"cycle_id": later.id, "subject_id": person.id}
        db.session.add(SubjectResult(**key, unit_number=1, raters=9))
        db.session.add_all(ReportReader(**key, reader_id=reader.id) for reader in readers)
    db.session.commit()
    return later


def test_who_reads_a_team_only_now_reads_nothing_of_its_earlier_quarters(app, cycle, people):
    hr = make_person(name="Hugo HR", is_hr=True)
    later = quarter_after(cycle, people, [people[0], hr])

    managers, hrs = (
        Browser(app, reader).get(team_address(later, people)).text for reader in (people[0], hr)
    )

    assert cycle.name in managers
    assert "Later" in hrs
    assert cycle.name not in hrs


def test_the_board_reads_score_participation_and_what_is_hidden(app, cycle):
    board = Browser(app, make_person(name="Bea Board", is_board=True))

    page = board.get("/board").text
    assert "100 %" in page
    assert "Statements are compared from the second quarter on." in page
    assert 'href="/board"' in page
    paper = board.get(f"/board/{cycle.id}.pdf")
    assert f"Full Circle {cycle.name} - board.pdf" in paper.headers["Content-Disposition"]
    assert "12 of 12" in text_of(paper)


def test_the_board_reads_nothing_before_it_is_published(app):
    team = make_team(8)
    cycle_id = open_cycle(team)
    close(cycle_id)
    board = Browser(app, make_person(is_board=True))

    assert board.get(f"/board/{cycle_id}").status_code == 409
    assert "Nothing to show yet" in board.get("/board").text


def test_hr_reads_participation_and_coverage_but_no_score(app, cycle, hanna):
    page = hanna.get(f"/reports/cycle/{cycle.id}").text

    assert "12 of 12 people sent their review (100 %)" in page
    assert "12 of 12 reports hold scores." in page
    assert "10 to 19 colleagues" in page
    assert "168 of 168 statement scores could be shown (100 %)" in page
    text = text_of(hanna.get(f"/reports/cycle/{cycle.id}.pdf"))
    assert "12 of 12 people sent their review" in text


def test_when_names_are_forgotten_the_totals_stay(app, cycle, hanna):
    services.purge(cycle)
    db.session.commit()

    page = hanna.get(f"/reports/cycle/{cycle.id}").text
    assert "has been forgotten; the totals stay" in page
    assert "12 of 12 people" in page


def test_an_open_cycle_has_no_report(app, hanna):
    cycle_id = open_cycle(make_team(8))

    response = hanna.get(f"/reports/cycle/{cycle_id}")
    assert response.status_code == 409
    assert "its report comes with the count" in response.text


def test_each_kind_is_logged_and_no_subject(app, cycle, people, manager, hanna):
    db.session.execute(delete(AuditEntry))
    db.session.commit()
    manager.get(team_address(cycle, people))
    hanna.get(f"/reports/cycle/{cycle.id}.pdf")

    entries = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id)).all()
    assert [(one.tag, one.details) for one in entries] == [
        ("report:read", {"cycle_id": cycle.id, "kind": "team"}),
        ("report:downloaded", {"cycle_id": cycle.id, "kind": "cycle"}),
    ]


@pytest.mark.parametrize(
    ("command", "title"),
    [("team", "team of Mona"), ("board", "board"), ("cycle", "people sent")],
)
def test_operators_write_the_same_papers(cycle, people, tmp_path, command, title):
    file = tmp_path / "paper.pdf"
    named = [command, people[0].email] if command == "team" else [command]

    result = current_app.test_cli_runner().invoke(
        args=["report", *named, "--cycle", cycle.name, "-o", str(file)]
    )

    assert result.exit_code == 0, result.output
    text = " ".join(page.extract_text() for page in PdfReader(file).pages)
    assert title.lower() in text.lower()


def test_a_report_opens_with_a_handful_of_statements(app, cycle, people):
    reader = Browser(app, people[3])
    reader.get(f"/reports/{cycle.id}/{people[3].id}")  # everything imported and compiled
    said = []

    def listen(_connection, _cursor, statement, *_rest):
        said.append(statement)

    event.listen(db.engine, "before_cursor_execute", listen)
    try:
        response = reader.get(f"/reports/{cycle.id}/{people[3].id}")
    finally:
        event.remove(db.engine, "before_cursor_execute", listen)

    assert response.status_code == 200
    work = [
        statement
        for statement in said
        if statement.startswith(("SELECT", "INSERT")) and "pg_advisory" not in statement
    ]
    assert len(work) <= 13, "\n\n".join(work)


class TestAboutTheseNumbers:
    """HR's page on how far the numbers of a published cycle reach."""

    def test_it_tells_the_split_in_a_picture_and_in_words(self, cycle, hanna):
        about = db.session.get_one(AboutCycle, cycle.id)
        about.share_rater, about.share_person, about.share_rest = 20, 30, 50
        about.reliability = 0.85

        page = hanna.get(f"/reports/cycle/{cycle.id}/numbers").text

        assert "A typical overall score is solid" in page
        assert "<title>who rates 20 %, who is rated 30 %, everything else 50 %</title>" in page
        for role in ("share", "colleagues", "band"):  # of the bar, and of the table's first column
            assert page.count(f'<rect class="mark-fill {role}"') == 2
        assert "colleagues, is good to about ±" in page
        assert "What they cannot" in page

    def test_where_few_took_part_it_says_so_and_draws_nothing(self, cycle, hanna):
        about = db.session.get_one(AboutCycle, cycle.id)
        about.share_rater = about.share_person = about.share_rest = about.reliability = None
        db.session.commit()

        page = hanna.get(f"/reports/cycle/{cycle.id}/numbers").text

        assert "Too few people took part to say how far these numbers reach." in page
        assert "chart-split" not in page

    def test_the_cycle_report_leads_there_once_it_is_published(self, cycle, hanna):
        address = f"/reports/cycle/{cycle.id}/numbers"
        assert address in hanna.get(f"/reports/cycle/{cycle.id}").text
        assert address in hanna.get(f"/cycles/{cycle.id}").text

        cycle.state = CycleState.CLOSED

        assert address not in hanna.get(f"/reports/cycle/{cycle.id}").text
        assert hanna.get(address).status_code == 409

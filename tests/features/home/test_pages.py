import re
from datetime import timedelta

import pytest

from app.assignments import queries as assignment_queries
from app.cycles.models import ReportReader
from app.cycles.queries import cycle_by_id
from app.domain.cycle import CycleState
from app.home import start
from app.home.log_sentences import SENTENCES, sentence
from app.infra import audit
from app.infra.audit import AuditEntry
from app.infra.db import db, transaction
from app.infra.mail import OutboxMail
from app.lifecycle import services
from app.results.models import CommentKind, CommentState, ReleasedComment, SubjectResult
from tests.factories import LONG_AGO, keep, make_company, make_cycle, make_person
from tests.guards.places import python_files
from tests.whole_cycles import make_team, open_cycle


def text_of(answer):
    return answer.get_data(as_text=True)


def open_with(*clients, people=8):
    """An open cycle with a company and these clients' persons."""
    company = make_company(people)
    for person in company:
        person.is_hr = False
    cycle = make_cycle([*company, *(one.person for one in clients)])
    with transaction():
        services.open_(cycle_by_id(cycle.id), by=None)
    return cycle_by_id(cycle.id)


def reported_comment(person):
    cycle = make_cycle(state=CycleState.PUBLISHED, published_on=LONG_AGO)
    return keep(
        ReleasedComment(
            id="a" * 32,
            cycle_id=cycle.id,
            subject_id=person.id,
            kind=CommentKind.KEEP,
            state=CommentState.REPORTED,
            text="An abusive text.",
        )
    )


def test_an_employee_starts_at_their_open_review(alice):
    cycle = open_with(alice)

    page = text_of(alice.get("/"))

    assert "Hello Alice" in page
    assert f"Your review for {cycle.name}" in page
    assert "0 of 112" in page
    assert "Start your review" in page
    assert "Go to the desk" not in page
    assert "Your team" not in page


def test_hr_and_the_board_start_at_their_own_pages_too(hanna, bob):
    bob.person.is_board = True

    starts = {one: text_of(one.get("/")) for one in (hanna, bob)}

    assert 'href="/desk">Go to the desk' in starts[hanna]
    assert "Read the board’s page" not in starts[hanna]
    assert 'href="/board">Read the board’s page' in starts[bob]
    assert "Go to the desk" not in starts[bob]


def test_without_an_open_cycle_the_start_page_says_so(alice):
    assert "No review is open at the moment." in text_of(alice.get("/"))


def test_somebody_who_takes_no_part_is_told_why(alice, charlie):
    open_with(alice)

    assert "you do not take part in it" in text_of(charlie.get("/"))


def test_a_manager_of_few_is_not_told_how_many_have_sent(alice, bob):
    open_with(alice, bob)

    page = text_of(bob.get("/"))

    assert "In a team of fewer than five" in page
    assert "of 1 have sent" not in page


def test_a_manager_of_five_is_told_how_many_have_sent(bob):
    team = [make_person(manager_id=bob.person.id) for _ in range(5)]
    cycle = make_cycle([bob.person, *team, *make_company(8)])
    with transaction():
        services.open_(cycle_by_id(cycle.id), by=None)

    assert "0 of 5 have sent." in text_of(bob.get("/"))


def test_an_empty_house_is_led_to_its_people_and_then_to_a_plan(hanna):
    page = text_of(hanna.get("/desk"))
    assert "Next: bring in your people." in page
    assert "Bring in your people" in page
    assert "/people/import" in page

    make_company(25)

    assert "/cycles/new" in text_of(hanna.get("/desk"))


def test_participation_names_those_who_have_not_sent_and_nothing_else(hanna, alice):
    cycle = open_with(hanna, alice)

    page = text_of(hanna.get(f"/participation/{cycle.id}"))

    assert "Alice Archer" in page
    assert "not whether they have begun" in page
    assert "tarted" not in page


def test_names_of_a_draft_or_a_purged_cycle_are_not_found(hanna):
    draft = make_cycle()

    assert hanna.get(f"/participation/{draft.id}").status_code == 404


def test_hr_sees_the_reported_text_alone(hanna, alice):
    reported_comment(alice.person)

    page = text_of(hanna.get("/desk"))

    assert "An abusive text." in page
    assert "Alice" not in page


@pytest.mark.parametrize(
    ("judgement", "state"), [("withhold", CommentState.WITHHELD), ("keep", CommentState.SHOWN)]
)
def test_hr_judges_a_reported_comment(hanna, alice, judgement, state):
    comment = reported_comment(alice.person)

    hanna.post(f"/comments/{comment.id}/{judgement}", page="/desk")

    assert comment.state is state
    assert "An abusive text." not in text_of(hanna.get("/desk"))


def test_a_comment_that_was_not_reported_cannot_be_judged(hanna, alice):
    comment = reported_comment(alice.person)
    comment.state = CommentState.SHOWN

    answer = hanna.post(f"/comments/{comment.id}/withhold", page="/cycles/new")

    assert answer.status_code == 404
    assert comment.text == "An abusive text."


def test_nobody_of_hr_decides_about_a_comment_about_themselves(hanna):
    comment = reported_comment(hanna.person)

    assert "An abusive text." not in text_of(hanna.get("/desk"))
    answer = hanna.post(f"/comments/{comment.id}/withhold", page="/cycles/new")

    assert answer.status_code == 403
    assert comment.state is CommentState.REPORTED


def test_the_outbox_shows_mails_while_there_is_no_mail_server(hanna):
    keep(OutboxMail(to="a@example.com", subject="Hello", text="The text", html="", fault=""))

    page = text_of(hanna.get("/outbox"))

    assert "a@example.com" in page
    assert "The text" in page


def test_the_log_names_acts_and_says_that_it_is_whole(hanna):
    with transaction():
        audit.record("cycle:opened", actor_id=hanna.person.id, cycle_id=7)

    page = text_of(hanna.get("/audit"))

    assert "opened the cycle and froze people, pairs, readers and rules" in page
    assert "The chain of 1 entry is whole" in page


def test_a_changed_log_is_found(hanna):
    with transaction():
        audit.record("cycle:opened", actor_id=hanna.person.id, cycle_id=7)
    db.session.query(AuditEntry).one().details = {"cycle_id": 8}

    assert "was changed" in text_of(hanna.get("/audit"))


@pytest.mark.parametrize("page", ["/desk", "/outbox", "/audit", "/participation/1"])
def test_the_desk_is_for_hr_alone(client, alice, bob, page):
    make_cycle(make_company(8), state=CycleState.OPEN)

    assert alice.get(page).status_code == 403
    assert bob.get(page).status_code == 403
    assert client.get(page).status_code == 302


def test_an_employee_cannot_judge_comments(alice, bob):
    comment = reported_comment(alice.person)

    answer = alice.post(f"/comments/{comment.id}/withhold", page="/")

    assert answer.status_code == 403
    assert comment.state is CommentState.REPORTED


def test_the_log_can_be_narrowed_to_a_kind_of_act_and_to_a_cycle(hanna):
    first, second = make_cycle(), make_cycle()
    with transaction():
        audit.record("cycle:opened", actor_id=hanna.person.id, cycle_id=first.id)
        audit.record("report:downloaded", cycle_id=second.id, kind="personal")
        audit.record("person:added", actor_id=hanna.person.id, person_id=hanna.person.id)

    everything = text_of(hanna.get("/audit"))
    reports = text_of(hanna.get("/audit?kind=report"))
    of_first = text_of(hanna.get(f"/audit?cycle={first.id}"))
    nothing = text_of(hanna.get("/audit?kind=comment"))

    assert "added Hanna Hill to the directory" in everything
    assert "downloaded a personal report" in reports
    assert "opened the cycle" not in reports
    assert "opened the cycle" in of_first
    assert "downloaded" not in of_first
    assert "Nothing of this kind" in nothing


def test_every_act_that_the_program_logs_has_a_sentence():
    """A tag without words would be shown to HR as the machine writes it."""
    written = set()
    for file in python_files("app"):
        written |= set(re.findall(r'audit\.record\(\s*"([a-z_]+:[a-z_]+)"', file.read_text()))
        written |= set(re.findall(r'note\(\s*"([a-z_]+:[a-z_]+)"', file.read_text()))

    assert "cycle:opened" in written
    assert written - SENTENCES.keys() == set()


def test_an_act_of_another_version_is_shown_in_plain_words():
    assert sentence("cycle:turned_round", {"cycle_id": 3}) == "cycle: turned round cycle id 3"
    assert "changed the HR role and the manager of Alice" in sentence(
        "person:changed", {"fields": ["is_hr", "manager_id"]}, person="Alice"
    )


def test_many_names_of_those_who_have_not_sent_come_page_by_page(hanna, monkeypatch):
    monkeypatch.setattr(assignment_queries, "NAMES_PAGE", 4)
    team = make_team(9)
    cycle = open_cycle(team)

    first, last = (text_of(hanna.get(f"/participation/{cycle}?page={n}")) for n in (1, 3))

    assert "Page 1 of 3, 9 people" in first
    assert sum(person.name in first for person in team) == 4
    assert sum(person.name in last for person in team) == 1


def published_about(reader, people, **over):
    """A published cycle with reports about `people` that `reader` may read."""
    cycle = make_cycle([reader, *people], state=CycleState.PUBLISHED, **over)
    for one in people:
        mine = {"cycle_id": cycle.id, "subject_id": one.id}
        db.session.add(SubjectResult(**mine, unit_number=0, raters=9))
        db.session.add(ReportReader(**mine, reader_id=reader.id))
    db.session.commit()
    return cycle


def test_a_manager_starts_at_the_newest_reports_of_their_people(bob):
    team = [make_person(name=name, manager_id=bob.person.id) for name in ("Cleo Abel", "Ada Zorn")]
    stranger = make_person(name="Somebody Elsewhere")
    published_about(bob.person, [*team, stranger], name="Spring", published_on=LONG_AGO)
    newest = published_about(
        bob.person, [*team, stranger], name="Summer", published_on=LONG_AGO + timedelta(days=90)
    )

    page = text_of(bob.get("/"))

    assert page.index("Ada Zorn, Summer") < page.index("Cleo Abel, Summer")
    assert f"/reports/{newest.id}/{team[0].id}" in page
    assert "Somebody Elsewhere" not in page
    assert "Spring" not in page


def test_a_long_team_stands_on_the_start_page_in_part_and_leads_to_the_others(bob, monkeypatch):
    monkeypatch.setattr(start, "MOST_LISTED", 2)
    team = [make_person(name=f"Ada {last}", manager_id=bob.person.id) for last in "ABC"]
    published_about(bob.person, team, published_on=LONG_AGO)

    page = text_of(bob.get("/"))

    assert "Ada B" in page
    assert "Ada C" not in page
    assert "These are 2 of 3 reports." in page


def test_reports_of_people_whom_somebody_else_leads_now_are_not_on_the_start_page(bob):
    former = make_person(name="Former Colleague")
    make_person(manager_id=bob.person.id)
    published_about(bob.person, [former], published_on=LONG_AGO)

    assert "Reports of your people appear here" in text_of(bob.get("/"))


def test_the_own_newest_report_stands_on_the_start_page(alice):
    for name, days in (("Autumn", 180), ("Spring", 0)):
        published = LONG_AGO + timedelta(days=days)
        cycle = published_about(alice.person, [], name=name, published_on=published)
        mine = {"cycle_id": cycle.id, "subject_id": alice.person.id}
        keep(SubjectResult(**mine, unit_number=0, raters=9))

    assert "Your report of Autumn is here." in text_of(alice.get("/"))

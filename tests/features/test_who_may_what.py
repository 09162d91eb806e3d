"""Every address × every role × somebody else's object, against one table."""

import re
from dataclasses import dataclass
from datetime import date

import pytest
from sqlalchemy import select
from werkzeug.routing import Rule

from app.cycles.models import Cycle
from app.domain.ballot.document import Comment, Rating
from app.infra.db import Base, db, transaction
from app.leaders.services import LeaderChoice, choose
from app.people import two_person_requests
from app.people.models import Act, Person
from app.projects.services import PlannedProject, keep_project
from app.questionnaires.models import Questionnaire
from app.reports import bundling
from app.results.models import ReleasedComment
from tests.browsing import Browser
from tests.factories import make_cycle, make_person
from tests.services_in_the_house import name_service
from tests.unit_questions import ask_department
from tests.whole_cycles import answer, close, make_team, open_cycle, publish

EVERYBODY = {"employee", "subject", "reader", "hr", "board"}
HR = {"hr"}
BY_ROSTER = {"subject", "reader"}
WITH_REPORT = {"employee", "subject", "reader"}
MAY = {
    "ballots": EVERYBODY,
    "enps": EVERYBODY,
    "enps.projects": EVERYBODY,
    "enps.projects.new": {"hr", "board", "reader"},
    "enps.projects.edit": {"hr", "employee"},
    "enps.projects.move": {"hr", "employee"},
    "enps.projects.note": {"hr", "employee"},
    "enps.services": EVERYBODY,
    "enps.services.show": {"hr", "subject"},
    "enps.board": {"board"},
    "enps.board_of": {"board"},
    "enps.download_board": {"board"},
    "desk": HR,
    "home": HR,
    "internal_services": HR,
    "heard": {"board"},
    "heard.choose": HR,
    "unit_questions": {"reader"},
    "unit_questions.confirm": HR,
    "unit_answers": EVERYBODY,
    "unit_answers.show": {"hr", "reader"},
    "unit_answers.take": {"hr", "reader"},
    "home.index": EVERYBODY,
    "home.not_rated.wish": EVERYBODY,
    "home.own_data.show": EVERYBODY,
    "home.own_data.take": EVERYBODY,
    "home.own_data.erase": EVERYBODY,
    "lifecycle": HR,
    "people": HR,
    "people.change_password": EVERYBODY,
    "people.own_sign_ins": EVERYBODY,
    "people.confirm_with": EVERYBODY,
    "people.link_with": EVERYBODY,
    "people.end_session": EVERYBODY,
    "people.end_other_sessions": EVERYBODY,
    "people.sign_out": EVERYBODY,
    "people.factors": EVERYBODY,
    "people.set_up_codes": EVERYBODY,
    "people.set_up_passkey": EVERYBODY,
    "people.remove_codes": EVERYBODY,
    "people.remove_passkey": EVERYBODY,
    "people.new_recovery": EVERYBODY,
    "people.confirm_factor": EVERYBODY,
    "questionnaires": HR,
    "reports": BY_ROSTER,
    "reports.index": EVERYBODY,
    "reports.mark": WITH_REPORT,
    "reports.marks.save": WITH_REPORT,
    "reports.plan": WITH_REPORT,
    "reports.choose": WITH_REPORT,
    "reports.own_talk": WITH_REPORT,
    "reports.own": EVERYBODY,
    "reports.talk": {"reader"},
    "reports.download_talk": {"reader"},
    "reports.talks": {"reader"},
    "reports.download_talks": {"reader"},
    "reports.drop_plan": WITH_REPORT,
    "reports.going": WITH_REPORT,
    "reports.team": {"reader"},
    "reports.download_team": {"reader"},
    "reports.of_cycle": HR,
    "reports.take_results": HR,
    "reports.numbers": HR,
    "reports.download_of_cycle": HR,
    "reports.take": {"reader"},
    "reports.bundle": {"reader"},
    "reports.fetch_volume": {"reader"},
    "reports.cancel_bundle": {"reader"},
}
PUBLIC = {
    "static",
    "ballots.promise",
    "people.sign_in",
    "people.second_step",
    "people.first_factor",
    "people.sign_in_with",
    "people.back_from",
    "people.set_password",
    "people.forgot",
    "desk.health",
    "desk.ready",
    "desk.company.style",
    "desk.company.logo",
    "operations.metrics",
}

BUTTONS_ONLY = {
    "unit_questions.take_off",
    "unit_questions.confirm",  # any word will do; unit_questions/test_asking.py
    "heard.mark",  # what is marked is hidden in the button; heard/test_pages.py
    "desk.company.shorten",
    "home.judge",
    "home.send_mail_again",
    "home.take_mail_off",
    "home.own_data.erase",  # any tick is a tick; test_own_data.py
    "home.erase_of_leaver",  # nobody here has left; test_own_data.py
    "lifecycle.abandon",
    "lifecycle.backup.go_on",  # any word will do
    "lifecycle.close",
    "lifecycle.confirm",
    "lifecycle.delete",
    "lifecycle.open_",
    "lifecycle.publish",
    "lifecycle.remind",
    "lifecycle.pairs.restore",
    "lifecycle.requests.refuse",  # any word will do
    "enps.projects.move",  # its state is hidden in the button; test_projects.py
    "people.agree_to_address",
    "people.deactivate",
    "people.end_session",
    "people.end_other_sessions",
    "people.reactivate",
    "people.send_first_links",
    "people.send_password_link",
    "people.set_password",  # its link is not known here; test_sign_in.py
    "people.sign_out",
    "people.second_step",  # nobody gave a password here; test_second_factor.py
    "people.first_factor",  # the same
    "people.confirm_factor",  # shown where nobody looks by address; test_second_factor.py
    "people.new_recovery",
    "people.remove_codes",
    "people.remove_passkey",
    "people.reset_factor",
    "people.undo_import",
    "people.forget_undo",
    "questionnaires.copy",
    "reports.cancel_bundle",
    "reports.drop_plan",
    "reports.going",
    "reports.report_comment",
    "reports.take",
    "ballots.check",
    "ballots.rather_not",  # its wish stands in the button; test_other_pages.py
    "home.not_rated.wish",  # the same; test_not_rated.py
    "ballots.saving.save",  # takes JSON; test_save_endpoint.py
    "reports.marks.save",  # takes JSON; test_marks.py
}
FIELD = re.compile(r"<(?:input|select|textarea)\b[^>]*>")
NONSENSE = "\x00<b>\u202e99999999999999999999"
SHAPELESS = {
    "unit_questions.ask": {"text": NONSENSE, "kind": NONSENSE},  # its only asker leads people
    "lifecycle.reminders.plan": {"last_call_subject": "x" * 121},
    "desk.company.reminder_texts": {"last_call_subject": "x" * 121},
    "people.check_import": {"ticket": NONSENSE, "outcome": NONSENSE, "answer.scope": NONSENSE},
    "people.forget_import": {"ticket": NONSENSE},
    "people.set_up_codes": {"token": NONSENSE, "code": NONSENSE},
    "people.set_up_passkey": {"made": NONSENSE, "name": NONSENSE},
    "ballots.choose_view": {"view": NONSENSE},
    "ballots.colleagues": {"a99": "on"},  # any tick is a tick; nobody stands at that place
    "enps.projects.note": {"text": ""},  # any words are a note
    "enps.projects.new": {"title": NONSENSE},  # no figure is released that could be chosen
    "ballots.services": {"was": NONSENSE},  # whoever runs the only one is asked nothing
    "ballots.comments": {"keep1": "x" * 1001},
    "reports.mark": {"brilliant_1": NONSENSE},  # any tick is a tick
}
SOME_FORM = ("/password/change", "/sign-in")
LEFT_OUT = {"failing_step", "heartbeat", "process_seen", "sign_in_attempts", "sign_in_seen"}


@dataclass
class Stage:
    """A published cycle, a draft, and one signed-in browser per role."""

    browsers: dict[str, Browser]
    values: dict[str, object]


def everything(review):
    for colleague in review.colleagues:
        yield from (Rating(colleague.person_id, s, 4) for s in range(1, 15))
        yield Comment(colleague.person_id, "keep", "Please go on.")


@pytest.fixture
def stage(app):
    team = make_team(8)
    hanna = make_person(name="Hanna HR", is_hr=True)  # of HR before the review opens
    service_id = name_service("IT support", team[1], *team[3:5]).id
    department_id = ask_department(team[0], confirmed_by=hanna)
    cycle_id = open_cycle(team)
    for person in team:
        answer(person, everything)
    close(cycle_id)
    publish(cycle_id)
    ask_department(team[0])
    make_cycle(team)
    reader, subject = team[0], team[1]
    people = {
        "employee": team[2],
        "subject": subject,
        "reader": reader,
        "hr": hanna,
        "board": make_person(name="Bea Board", is_board=True),
    }
    with transaction():
        choose(LeaderChoice((people["board"].email,), frozenset({0})), by=None)
    comment = select(ReleasedComment.id).where(ReleasedComment.subject_id == subject.id)
    request_id = asked_for(Act.TAKE_BACK, subject)
    bundle_id = bundling.ask(db.session.get_one(Cycle, cycle_id), reader_id=reader.id).id
    db.session.commit()
    values: dict[str, object] = {
        "cycle_id": cycle_id,
        "kind": "csv",
        "subject_id": subject.id,
        "person_id": subject.id,
        "bundle_id": bundle_id,
        "service_id": service_id,
        "department_id": department_id,
        "unit": department_id,
        "project_id": project_of(team[2]).id,
        "request_id": request_id,
        "volume": 1,
        "key": "0" * 64,
        "passkey_id": 1,
        "manager_id": reader.id,
        "statement": 3,
        "comment_id": db.session.scalars(comment).first(),
        "judgement": "withhold",
        "questionnaire_id": db.session.scalars(select(Questionnaire.id)).first(),
        "number": 1,
        "name": "statements",
        "mail_number": "0" * 32,
        "token": "x",
    }
    return Stage({role: Browser(app, person) for role, person in people.items()}, values)


def project_of(owner):
    plan = PlannedProject(
        "Notes by noon", "Late.", "By noon.", owner.email, date(2030, 1, 31), "score", "eNPS"
    )
    with transaction():
        return keep_project(plan, by=owner.id)


def asked_for(act, person):
    """The number of an open request about `person`."""
    two_person_requests.ask(act, person.id, by=None)
    found = two_person_requests.find(act, person.id)
    assert found
    return found.id


def allowed(rule: Rule) -> set[str]:
    return MAY.get(rule.endpoint) or MAY[rule.endpoint.partition(".")[0]]


def address_of(app, rule, values):
    with app.test_request_context():
        return app.url_for(rule.endpoint, **{name: values[name] for name in rule.arguments})


def guarded_rules(app):
    return [rule for rule in app.url_map.iter_rules() if rule.endpoint not in PUBLIC]


def test_what_a_role_may_not_open_is_refused_and_what_it_may_opens(app, stage):
    wrong = []
    for rule in guarded_rules(app):
        if "GET" not in (rule.methods or set()):
            continue
        address = address_of(app, rule, stage.values)
        for role, browser in stage.browsers.items():
            status = browser.get(address).status_code
            if (status == 403) is (role in allowed(rule)) or status >= 500:
                wrong.append((role, address, status))

    assert wrong == []


def test_what_a_role_may_not_send_is_refused(app, stage):
    wrong = []
    for rule in guarded_rules(app):
        if "POST" not in (rule.methods or set()):
            continue
        address = address_of(app, rule, stage.values)
        for role in stage.browsers.keys() - allowed(rule):
            status = stage.browsers[role].post(address, page="/password/change").status_code
            if status != 403:
                wrong.append((role, address, status))

    assert wrong == []


def test_a_stranger_may_send_nothing(app, client, stage):
    for rule in guarded_rules(app):
        if "POST" in (rule.methods or set()):
            address = address_of(app, rule, stage.values)
            response = client.post(address, page="/sign-in")
            assert (response.status_code, "/sign-in" in response.location) == (302, True), address


def test_nothing_is_taken_without_a_token_from_our_own_page(app, stage):
    hr = stage.browsers["hr"]
    for rule in app.url_map.iter_rules():
        if "POST" in (rule.methods or set()):
            address = address_of(app, rule, stage.values)
            assert hr.open(address, method="POST", data={}).status_code == 400, address


def everything_kept():
    db.session.rollback()
    tables = [table for table in Base.metadata.sorted_tables if table.name not in LEFT_OUT]
    return {table.name: db.session.execute(select(table)).all() for table in tables}


def fields_of(page):
    """What can be typed or chosen on a page, each name once."""
    found = [tag for tag in FIELD.findall(page) if 'type="hidden"' not in tag]
    return {name for tag in found for name in re.findall(r'\bname="([^"]+)"', tag)}


def forms_with_fields(app):
    rules = [rule for rule in app.url_map.iter_rules() if "POST" in (rule.methods or set())]
    return [rule for rule in rules if rule.endpoint not in BUTTONS_ONLY]


def test_nonsense_in_any_form_is_answered_kindly_and_changes_nothing(app, stage):
    draft = db.session.scalars(select(Cycle).order_by(Cycle.id.desc()).limit(1)).one()
    everybody = db.session.scalars(select(Person).order_by(Person.id)).all()
    stage.values["questionnaire_id"] = draft.questionnaire_id
    cycle_of = {"lifecycle.extend": open_cycle(everybody)}
    of_draft = ("lifecycle.edit", "lifecycle.pairs.change", "lifecycle.reminders.plan")
    cycle_of |= dict.fromkeys(of_draft, draft.id)
    browsers = stage.browsers | {"stranger": Browser(app)}
    before = everything_kept()

    for rule in forms_with_fields(app):
        values = stage.values | {"cycle_id": cycle_of.get(rule.endpoint, stage.values["cycle_id"])}
        address = address_of(app, rule, values)
        known = allowed(rule) & {"hr", "subject"} or allowed(rule)
        role = "stranger" if rule.endpoint in PUBLIC else max(known)
        browser = browsers[role]
        fields = SHAPELESS.get(rule.endpoint) or dict.fromkeys(
            fields_of(browser.get(address).get_data(as_text=True)), NONSENSE
        )
        assert fields, f"{address} shows no field: name it in BUTTONS_ONLY or SHAPELESS"
        answered = browser.post(address, fields, page=SOME_FORM[role == "stranger"])
        assert answered.status_code in {200, 302, 400, 401, 409, 422}, address

    assert everything_kept() == before


@pytest.mark.parametrize("state", ["open", "closed"])
def test_nobody_reads_a_report_before_it_is_published(app, state):
    team = make_team(8)
    cycle_id = open_cycle(team)
    for person in team:
        answer(person, everything)
    if state == "closed":
        close(cycle_id)

    for person in (*team[:2], make_person(is_hr=True)):
        response = Browser(app, person).get(f"/reports/{cycle_id}/{team[1].id}")
        assert response.status_code in (403, 404)

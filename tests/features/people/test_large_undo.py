"""A large import is taken back by a job, in parts, and as an undo in one act would do it."""

import pytest
from sqlalchemy import select

from app.domain.errors import ReviewError
from app.infra import audit, clock
from app.infra.db import db, transaction
from app.internal_services.services import NamedService, keep_service
from app.lifecycle.plan import obstacles
from app.people import services
from app.people.imports import acts, background, taking_back, undo_writing, working
from app.people.imports.undo_parts import UndoKind
from app.people.large_import import ImportStage
from app.people.models import Department, Person
from tests.browsing import Browser
from tests.features.people.importing import take_over
from tests.features.people.large_lists import under_way
from tests.features.people.undone_lists import (
    ADDED,
    AFTER,
    PEOPLE,
    everything,
    import_the_list,
    is_over,
    kill_in,
    mails,
    person,
    press,
    undone_at_once,
    undos_in_the_log,
)

pytestmark = pytest.mark.usefixtures("large_lists")

COUNTS = {"added": 6, "changed": 7, "deactivated": 1}
WRITING = 12
"""An act in the middle of the writing."""


@pytest.fixture
def before(app, large_lists):
    """How everybody was before the list that is taken back."""
    return import_the_list()


@pytest.fixture
def hr(app, before):
    return Browser(app, person("hanna"))


def get_in(name):
    person(name).password_hash = "x"


def make_owner(name):
    """Let a row of another table name this person."""
    keep_service(NamedService(name=f"Of {name}", hint="", owner=f"{name}@x.example"), by=None)


def between(monkeypatch, stage, act):
    """Let somebody do `act` right before the work on this stage begins."""
    real = background.claim

    def claim(maker, *, others_are_gone):
        found = real(maker, others_are_gone=others_are_gone)
        if found is stage:
            with transaction():
                act()
        return found

    monkeypatch.setattr(background, "claim", claim)


def test_the_whole_way_on_the_page(hr, before):
    assert press(hr).location == "/people/import"
    page = hr.get("/people/import").text
    assert f"The import of {clock.now():%-d %B %Y} is going to be taken back" in page
    assert "Nothing has been changed yet." in page

    working.go_on()

    assert "The last import" not in hr.get("/people/import").text
    people, departments = everything()
    assert [one.email for one in people] == [one.email for one in before[0]]
    assert departments == before[1]
    assert undos_in_the_log() == [COUNTS]
    assert is_over()


def test_everybody_is_as_an_undo_in_one_act_leaves_them(hr):
    rows, told = undone_at_once()
    press(hr)

    working.go_on()

    assert everything() == rows
    assert mails() == told
    assert len({to for to, _subject, _text in told} & {"ada@y.example", "hanna@x.example"}) == 2


def test_between_its_acts_nobody_has_an_address_that_makes_way(hr, monkeypatch):
    real = undo_writing.write
    found: list[str] = []
    lacking: list[int] = []

    def looking(part):
        left = real(part)
        rows = db.session.execute(select(Person.email, Person.number)).all()
        found.extend(email for email, _number in rows if email.endswith(".invalid"))
        lacking.append(sum(number is None for _email, number in rows))
        return left

    monkeypatch.setattr(undo_writing, "write", looking)
    press(hr)

    working.go_on()

    assert found == []
    assert max(lacking) == 1, "of the three whose numbers go in a circle, in parts of two"


def test_a_second_press_does_nothing_twice(hr):
    press(hr)
    name = under_way().file_name

    assert hr.post("/people/import/undo", {}, page="/people").location == "/people/import"

    assert under_way().file_name == name
    working.go_on()
    refused = hr.post("/people/import/undo", {}, page="/people")
    assert "There is no import that could be taken back." in refused.text
    assert undos_in_the_log() == [COUNTS]


def test_until_it_begins_it_can_be_cancelled(hr):
    press(hr)
    rows = everything()

    page = hr.get("/people/import").text
    ticket = page.split('name="ticket"')[1].split('value="')[1].split('"')[0]
    hr.post("/people/import/undo/forget", {"ticket": ticket}, page="/people/import")

    working.go_on()
    assert under_way() is None
    assert everything() == rows
    assert "Take the import back" in hr.get("/people/import").text


def test_while_it_is_written_the_page_says_how_far_it_is(hr, monkeypatch):
    press(hr)
    kill_in(WRITING, monkeypatch, working.go_on)

    page = hr.get("/people/import").text

    assert under_way().stage is ImportStage.UNDO_WRITING
    assert f"The import of {clock.now():%-d %B %Y} is being taken back" in page
    assert f"As before: {under_way().done} of {PEOPLE} people" in page
    assert "Hanna Hill asked for this." in page
    assert "Cancel" not in page


def test_while_it_is_written_nobody_else_changes_the_directory(hr, monkeypatch):
    press(hr)
    kill_in(WRITING, monkeypatch, working.go_on)

    for act in (services.lock_directory, lambda: services.make_hr(person("dan"), by=None)):
        with pytest.raises(ReviewError, match="list is being taken back"), transaction():
            act()
    with pytest.raises(ReviewError, match="is being taken back"):
        background.refuse_second()
    with pytest.raises(ReviewError, match="goes on to its end"), transaction():
        background.cancel(under_way().file_name)
    (obstacle,) = obstacles.of_directory()
    assert "A people list is being taken back; the cycle can open" in obstacle.sentence


def test_it_is_refused_whole_where_somebody_got_in_already(hr):
    get_in("kim")
    db.session.commit()
    rows = everything()
    press(hr)

    working.go_on()

    assert everything() == rows
    page = hr.get("/people/import").text
    assert "The import was not taken back" in page
    assert "Kim Ash, who came with it, can sign in or takes part in a review already" in page
    assert undos_in_the_log() == []
    with transaction():
        services.lock_directory()


def test_a_password_that_is_set_during_the_look_lets_it_be_refused_whole(hr, monkeypatch):
    real = acts.put_aside

    def put_aside(maker, parts):
        real(maker, parts)
        with transaction():
            get_in("kim")

    monkeypatch.setattr(acts, "put_aside", put_aside)
    between(monkeypatch, ImportStage.UNDO_HELD, lambda: pytest.fail("they were deactivated"))
    press(hr)

    working.go_on()

    assert under_way().stage is ImportStage.UNDO_REFUSED
    assert "Kim Ash" in under_way().refusal
    assert all(person(name).is_active for name in ADDED)
    assert undos_in_the_log() == []


def test_who_is_named_elsewhere_during_the_look_lets_it_be_refused_whole(hr, monkeypatch):
    rows = everything()
    between(monkeypatch, ImportStage.UNDO_HELD, lambda: make_owner("kim"))
    press(hr)

    working.go_on()

    assert under_way().stage is ImportStage.UNDO_REFUSED
    assert everything() == rows
    assert undos_in_the_log() == []


def test_who_is_named_at_the_last_moment_stays_deactivated_and_that_is_told(hr, monkeypatch):
    between(monkeypatch, ImportStage.UNDO_WRITING, lambda: make_owner("ivy"))
    press(hr)

    working.go_on()

    assert {name for name in ADDED if person(name)} == {"ivy"}
    assert not person("ivy").is_active
    assert undos_in_the_log() == [COUNTS | {"added": 5}]
    left = db.session.scalars(select(audit.AuditEntry).filter_by(tag="people:import_left")).one()
    assert left.details == {"people": 1}
    assert is_over()
    assert "left 1 person who came with that people file deactivated" in hr.get("/audit").text


def test_after_another_import_the_one_that_was_asked_for_is_not_taken_back(hr, monkeypatch):
    press(hr)
    more = AFTER + b"\n16,Ola Ash,ola@x.example,Engineer,Works,,2020-01-01,"
    take_over(more, today=clock.now().date())

    working.go_on()

    assert person("ola").is_active
    assert "Another people list was imported since" in under_way().refusal


def test_after_a_refusal_the_next_list_can_be_imported(hr):
    get_in("kim")
    db.session.commit()
    press(hr)
    working.go_on()

    with transaction():
        background.ask("f" * 32, by=person("hanna").id)

    assert under_way().stage is ImportStage.READING


def test_whose_work_stops_again_and_again_is_given_up(hr, monkeypatch):
    press(hr)
    for attempt in range(background.LAST_ATTEMPT):
        kill_in(1 if attempt == 0 else 0, monkeypatch, working.go_on)

    working.go_on()

    assert "stopped three times before anything was changed" in hr.get("/people/import").text
    assert under_way().stage is ImportStage.UNDO_REFUSED
    with transaction():
        services.lock_directory()


def test_removing_takes_as_many_acts_as_it_needs(hr, monkeypatch):
    monkeypatch.setattr(undo_writing, "is_sqlite", lambda: False)
    monkeypatch.setattr(undo_writing, "AT_A_TIME", 1)
    monkeypatch.setattr(undo_writing, "ENOUGH", 0)
    written = []
    real = undo_writing.write

    def write(part):
        left = real(part)
        written.append((part.kind, len(part.rows), len(left)))
        return left

    monkeypatch.setattr(undo_writing, "write", write)
    press(hr)

    working.go_on()

    removed = [one[1:] for one in written if one[0] is UndoKind.REMOVED]
    assert removed == [(2, 1), (1, 0)] * 3
    assert undos_in_the_log() == [COUNTS]
    assert not any(person(name) for name in ADDED)


def test_a_department_that_something_names_stays(hr):
    with transaction():
        unit = db.session.scalars(select(Department).filter_by(name="Deep")).one()
        named = NamedService("Of Deep", "", "dan@x.example", department_ids=(unit.id,))
        keep_service(named, by=None)
    press(hr)

    working.go_on()

    names = set(db.session.scalars(select(Department.name)))
    assert {"Fresh", "Deep"} <= names
    assert is_over()


def test_taking_back_now_says_what_it_did(before):
    counted: list[int] = []

    done = taking_back.take_back_now(progress=counted.append)

    assert done.told == (
        "The import is taken back: 6 removed, 7 as they were before, 1 active again."
    )
    assert sum(counted) == PEOPLE

"""Whatever fails, HR reads it on the desk within a minute, in a sentence that says what to do."""

from dataclasses import replace
from datetime import timedelta
from html import unescape

import pytest

from app.ballots.models import SealedBallot
from app.cycles.models import Cycle
from app.desk import of_machines
from app.domain.ballot.document import EnpsScoreChange
from app.domain.cycle import CycleState
from app.infra import audit, clock, failing_steps, heartbeats, migrations, readiness
from app.infra.db import db, transaction
from app.infra.heartbeats import Sign
from app.infra.keys import ROUNDS, key_folder
from app.infra.mail import MailState, OutboxMail
from app.infra.mail_sending import MailSender
from app.lifecycle import due
from tests.browsing import Browser
from tests.factories import keep, make_company, make_cycle, make_person
from tests.whole_cycles import answer, make_team, open_cycle

MINUTE = timedelta(minutes=1)


def late(planned):
    """When what was `planned` for then is late: a worker takes it up at the next whole minute."""
    return planned.replace(second=0, microsecond=0) + MINUTE + due.LATE


@pytest.fixture
def worker(app):
    """The worker said that it is there, and did what was due."""
    with transaction():
        heartbeats.beat(Sign.WORKER, next_within=heartbeats.SILENT_AFTER)
    due.do_all()


def desk_of(hr):
    return unescape(hr.get("/desk").get_data(as_text=True))


def overdue(client):
    return client.get("/health").get_json()["overdue"]


def saved(score):
    return lambda _review: [EnpsScoreChange(score)]


class TestWhereAllIsWell:
    def test_machines_hear_that_nothing_is_overdue(self, worker, client):
        found = client.get("/health")

        assert found.status_code == 200
        assert found.get_json() == {"ok": True, "database": "ok", "overdue": []}

    def test_the_desk_says_that_nothing_waits(self, worker, hanna):
        today = clock.now().date()
        make_cycle(state=CycleState.PUBLISHED, opened_on=today, published_on=today)
        hanna.person.password_hash = "set"
        make_person(manager_id=hanna.person.id, password_hash="set")

        page = desk_of(hanna)

        assert "Nothing waits for you." in page
        assert "Nothing at the moment." in page

    def test_a_process_is_ready_on_an_up_to_date_database(self, client):
        found = client.get("/ready")

        assert (found.status_code, found.get_json()) == (200, {"ready": True, "faults": []})


class TestTheWorker:
    def test_that_never_ran_is_missed(self, hanna, client):
        assert "The worker does not run" in desk_of(hanna)
        assert client.get("/health").status_code == 503
        assert "worker" in overdue(client)

    def test_that_fell_silent_is_missed_within_a_minute(self, worker, hanna, at):
        with at(clock.now() + MINUTE):
            page = desk_of(hanna)

        assert "The worker has been silent since" in page
        assert "no cycle opens, closes or is counted by itself, and no mail leaves" in page
        assert "flask --app app jobs run" in page

    def test_that_hangs_in_a_task_is_missed(self, worker, hanna, client, at):
        with at(clock.now() + heartbeats.ROUND_LASTS + MINUTE):
            with transaction():
                heartbeats.beat(Sign.WORKER, next_within=heartbeats.SILENT_AFTER)

            page = desk_of(hanna)
            told = overdue(client)

        assert "The worker is there, but has not got through its tasks since" in page
        assert told == ["round"]


class TestWhatShouldHaveHappened:
    def test_a_cycle_that_did_not_close_is_overdue(self, worker, hanna, client, at):
        cycle = db.session.get_one(Cycle, open_cycle(make_team(8)))
        name = cycle.name

        with at(late(cycle.closes_at)):
            page = desk_of(hanna)
            told = overdue(client)

        assert f"{name} should have closed on" in page
        assert "everything that is sent still counts" in page
        assert "cycle:close" in told

    def test_hr_hears_of_a_late_close_within_a_minute(self, worker, hanna, client, at):
        cycle = db.session.get_one(Cycle, open_cycle(make_team(8)))
        on_the_minute = late(cycle.closes_at) - due.LATE
        with transaction():
            cycle.closes_at = on_the_minute

        with at(on_the_minute + due.LATE - timedelta(seconds=1)):
            assert "cycle:close" not in overdue(client)
        with at(on_the_minute + timedelta(seconds=59)):
            assert "cycle:close" in overdue(client)
            assert "should have closed on" in desk_of(hanna)

    def test_a_cycle_that_did_not_open_is_overdue(self, worker, hanna, client, at):
        cycle = make_cycle(make_company(8))
        name, opens_at = cycle.name, cycle.opens_at

        with at(late(opens_at)):
            page = desk_of(hanna)

            assert f"{name} should have opened on" in page
            assert "You can also open it by hand." in page
            assert "cycle:open" in overdue(client)

    def test_a_refused_opening_is_told_and_not_overdue(self, worker, hanna, client, at):
        cycle = make_cycle(make_company(5))
        name, opens_at = cycle.name, cycle.opens_at

        with at(late(opens_at)):
            due.do_all()

            assert f"{name} did not open at its time" in desk_of(hanna)
            assert "cycle:open" not in overdue(client)

    def test_a_step_that_fails_stands_there_until_it_succeeds(self, worker, hanna, monkeypatch, at):
        def broken():
            raise RuntimeError("of which HR need not know")

        broken.__name__ = "close_what_is_due"
        with monkeypatch.context() as patched:
            patched.setattr(due, "close_what_is_due", broken)
            due.do_all()
            page = desk_of(hanna)
        with at(clock.now() + timedelta(seconds=1)):
            due.do_all()

        assert "Closing cycles at their time has failed since" in page
        assert "It is tried again every minute." in page
        assert "need not know" not in page
        assert "has failed since" not in desk_of(hanna)

    def test_every_step_of_the_worker_has_its_words(self):
        unnamed = {step.__name__ for step in due.all_steps()} - set(of_machines.STEPS)

        assert unnamed == set()

    def test_a_counted_cycle_waits_to_be_published(self, worker, hanna):
        today = clock.now().date()
        cycle = make_cycle(
            make_team(8), state=CycleState.CLOSED, closed_on=today, forgotten_on=today
        )

        page = desk_of(hanna)

        assert f"{cycle.name} is counted and not published" in page
        assert f"/cycles/{cycle.id}/publish" in page


class TestAnOlderDatabase:
    @pytest.fixture
    def people(self, app):
        return make_team(8)

    @pytest.fixture
    def cycle_id(self, people, worker):
        """Everybody has sent, a backup was made, one saved again, and it was brought back."""
        cycle_id = open_cycle(people)
        for person in people:
            answer(person, saved(9))
        boxes = {box.locator: bytes(box.sealed) for box in db.session.query(SealedBallot)}
        answer(people[3], saved(0))
        with transaction():
            for box in db.session.query(SealedBallot):
                box.sealed = boxes[box.locator]
            heartbeats.count_on_from(Sign.ROUND, 0)
        return cycle_id

    def test_is_noticed_by_the_worker_within_a_minute(self, cycle_id, hanna, client):
        key_folder().write_note("7", name=ROUNDS)

        due.do_all()

        page = desk_of(hanna)
        assert (
            "An older backup of the database was brought back: whoever saved something in" in page
        )
        assert "/cycles/backup/go-on" in page
        assert "restore" in overdue(client)

    def test_is_seen_by_hr_as_soon_as_a_rater_reads_that_hr_sees_it(
        self, app, people, cycle_id, hanna
    ):
        reader = Browser(app, people[3])

        assert "HR sees this too" in reader.get("/").get_data(as_text=True)

        page = desk_of(hanna)
        assert "Somebody’s answers cannot be opened." in page
        assert people[3].name not in page
        due.do_all()
        assert "since then has lost it" in desk_of(hanna)

    def test_a_newer_backup_makes_it_go_away(self, people, cycle_id, hanna, at):
        key_folder().write_note("7", name=ROUNDS)
        due.do_all()
        saves = key_folder().saves(cycle_id).counts()
        key_folder().write_saves(cycle_id, dict.fromkeys(saves, 1))

        with at(clock.now() + timedelta(seconds=1)):
            due.do_all()

        assert failing_steps.all_failing() == []

    def test_one_of_hr_alone_goes_on_with_it_where_there_is_no_other(
        self, app, people, cycle_id, hanna
    ):
        key_folder().write_note("7", name=ROUNDS)
        due.do_all()

        done = hanna.post("/cycles/backup/go-on", follow_redirects=True)

        assert "People can go on with what is there." in done.get_data(as_text=True)
        assert "older backup of the database was brought back" not in desk_of(hanna)
        assert "HR sees this too" not in Browser(app, people[3]).get("/").text

    def test_where_hr_has_two_the_second_one_agrees(self, app, people, cycle_id, hanna):
        henry = Browser(app, make_person(name="Henry Hall", email="henry@example.com", is_hr=True))
        key_folder().write_note("7", name=ROUNDS)
        due.do_all()

        hanna.post("/cycles/backup/go-on", {"word": "The disk broke on Sunday."})

        asked = desk_of(henry)
        assert "Hanna Hill needs your word: to go on with the older backup" in asked
        assert "The disk broke on Sunday." in asked
        assert failing_steps.is_failing(failing_steps.ANSWERS)
        henry.post("/cycles/backup/go-on", {"word": "I saw it, too."})
        db.session.rollback()
        assert not failing_steps.is_failing(failing_steps.ANSWERS)
        (told,) = db.session.query(OutboxMail).filter_by(to="hanna@example.com").all()
        assert "Henry Hall agreed." in told.text
        assert "I saw it, too." in told.text

    def test_a_log_that_lost_entries_is_told_and_says_so_afterwards(self, worker, hanna):
        with transaction():
            audit.record("people:exported", people=3)
        audit.leave_witness()
        with transaction():
            db.session.delete(db.session.query(audit.AuditEntry).one())

        due.do_all()

        assert "The log of acts is not the one it was" in desk_of(hanna)
        hanna.post("/cycles/backup/go-on")
        assert "The log of acts is not the one it was" not in desk_of(hanna)
        assert (
            "at least 1 entry of this log that came after it are lost" in hanna.get("/audit").text
        )
        assert audit.verify() == 1

    def test_nothing_is_accepted_where_nothing_was_lost(self, worker, hanna):
        refused = hanna.post("/cycles/backup/go-on")

        assert refused.status_code == 409
        assert "Nothing was lost" in refused.get_data(as_text=True)


class TestTheRest:
    def test_a_lost_key_is_told_on_the_desk(self, worker, hanna, client):
        cycle_id = open_cycle(make_team(8))
        key_folder().destroy(cycle_id)

        page = desk_of(hanna)

        assert "The key file of this cycle is missing" in page
        assert "while the key folder can be brought back" in page
        assert "answers" in overdue(client)

    def test_a_backup_that_does_not_come_is_told_where_one_was_told_of(
        self, app, worker, hanna, client, at
    ):
        done = app.test_cli_runner().invoke(args=["backup", "done", "--next-within", "24"])
        assert done.exit_code == 0, done.output
        assert "backup" not in overdue(client)

        with at(clock.now() + timedelta(hours=25)):
            assert "The last backup that we were told of was made on" in desk_of(hanna)
            assert "backup" in overdue(client)

    def test_an_old_database_is_not_ready(self, client, monkeypatch):
        monkeypatch.setattr(migrations, "newest", lambda: "9999")

        found = client.get("/ready")

        assert found.status_code == 503
        assert found.get_json()["faults"] == [
            "The database is not up to date: flask --app app db upgrade"
        ]

    def test_a_database_that_does_not_answer_is_told_to_machines(self, client, monkeypatch):
        monkeypatch.setattr(readiness, "database_answers", lambda: False)

        assert client.get("/health").status_code == 503
        assert client.get("/ready").status_code == 503


class TestMailServerThatIsNotThere:
    @pytest.fixture
    def settings(self, settings):
        return replace(settings, smtp_url="smtp://127.0.0.1:1")

    def test_is_told_with_its_words_to_hr_and_machines(self, worker, hanna, client):
        keep(OutboxMail(to="a@example.com", subject="s", text="t", html=""))
        MailSender().send_waiting()

        page = desk_of(hanna)

        assert "The mail server has not answered since" in page
        assert "1 mail waits" in page
        assert "Connection refused" in page
        assert "mail" in overdue(client)


class TestWithoutMailServer:
    def test_mails_of_an_open_review_cannot_wait(self, worker, hanna, client):
        open_cycle(make_team(8))

        page = desk_of(hanna)

        assert "One thing cannot wait." in page
        assert "8 mails wait in the outbox, because there is no mail server" in page
        assert "nobody hears by e-mail that the review is open" in page
        assert "FULL_CIRCLE_SMTP_URL" in page
        assert "mail" in overdue(client)

    def test_without_an_open_review_they_can(self, worker, hanna, client):
        keep(OutboxMail(to="a@example.com", subject="s", text="t", html=""))

        page = desk_of(hanna)

        assert "cannot wait." not in page
        assert page.index("Can wait until tomorrow") < page.index("1 mail waits in the outbox")
        assert "mail" not in overdue(client)


class TestAMailThatReachedNobody:
    @pytest.fixture
    def settings(self, settings):
        return replace(settings, smtp_url="smtp://127.0.0.1:1")

    def test_is_told_to_hr_and_not_to_machines(self, worker, hanna, client):
        refused = {"state": MailState.REFUSED, "fault": "550 No such mailbox"}
        keep(OutboxMail(to="a@example.com", subject="s", text="t", html="", **refused))

        assert "1 mail reached nobody" in desk_of(hanna)
        assert overdue(client) == []

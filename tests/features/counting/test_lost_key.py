"""A key that is lost costs the answers of one cycle, and nothing more than that."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from app.assignments.models import Participation
from app.ballots.models import SealedBallot, StoredHalf
from app.cycles.models import Cycle
from app.domain.ballot.document import Rating
from app.domain.cycle import CycleState
from app.domain.errors import SealBrokenError, WrongStateError
from app.infra import clock
from app.infra.audit import AuditEntry
from app.infra.db import db, transaction
from app.infra.keys import key_folder
from app.infra.mail import OutboxMail
from app.lifecycle import due
from app.lifecycle.count.abandoning import abandon
from app.lifecycle.count.counting import count_and_forget
from app.lifecycle.count.forgetting import finish_forgetting
from app.results.models import CycleTotals
from tests.browsing import Browser
from tests.whole_cycles import answer, begin_closing, close, make_team, open_cycle, publish


def all_fours(review):
    return [
        Rating(colleague.person_id, s, 4) for colleague in review.colleagues for s in range(1, 15)
    ]


@pytest.fixture
def people(app, hanna):
    return [*make_team(8), hanna.person]


@pytest.fixture
def cycle_id(people):
    """An open cycle: five have sent, one has started, and the key file is gone."""
    cycle_id = open_cycle(people)
    for person in people[:5]:
        answer(person, all_fours)
    answer(people[5], all_fours, sends=False)
    key_folder().destroy(cycle_id)
    return cycle_id


@pytest.fixture
def alice(app, people):
    """One of those who are asked."""
    return Browser(app, people[6])


def cycle_of(cycle_id):
    db.session.rollback()
    return db.session.get_one(Cycle, cycle_id)


def rows(table):
    return db.session.scalar(select(func.count()).select_from(table))


def end(cycle_id):
    with transaction():
        abandon(db.session.get_one(Cycle, cycle_id), by=None)
    finish_forgetting(cycle_id)


class TestWhileItIsLost:
    def test_the_start_page_says_so_kindly(self, cycle_id, alice, settings):
        page = alice.get("/")

        assert page.status_code == 200
        assert "cannot be opened at the moment" in page.text
        assert "come back later" in page.text
        assert str(settings.keys) not in page.text

    @pytest.mark.parametrize("page", ["/review/", "/review/self", "/review/statements/1"])
    def test_pages_of_the_review_say_so_kindly(self, cycle_id, alice, settings, page):
        answer = alice.get(page)

        assert answer.status_code == 200
        assert "There is nothing you need to do" in answer.text
        assert str(settings.keys) not in answer.text

    def test_what_is_sent_is_said_to_be_not_saved(self, cycle_id, alice):
        answer = alice.post("/review/self", {"row-1": "3"})

        assert answer.status_code == 503
        assert "What you just sent was not saved." in answer.text

    @pytest.mark.parametrize(
        "page", ["/", "/desk", "/cycles", "/cycles/{id}", "/participation/{id}"]
    )
    def test_pages_of_hr_answer(self, cycle_id, hanna, page):
        assert hanna.get(page.format(id=cycle_id)).status_code == 200

    def test_hr_sees_what_is_lost_and_where_to_look(self, cycle_id, hanna, settings):
        page = hanna.get(f"/cycles/{cycle_id}").text

        assert "The key file of this cycle is missing" in page
        assert str(settings.keys) in page
        assert f"/cycles/{cycle_id}/abandon" in page

    def test_the_failed_count_is_shown_on_the_cycles_page(self, cycle_id, hanna):
        begin_closing(cycle_id)
        due.do_all()

        page = hanna.get(f"/cycles/{cycle_id}").text

        assert "The key file of this cycle is missing" in page
        assert f"/cycles/{cycle_id}/abandon" in page
        assert cycle_of(cycle_id).progress.startswith("The answers cannot be counted.")
        assert "The answers cannot be counted." in hanna.get("/desk").text

    def test_an_unreadable_key_folder_is_no_bug_page(self, cycle_id, alice, settings):
        folder = settings.keys
        folder.rename(folder.with_name("elsewhere"))
        folder.write_text("not a folder")

        assert alice.get("/").status_code == 200
        assert "cannot be opened at the moment" in alice.get("/review/").text


class TestEndingItWithoutResults:
    def test_leaves_a_closed_cycle_with_nothing_counted(self, cycle_id):
        end(cycle_id)

        cycle, totals = cycle_of(cycle_id), db.session.get_one(CycleTotals, cycle_id)
        assert cycle.state is CycleState.CLOSED
        assert cycle.is_abandoned
        assert cycle.forgotten_on is not None
        assert (totals.invited, totals.sent, totals.counted) == (9, 0, 0)
        assert rows(SealedBallot) == rows(StoredHalf) == 0
        assert db.session.scalars(select(AuditEntry).filter_by(tag="cycle:abandoned")).one()

    def test_makes_room_for_the_next_cycle(self, cycle_id, people):
        end(cycle_id)

        following = open_cycle([db.session.merge(person) for person in people])

        assert cycle_of(following).state is CycleState.OPEN

    def test_is_possible_after_the_close_as_well(self, cycle_id):
        begin_closing(cycle_id)
        with pytest.raises(SealBrokenError):
            count_and_forget(cycle_id)

        end(cycle_id)

        assert cycle_of(cycle_id).state is CycleState.CLOSED

    def test_is_refused_while_the_answers_can_be_read(self, people, hanna):
        cycle_id = open_cycle(people)

        with pytest.raises(WrongStateError, match="can be read"):
            end(cycle_id)
        assert hanna.get(f"/cycles/{cycle_id}/abandon").status_code == 409
        assert "abandon" not in hanna.get(f"/cycles/{cycle_id}").text
        assert cycle_of(cycle_id).state is CycleState.OPEN

    def test_is_possible_when_a_ballot_is_lost(self, people):
        cycle_id = open_cycle(people)
        answer(people[0], all_fours)
        begin_closing(cycle_id)
        with transaction():
            db.session.delete(db.session.scalars(select(SealedBallot)).one())
        with pytest.raises(SealBrokenError, match="do not fit together"):
            count_and_forget(cycle_id)

        end(cycle_id)

        assert cycle_of(cycle_id).is_abandoned
        assert not key_folder().has(cycle_id)

    def test_an_unexpected_fault_of_a_count_is_no_reason_for_it(self, people, hanna, monkeypatch):
        cycle_id = open_cycle(people)
        begin_closing(cycle_id)
        monkeypatch.setattr("app.lifecycle.count.counting.released_from", lambda *_: 1 / 0)
        due.do_all()

        page = hanna.get(f"/cycles/{cycle_id}").text

        assert "The count stopped, and nothing was changed." in page
        assert "abandon" not in page

    def test_can_be_published_and_nobody_is_promised_a_report(self, cycle_id, hanna, alice):
        end(cycle_id)
        before = rows(OutboxMail)

        hanna.post(f"/cycles/{cycle_id}/publish")

        assert cycle_of(cycle_id).state is CycleState.PUBLISHED
        assert rows(OutboxMail) == before
        for page in ("/", "/reports", f"/company/{cycle_id}", "/company", "/review/"):
            assert alice.get(page).status_code == 200, page
            assert hanna.get(page).status_code == 200, page

    def test_is_told_to_those_who_were_asked(self, cycle_id, alice, hanna):
        end(cycle_id)

        assert "ended without results" in alice.get("/review/").text
        assert "ended without results" in hanna.get(f"/cycles/{cycle_id}").text
        assert "ended without results" in hanna.get("/desk").text

    def test_its_names_are_forgotten_after_thirty_days_also_unpublished(self, cycle_id, at):
        end(cycle_id)
        with at(clock.now() + timedelta(days=31)):
            due.do_all()

        assert cycle_of(cycle_id).purged_on is not None
        assert rows(Participation) == 0


class TestByHand:
    def test_hr_ends_it_on_its_page(self, cycle_id, hanna):
        asked = hanna.get(f"/cycles/{cycle_id}/abandon").text
        hanna.post(f"/cycles/{cycle_id}/abandon")

        assert "This cannot be undone." in asked
        assert cycle_of(cycle_id).is_abandoned
        entry = db.session.scalars(select(AuditEntry).filter_by(tag="cycle:abandoned")).one()
        assert entry.actor_id == hanna.person.id

    def test_nobody_else_may(self, cycle_id, alice):
        assert alice.get(f"/cycles/{cycle_id}/abandon").status_code == 403

    @pytest.fixture
    def run(self, app):
        def invoke(*words, typed=None):
            db.session.rollback()
            return app.test_cli_runner().invoke(args=["cycle", *words], input=typed)

        return invoke

    def test_the_command_asks_first(self, cycle_id, run):
        name = cycle_of(cycle_id).name

        refused = run("abandon", name, typed="n\n")

        assert refused.exit_code == 1
        assert "cannot be undone" in refused.output
        assert cycle_of(cycle_id).state is CycleState.OPEN

    def test_the_command_ends_it(self, cycle_id, run):
        name = cycle_of(cycle_id).name

        result = run("abandon", name, "--yes")

        assert result.exit_code == 0, result.output
        assert cycle_of(cycle_id).is_abandoned

    def test_the_command_says_where_the_key_was_looked_for(self, cycle_id, run, settings):
        result = run("close", cycle_of(cycle_id).name)

        assert result.exit_code == 1
        assert str(settings.keys) in result.output


def test_a_cycle_that_was_counted_is_not_abandoned(people):
    cycle_id = open_cycle(people)
    close(cycle_id)
    publish(cycle_id)

    with pytest.raises(WrongStateError, match="only a running cycle"):
        end(cycle_id)

"""What raters are told about leaders, and what follows from it in the count."""

import pytest

from app.cycles.models import Cycle
from app.cycles.queries import hr_at_opening, leaders_at_opening
from app.domain.ballot.document import EnpsCommentChange, EnpsScoreChange
from app.domain.errors import SealBrokenError
from app.domain.release.policy import Hidden, ReleasePolicy
from app.heard.queries import comments_for
from app.infra.db import db, transaction
from app.leaders.queries import chosen_ids
from app.lifecycle.count.counting import count_and_forget
from app.service_results.queries import service_lines
from tests.browsing import Browser
from tests.factories import make_person
from tests.features.enps.test_company_page import text_of
from tests.features.heard.comments_of_a_quarter import HEARD, choose_leaders
from tests.services_in_the_house import name_service, used
from tests.whole_cycles import answer, begin_closing, close, make_team, open_cycle, publish


def says(review):
    yield from (EnpsScoreChange(8), EnpsCommentChange("More daylight."))
    for one in review.services:
        yield from used(one, 3, 4, 5, words="They are quick.")


def opened(team, policy=HEARD):
    name_service("IT support", *team[1:4])
    return open_cycle(team, policy_terms=policy.as_dict())


@pytest.fixture
def team(app):
    return make_team(26)


def test_raters_are_told_by_name_who_hears_what_they_write_about_services(app, team):
    hr = make_person(is_hr=True)
    choose_leaders(team[0])
    cycle_id = opened(team)
    choose_leaders(team[0], make_person(name="Late Leader", is_board=True))
    rater = Browser(app, team[9])

    page = text_of(rater.get("/review/promise"))
    assert "drawn by lot, to leaders whom HR has chosen" in page
    assert "is heard only by Mona Manager" in page
    assert "Late Leader" not in page
    assert "may be mailed to leaders" in text_of(rater.get("/review/services"))
    assert "may be mailed to leaders" in text_of(rater.get("/review/recommend"))
    assert leaders_at_opening(cycle_id) == {team[0].id}
    assert hr_at_opening(cycle_id) == {hr.id}


def test_where_the_plan_does_not_say_so_no_page_speaks_of_leaders(app, team):
    choose_leaders(team[0])
    cycle_id = opened(team, ReleasePolicy())
    rater = Browser(app, team[9])

    for page in ("promise", "services", "recommend"):
        assert "leaders whom HR" not in text_of(rater.get(f"/review/{page}"))
    assert leaders_at_opening(cycle_id) == frozenset()


def test_a_leader_of_the_opening_hears_services_and_is_no_blind_rater_of_them(team):
    choose_leaders(team[0])
    cycle_id = opened(team)
    for person in (team[0], *team[4:8]):  # four blind raters, and one who hears the comments
        answer(person, says)
    close(cycle_id)

    (line,) = service_lines(db.session.get_one(Cycle, cycle_id))
    assert isinstance(line.raters, Hidden)


def test_what_was_counted_is_heard_once_it_is_published(team):
    choose_leaders(team[0])
    cycle_id = opened(team)
    for person in team:
        answer(person, says)
    close(cycle_id)

    assert comments_for(team[0].id) == []
    publish(cycle_id)
    about = {one.about for one in comments_for(team[0].id)}
    assert about == {"Working here", "IT support"}


def test_a_leader_who_is_added_in_the_database_stops_the_count(team):
    choose_leaders(team[0])
    cycle_id = opened(team)
    statement = "INSERT INTO answer_reader VALUES (:cycle, :person, 'leader')"
    with transaction():
        db.session.execute(db.text(statement), {"cycle": cycle_id, "person": team[5].id})
    begin_closing(cycle_id)

    with pytest.raises(SealBrokenError, match="no longer what raters were promised"):
        count_and_forget(cycle_id)
    assert chosen_ids() == {team[0].id}

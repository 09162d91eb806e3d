"""Rating colleagues, one statement a page."""

import gzip
import re
from html.parser import HTMLParser

import pytest

from app.cycles.models import Cycle
from app.cycles.terms import terms_of
from app.domain.ballot.document import EARLIER
from app.domain.scale import LABELS
from app.infra.db import db, transaction
from tests.features.ballots.conftest import was_of

FILE = re.compile(r'(?:href|src)="(/static/[^"]+\.(?:css|js))"')


class Elements(HTMLParser):
    """Counts elements and remembers the fields of a page."""

    def __init__(self, html):
        super().__init__()
        self.tags, self.fields, self.addresses = [], [], []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        found = dict(attrs)
        self.tags.append(tag)
        self.fields.append((found.get("name"), found.get("value"), "checked" in found))
        self.addresses += [found[key] for key in ("href", "action") if found.get(key)]


def test_a_saved_page_comes_back_as_it_was_sent(rater, save, stored):
    save("statements/3", r1="4", r2="0", r24="5")

    page = Elements(rater.get("/review/statements/3").get_data(as_text=True))

    chosen = {(name, value) for name, value, is_checked in page.fields if is_checked}
    assert chosen == {("r1", "4"), ("r2", "0"), ("r24", "5")}
    assert stored().answered == 3


def test_saving_leads_to_the_next_page_back_to_the_one_before_and_stay_nowhere(rater):
    url = "/review/statements/3"

    assert rater.post(url, {"r1": "4", "go": "next"}).location == "/review/statements/4"
    assert rater.post(url, {"r1": "4", "go": "back"}).location == "/review/statements/2"
    assert rater.post(url, {"r1": "4", "go": "stay"}).location == url
    assert "Saved." in rater.get(url).get_data(as_text=True)


@pytest.fixture
def own_labels(cycle):
    """Another wording of the five answers than ours; it was there at the opening already."""
    labels = ["not at all", "a little", "partly", "mostly", "fully"]
    with transaction():
        db.session.get_one(Cycle, cycle.id).questionnaire.scale_labels = labels
    terms_of.cache_clear()
    yield labels
    terms_of.cache_clear()


@pytest.mark.parametrize("page", ["statements/1", "people/1", "self"])
def test_answers_carry_the_labels_of_the_questionnaire(rater, own_labels, page):
    html = rater.get(f"/review/{page}").get_data(as_text=True)

    for option, label in enumerate(own_labels, start=1):
        assert f"<span>{label}</span>" in html
        assert f"<span>{option}<i> {label}</i></span>" in html
    assert "almost never" not in html


def test_every_page_leads_to_the_next_from_the_list_to_the_check(rater):
    url, visited = "/review/colleagues", []
    while url != "/review/check":
        visited.append(url)
        url = rater.post(url, {"go": "next"}).location

    assert len(visited) == 18
    assert rater.get("/review/check").status_code == 200


def test_clear_takes_back_one_answer_and_saves_the_others(rater, save, stored):
    save("statements/1", r1="4", r2="3")

    response = rater.post("/review/statements/1", {"r1": "4", "r2": "3", "r3": "5", "clear": "1"})

    ballot, colleagues = stored().ballot, stored().colleagues
    assert response.location == "/review/statements/1#row-1"
    assert [ballot.rating(colleagues[place].person_id, 1) for place in (0, 1, 2)] == [None, 3, 5]


def test_a_page_left_open_elsewhere_does_not_undo_newer_answers(rater, save, stored):
    save("statements/1", r1="2", r2="2")
    shown = was_of(rater.get("/review/statements/1").get_data(as_text=True))
    save("statements/1", r1="5", r2="2")

    rater.post("/review/statements/1", {"was": shown, "r1": "2", "r2": "3", "go": "next"})

    review = stored()
    assert review.ballot.rating(review.colleagues[0].person_id, 1) == 5
    assert review.ballot.rating(review.colleagues[1].person_id, 1) == 3


def test_faulty_answers_come_back_with_a_sentence_and_everything_typed(rater, stored):
    response = rater.post("/review/statements/1", {"r1": "4", "r2": "9", "go": "next"})

    html = response.get_data(as_text=True)
    assert response.status_code == 422
    assert f"{stored().colleagues[1].name}: “9” is not an answer on this scale." in html
    assert ("r1", "4", True) in Elements(html).fields
    assert stored().answered == 0


def test_what_was_typed_on_a_faulty_page_is_saved_by_the_corrected_one(rater, stored):
    faulty = rater.post("/review/statements/1", {"was": "-" * 24, "r1": "4", "r2": "9"})
    shown = was_of(faulty.get_data(as_text=True))

    rater.post("/review/statements/1", {"was": shown, "r1": "4", "r2": "3"})

    assert stored().answered == 2


def test_an_unknown_colleague_is_refused(rater, stored):
    for field in ({"r25": "4"}, {"r0": "4"}, {"clear": "77"}, {"clear": "x"}):
        response = rater.post("/review/statements/1", {"r1": "4"} | field)

        assert response.status_code == 422
        assert "not on your list" in response.get_data(as_text=True)
    assert stored().answered == 0


def test_a_colleague_is_rated_by_five_labelled_answers_or_not_observed(rater):
    html = rater.get("/review/statements/1").get_data(as_text=True)

    options = re.findall(r'name="r1" value="(\d)"><span>(?:\d<i>)?([^<]+)', html)
    assert {value: label.strip() for value, label in options} == {
        str(value): label for value, label in LABELS.items()
    }


def test_there_are_fourteen_statements(rater):
    assert rater.get("/review/statements/14").status_code == 200
    assert rater.get("/review/statements/15").status_code == 404
    assert rater.get("/review/statements/0").status_code == 404


def test_colleagues_stand_in_the_same_order_on_every_page_team_by_team(rater, stored):
    names = [colleague.name for colleague in stored().colleagues]

    for number in (1, 14):
        html = rater.get(f"/review/statements/{number}").get_data(as_text=True)
        places = [html.index(f"<legend>{name}") for name in names]
        assert places == sorted(places)
    assert rater.person.name not in names


def test_no_persons_number_is_in_the_page(rater, cycle, company):
    for person in company:
        person.title = "Colleague"
    html = rater.get("/review/statements/1").get_data(as_text=True)

    page = Elements(html)
    positions = {name for name, _, _ in page.fields if name and name.startswith("r")}
    assert positions == {f"r{position}" for position in range(1, 25)}
    assert not [address for address in page.addresses if "person" in address]


def test_not_worked_with_shows_as_not_observed_without_becoming_a_rating(rater, save, stored):
    save("colleagues", a1="1")
    subject = stored().colleagues[0].person_id

    html = rater.get("/review/statements/1").get_data(as_text=True)
    save("statements/1", r1="0", r2="4")

    assert "did not work together" in html
    assert ("r1", "0", True) in Elements(html).fields
    assert stored().ballot.answers.get(subject) is None
    assert (stored().answered, stored().total) == (1, 23 * 14)


def test_a_rating_overrides_not_worked_with_and_the_tick_can_be_taken_back(rater, save, stored):
    save("colleagues", a1="1", a2="1")
    first, second = (colleague.person_id for colleague in stored().colleagues[:2])

    save("statements/1", r1="4", r2="0")
    save("colleagues", a1="1")

    ballot = stored().ballot
    assert ballot.rating(first, 1) == 4
    assert ballot.rating(first, 2) == 0
    assert ballot.rating(second, 1) is None


def test_answers_from_before_a_password_reset_are_marked_and_only_overwritten(rater, save, stored):
    save("statements/1", r1="2", r2="2")
    rater.person.credential_epoch += 1
    db.session.commit()

    html = rater.get("/review/statements/1").get_data(as_text=True)
    save("statements/1", r2="5")

    review = stored()
    assert html.count('<em class="before">answered earlier') == 2
    assert "so these answers are no longer shown here. They still count." in html
    assert not [field for field in Elements(html).fields if field[2]]
    assert review.ballot.rating(review.colleagues[0].person_id, 1) == EARLIER
    assert review.ballot.rating(review.colleagues[1].person_id, 1) == 5


def test_an_answer_from_before_a_password_reset_can_be_cleared(rater, save, stored):
    save("statements/1", r1="2", r2="2")
    rater.person.credential_epoch += 1
    db.session.commit()
    html = rater.get("/review/statements/1").get_data(as_text=True)
    assert 'name="clear" value="1"' in html

    rater.post("/review/statements/1", {"was": was_of(html), "clear": "1"})

    review = stored()
    subjects = [colleague.person_id for colleague in review.colleagues]
    assert [review.ballot.rating(subject, 1) for subject in subjects[:3]] == [None, EARLIER, None]


def test_a_hidden_tick_is_neither_shown_nor_lost(rater, save, stored):
    save("colleagues", a1="1")
    rater.person.credential_epoch += 1
    db.session.commit()

    html = rater.get("/review/colleagues").get_data(as_text=True)
    save("colleagues", a2="1")

    assert not [field for field in Elements(html).fields if field[2]]
    assert was_of(html) == "0" * 24
    assert stored().ballot.away == {colleague.person_id for colleague in stored().colleagues[:2]}


def test_nothing_is_saved_of_somebody_elses_ballot(app, rater, company, save, stored):
    save("statements/1", r1="4")

    other = type(rater)(app, company[10])
    html = other.get("/review/statements/1").get_data(as_text=True)

    assert not [field for field in Elements(html).fields if field[2]]


def test_a_page_of_24_colleagues_stays_small(rater, save):
    save("statements/1", **{f"r{position}": str(position % 6) for position in range(1, 25)})
    save("colleagues", a3="1")

    html = rater.get("/review/statements/1").get_data()
    files = FILE.findall(html.decode())
    weights = [len(gzip.compress(rater.get(address).get_data())) for address in files]

    assert len(Elements(html.decode()).tags) <= 900
    assert len(gzip.compress(html)) <= 5_000
    assert {file.rpartition("/")[2] for file in files} == {"app.css", "review.css", "review.js"}
    assert len(gzip.compress(html)) + sum(weights) <= 15_000

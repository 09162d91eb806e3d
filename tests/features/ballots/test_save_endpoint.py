"""Saving as you go: batches of cells as a script sends them."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import event

from app.assignments.models import Participation
from app.ballots.services import send
from app.domain import limits
from app.domain.ballot.saved_cells import MOST_BATCHES, MOST_CELLS
from app.domain.cycle import CycleState
from app.domain.release.policy import ReleasePolicy
from app.infra import clock
from app.infra.db import db, transaction
from app.infra.prepared_queries import Query
from tests.browsing import Browser
from tests.features.ballots.conftest import was_of
from tests.whole_cycles import review_for

URL = "/review/save"
NOT_A_LIST = "not a list of answers"
NOT_ON_THE_LIST = "belongs to nothing on your list"


MISFITS = [
    ([1, 1, 6], "1 to 5"),
    ([1, 1, -2], "1 to 5"),
    ([1, 1, "4"], "1 to 5"),
    ([1, 1, True], "1 to 5"),
    ([1, 1, 4.0], "1 to 5"),
    ([1, 15, 4], "no statement 15"),
    ([1, 0, 4], "no statement 0"),
    (["own", 1, 0], "1 to 5"),
    (["own", 15, 4], "no statement 15"),
    (["company", "score", 11], "0 to 10"),
    (["company", "score", False], "0 to 10"),
    (["company", "reasons", ["beer"]], "not one of those"),
    (["company", "reasons", ["a", "b", "c", "d"]], "up to 3"),
    (["company", "comment", "x" * (limits.COMMENT + 1), ""], "1,001 characters"),
    ([1, "keep", "x" * (limits.COMMENT + 1), ""], "1,001 characters"),
    ([1, "praise", "x", ""], "keep doing"),
    ([1, "keep", "x"], NOT_ON_THE_LIST),
    ([1, "keep", "x", 5], NOT_ON_THE_LIST),
    ([25, "keep", "x", ""], NOT_ON_THE_LIST),
    ([25, 1, 4], NOT_ON_THE_LIST),
    ([0, 1, 4], NOT_ON_THE_LIST),
    ([-1, 1, 4], NOT_ON_THE_LIST),
    ([True, 1, 4], NOT_ON_THE_LIST),
    (["1", 1, 4], NOT_ON_THE_LIST),
    ([1, True, 4], NOT_ON_THE_LIST),
    ([1, [], 4], NOT_ON_THE_LIST),
    ([{}, {}, {}], NOT_ON_THE_LIST),
    ([1, "away", "yes"], NOT_ON_THE_LIST),
    ([1, "away", 1], NOT_ON_THE_LIST),
    ([1, "keep", None], NOT_ON_THE_LIST),
    (["company", "reasons", [1]], NOT_ON_THE_LIST),
    (["company", "reasons", "pay"], NOT_ON_THE_LIST),
    (["company", 1, 4], NOT_ON_THE_LIST),
    (["own", "1", 4], NOT_ON_THE_LIST),
    ([1, 1], NOT_ON_THE_LIST),
    ([1, 1, 4, 4, 4], NOT_ON_THE_LIST),
    ("114", NOT_ON_THE_LIST),
    (None, NOT_ON_THE_LIST),
]
"""Cells that do not fit, and what is said about them."""


@pytest.fixture
def batch(rater, stored):
    """Send cells as the rater's page does; `over` replaces parts of the request."""
    owner = stored().owner
    token = rater.token_of("/review/statements/1")

    def post(*cells, owner=owner, device="k3", number=1, **over):
        headers = {"X-CSRFToken": token} | over.pop("headers", {})
        body = {"owner": owner, "device": device, "number": number, "cells": list(cells)}
        return rater.open(URL, method="POST", headers=headers, **({"json": body} | over))

    return post


def rating(review, position, statement):
    return review.ballot.rating(review.colleagues[position - 1].person_id, statement)


def test_a_batch_is_saved_cell_by_cell_and_answered_with_time_and_progress(
    app, batch, cycle, stored
):
    moment = cycle.opens_at + timedelta(minutes=5)
    with clock.travel(moment):
        answer = batch([1, 3, 4], [24, 3, 0], ["own", 2, 5])

    assert answer.status_code == 200
    assert answer.json["saved"] == 3
    zone = app.config["SETTINGS"].zone
    assert answer.json["at"] == moment.astimezone(zone).strftime("%H:%M")
    assert answer.json["marks"] == ["4", "0", "5"]
    assert (answer.json["progress"]["answered"], answer.json["progress"]["total"]) == (2, 336)
    assert answer.json["progress"]["shares"][2] == round(2 / 24, 3)
    assert (rating(stored(), 1, 3), rating(stored(), 24, 3)) == (4, 0)
    assert stored().ballot.own[1] == 5


def test_everything_that_a_page_asks_can_be_saved(batch, cycle, stored):
    answer = batch(
        [2, "away", True],
        [1, "keep", "  You listen.\u200b ", ""],
        [1, "try", "Ask \ud800earlier.", ""],
        ["company", "score", 8],
        ["company", "reasons", [cycle.reasons[1], cycle.reasons[0]]],
        ["company", "comment", "Good people.", ""],
    )

    review = stored()
    first, second = review.colleagues[0].person_id, review.colleagues[1].person_id
    assert answer.status_code == 200
    assert review.ballot.away == {second}
    assert review.ballot.comments == {first: {"keep": "You listen.", "try": "Ask earlier."}}
    assert review.ballot.enps_score == 8
    assert review.ballot.enps_reasons == [cycle.reasons[1], cycle.reasons[0]]
    assert review.ballot.enps_comment == "Good people."


def test_the_same_batch_twice_changes_nothing_more(batch, stored):
    cells = [[1, 1, 3], [2, 1, None], [1, "keep", "Go on.", ""], ["company", "score", 9]]

    first = batch(*cells)
    ballot = stored().ballot
    second = batch(*cells)

    assert (first.json["saved"], second.json["saved"]) == (4, 4)
    assert stored().ballot == ballot


def test_none_clears_an_answer_and_the_later_of_two_cells_wins(batch, stored):
    batch([1, 1, 3], [2, 1, 3])

    batch([1, 1, None], [2, 1, 4], [2, 1, 5])

    assert (rating(stored(), 1, 1), rating(stored(), 2, 1)) == (None, 5)


def test_two_devices_keep_each_others_answers(batch, app, rater, stored):
    page = Browser(app, rater.person)
    batch([1, 1, 3])
    page.post("/review/statements/1", {"was": "-" * 24, "r2": "4", "go": "stay"})
    batch([3, 1, 5])

    assert [rating(stored(), position, 1) for position in (1, 2, 3)] == [3, 4, 5]


def test_the_marks_are_what_the_page_would_remember(batch, rater, cycle):
    marks = batch([1, "keep", "Go on.", ""], [1, "try", "", ""]).json["marks"]
    reasons = [["company", "score", 4], ["company", "reasons", list(cycle.reasons[:2])]]
    direct = ["more", "direct", 3]
    answered = [reasons[0], direct, reasons[1], ["company", "comment", "So so.", ""]]
    more = batch(*answered).json["marks"]

    comments = was_of(rater.get("/review/comments").get_data(as_text=True))
    assert comments.split(".")[:2] == marks
    assert was_of(rater.get("/review/recommend").get_data(as_text=True)) == ".".join(more)


def test_a_save_shows_nobody_that_the_rater_has_begun(batch, rater, cycle):
    row = db.session.get_one(Participation, (cycle.id, rater.person.id))
    before = {name: value for name, value in vars(row).items() if not name.startswith("_")}

    batch([1, 1, 3])

    db.session.refresh(row)
    assert {name: value for name, value in vars(row).items() if name in before} == before


def test_a_sent_ballot_stays_sent_when_something_is_changed(batch, rater, stored):
    with transaction():
        send(review_for(rater.person))

    batch([1, 1, 3])

    assert stored().ballot.sent


def test_who_is_signed_out_is_told_so_and_not_led_away(app, client, batch):
    stranger = Browser(app)
    bare = stranger.open(URL, method="POST", json={"cells": []})
    with_token = client.open(
        URL, method="POST", json={}, headers={"X-CSRFToken": client.token_of("/sign-in")}
    )

    assert (bare.status_code, with_token.status_code) == (401, 401)
    assert bare.json == with_token.json == {"message": "Please sign in first."}


def test_without_the_token_nothing_is_saved_and_a_fresh_one_is_given(batch, stored):
    refused = batch([1, 1, 3], headers={"X-CSRFToken": ""})

    assert refused.status_code == 403
    assert refused.json["owner"] == stored().owner
    assert rating(stored(), 1, 1) is None
    again = batch([1, 1, 3], headers={"X-CSRFToken": refused.json["token"]})
    assert again.status_code == 200


def test_what_somebody_else_typed_on_this_device_is_not_taken(app, rater, company, stored):
    other = Browser(app, company[10])
    origin = {"device": "k3", "number": 1}
    theirs = {"owner": review_for(company[10]).owner, "cells": [[1, 1, 3]]} | origin

    refused = rater.post(URL, json=theirs, page="/review/statements/1")
    missing = rater.post(URL, json={"cells": [[1, 1, 3]]}, page="/review/statements/1")

    assert (refused.status_code, missing.status_code) == (403, 403)
    assert refused.json["owner"] == stored().owner != theirs["owner"]
    assert rating(stored(), 1, 1) is None
    assert other.post(URL, json=theirs, page="/review/statements/1").status_code == 200
    assert rating(stored(), 1, 1) is None


def test_the_owners_name_tells_nobody_who_it_is_and_stays(rater, stored, company):
    owner = stored().owner
    rater.person.session_epoch += 1
    db.session.commit()

    assert stored().owner == owner
    assert len({review_for(person).owner for person in company}) == len(company)
    assert str(rater.person.id) not in owner.split(".")


def test_after_the_close_nothing_is_saved_and_the_page_hears_what_counted(batch, cycle):
    with clock.travel(cycle.closes_at + timedelta(minutes=1)):
        unsent = batch([1, 1, 3])
    batch([1, 1, 3])
    with transaction():
        cycle.state = CycleState.CLOSING
    closed = batch([1, 1, 5])

    assert (unsent.status_code, closed.status_code) == (409, 409)
    assert "not sent before the close" in unsent.json["message"]
    assert (unsent.json["is_over"], closed.json["is_over"]) == (False, True)


def test_a_sent_ballot_is_said_to_count(batch, rater, cycle):
    with transaction():
        send(review_for(rater.person))
    with clock.travel(cycle.closes_at + timedelta(minutes=1)):
        late = batch([1, 1, 3])

    assert late.status_code == 409
    assert "sent before the close: it counts" in late.json["message"]


def test_every_cell_that_does_not_fit_is_named_and_nothing_is_saved(batch, stored):
    refused = batch([2, 1, 4], *(cell for cell, _ in MISFITS))

    assert refused.status_code == 422
    assert [place for place, _ in refused.json["faults"]] == list(range(1, len(MISFITS) + 1))
    for (cell, sentence), (_, said) in zip(MISFITS, refused.json["faults"], strict=True):
        assert sentence in said, cell
    assert stored().answered == 0


def test_nobody_can_write_about_whom_they_do_not_rate(batch, stored, company):
    for person in company:
        batch([person.id + 1000, 1, 1])
    batch(["own", 1, 4])

    subjects = {colleague.person_id for colleague in stored().colleagues}
    assert set(stored().ballot.answers) <= subjects


def test_what_is_no_list_of_a_sensible_length_is_refused(batch, stored):
    for cells in (None, "x", {"1": 2}, 5, [[1, 1, 4]] * (MOST_CELLS + 1)):
        origin = {"owner": stored().owner, "device": "k3", "number": 1}
        refused = batch(json=origin | {"cells": cells})

        assert refused.status_code == 422
        assert NOT_A_LIST in refused.json["message"]
    assert stored().answered == 0


@pytest.mark.parametrize(
    "origin",
    [
        {"device": ""},
        {"device": "k-3"},
        {"device": "k3\n"},
        {"device": "k34567890"},
        {"device": 3},
        {"device": None},
        {"number": 0},
        {"number": -1},
        {"number": 1.0},
        {"number": True},
        {"number": "1"},
        {"number": None},
        {"number": MOST_BATCHES + 1},
    ],
)
def test_a_batch_that_does_not_properly_say_where_it_comes_from_is_refused(batch, stored, origin):
    refused = batch([1, 1, 3], **origin)

    assert (refused.status_code, stored().answered) == (422, 0)
    assert NOT_A_LIST in refused.json["message"]


def test_a_batch_held_up_on_its_way_does_not_undo_the_one_that_overtook_it(batch, stored):
    batch([1, 1, 3], number=4)
    batch([1, 1, 5], [2, 1, 2], number=6)

    late = batch([1, 1, 3], [3, 1, 4], number=5)

    assert (late.status_code, late.json["seen"]) == (412, 6)
    assert "Newer answers from this device are already saved." in late.json["message"]
    assert [rating(stored(), position, 1) for position in (1, 2, 3)] == [5, 2, None]
    assert batch([1, 1, 4], [3, 1, 4], number=7).status_code == 200
    assert [rating(stored(), position, 1) for position in (1, 2, 3)] == [4, 2, 4]


def test_devices_count_for_themselves_and_tabs_may_share_a_number(batch, stored):
    batch([1, 1, 3], device="phone", number=40)

    assert batch([2, 1, 3], device="desk", number=1).status_code == 200
    assert batch([3, 1, 3], device="desk", number=1).status_code == 200
    assert stored().answered == 3
    assert batch([4, 1, 3], device="phone", number=39).status_code == 412


def test_a_batch_that_is_refused_leaves_no_number_behind(batch, stored):
    batch([1, 1, 9], number=8)

    assert batch([1, 1, 3], number=2).status_code == 200
    assert stored().ballot.seen == {"k3": 2}


def test_a_whole_page_is_saved_whatever_the_device_has_sent(batch, save, stored):
    batch([1, 1, 3], number=50)

    save("statements/1", r1="5")

    assert rating(stored(), 1, 1) == 5
    assert stored().ballot.seen == {"k3": 50}


def test_what_is_no_batch_at_all_is_refused(batch):
    for body in ("", "{", "[]", "null", '"x"', "[[1,1,4]]"):
        refused = batch(json=None, data=body, content_type="application/json")

        assert refused.status_code == 403, body


def test_a_giant_is_not_even_read(batch, stored):
    body = json.dumps({"owner": stored().owner, "cells": [[1, "keep", "x" * 1_100_000]]})

    assert batch(json=None, data=body, content_type="application/json").status_code == 413
    assert stored().answered == 0


def test_a_full_ballot_with_long_words_fits_into_one_batch(batch, stored):
    cells: list[list[object]] = [[p, s, 4] for p in range(1, 25) for s in range(1, 15)]
    cells += [
        [p, kind, "語" * limits.COMMENT, ""] for p in range(1, 25) for kind in ("keep", "try")
    ]

    assert batch(*cells).json["saved"] == 24 * 16
    assert stored().is_complete


@pytest.mark.parametrize("policy", [ReleasePolicy(shows_comments=False)])
def test_comments_are_refused_where_the_review_asks_for_none(batch, cycle, stored):
    refused = batch([1, 1, 4], [1, "keep", "Go on.", ""])

    assert (refused.status_code, stored().answered) == (422, 0)
    assert "asks for no comments" in refused.json["message"]


def test_a_save_asks_the_database_for_nothing_but_what_it_needs(batch, stored, monkeypatch):
    batch([1, 1, 3])
    asked = []

    def note(_connection, _cursor, statement, *_rest):
        asked.append(statement.split()[0])

    def ask(query, **values):
        asked.append("QUERY")
        return read(query, **values)

    read = Query.all
    monkeypatch.setattr(Query, "all", ask)
    event.listen(db.engine, "before_cursor_execute", note)
    batch([1, 1, 4])
    event.remove(db.engine, "before_cursor_execute", note)

    # Who asks, the open cycle with the subjects, the ballot; and the ballot's update.
    assert [one for one in asked if one != "BEGIN"] == ["QUERY"] * 3 + ["UPDATE"]

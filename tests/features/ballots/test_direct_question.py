"""The direct question below the 0-10 question: asked in small companies, saved like all answers."""

import pytest

from app.cycles.terms import terms_of
from app.domain import limits
from app.domain.ballot.document import EARLIER
from app.infra.db import db
from tests.browsing import read

DIRECT = "compared with three months ago"


def text_of(rater, page):
    return " ".join(read(rater.get(f"/review/{page}")).split()).lower()


def test_a_small_company_is_asked_directly_and_the_answer_is_kept(rater, save, stored):
    assert DIRECT in text_of(rater, "recommend")

    save("recommend", score="9", direct="3")

    assert stored().ballot.further == {"direct": 3}
    assert "<dd> more </dd>" not in text_of(rater, "recommend")
    rater.post("/review/check", {})
    assert "<dt>compared with three months ago</dt> <dd> more </dd>" in text_of(rater, "done")


def test_the_direct_answer_can_be_cleared_and_leaves_the_score(save, stored):
    save("recommend", score="9", direct="1")

    save("recommend", score="9", direct="1", clear="direct")

    assert (stored().ballot.enps_score, stored().ballot.further) == (9, {})


@pytest.mark.parametrize("answer", ["0", "4", "more"])
def test_a_direct_answer_that_is_none_is_refused_with_everything_typed(rater, stored, answer):
    response = rater.post("/review/recommend", {"score": "9", "direct": answer, "comment": "Kept."})

    assert response.status_code == 422
    assert "please choose 1 to 3" in response.get_data(as_text=True)
    assert stored().ballot.further == {}


def test_a_company_of_a_hundred_is_not_asked_directly(rater, save, stored, cycle, monkeypatch):
    monkeypatch.setattr(limits, "SMALL_COMPANY", 25)

    html = text_of(rater, "recommend")
    save("recommend", score="9", direct="3")

    assert terms_of(cycle.id, cycle.frozen_hash).people == 25
    assert DIRECT not in html
    assert (stored().ballot.enps_score, stored().ballot.further) == (9, {})


def test_a_direct_answer_from_before_a_reset_is_not_shown_and_counts(rater, save, stored):
    save("recommend", score="9", direct="3")
    rater.person.credential_epoch += 1
    db.session.commit()

    html = text_of(rater, "recommend")
    save("recommend", comment="Now.")

    assert html.count("answered earlier") >= 2
    assert " checked" not in html
    assert stored().ballot.further == {"direct": EARLIER}

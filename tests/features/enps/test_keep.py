"""What the count leaves in the tables."""

from random import Random

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from app.cycles.services import REASONS
from app.domain.enps.stances import Stance
from app.domain.enps.units import EnpsCell
from app.domain.release.policy import FLOORS, Hidden, Reason
from app.enps import services
from app.enps.export import enps_of
from app.enps.models import EnpsComment, EnpsMention, EnpsScore
from app.infra.db import db, transaction
from tests.factories import make_cycle
from tests.features.enps.counted_cycles import answers, make_counted_cycle


def test_a_hidden_unit_is_kept_without_any_number(app):
    make_counted_cycle(
        [
            *answers(1, promoters=20, passives=20),
            *answers(2, promoters=22),
            *answers(3, promoters=4),
        ]
    )

    rows = {row.unit_number: row for row in db.session.scalars(select(EnpsScore))}

    assert rows[0].respondents == 66
    assert (rows[0].promoters, rows[0].detractors) == (46, 0)
    for unit, reason in ((2, Reason.PROTECTS_OTHERS), (3, Reason.FEW_RESPONDENTS)):
        assert rows[unit].hidden is reason
        assert rows[unit].respondents is rows[unit].promoters is rows[unit].detractors is None


def test_mentions_are_kept_by_side_for_the_company_alone(app):
    make_counted_cycle()

    rows = db.session.scalars(select(EnpsMention)).all()

    named = {(row.side, row.reason): row.mentions for row in rows if row.mentions}
    assert named == {(Stance.PROMOTER, "colleagues"): 36, (Stance.DETRACTOR, "workload"): 22}
    assert len(rows) == 2 * len(REASONS)


def test_below_the_threshold_not_even_blurred_reasons_are_kept(app):
    make_counted_cycle(answers(1, promoters=19))

    assert db.session.scalars(select(EnpsMention)).all() == []
    assert [row.respondents for row in db.session.scalars(select(EnpsScore))] == [None] * 4


def test_comments_get_ids_that_tell_no_order(app):
    texts = [f"comment {number}" for number in range(20)]
    make_counted_cycle(comments=texts)

    kept = db.session.scalars(select(EnpsComment).order_by(EnpsComment.id)).all()

    assert sorted(row.text for row in kept) == sorted(texts)
    assert [row.text for row in kept] != texts
    assert all(len(row.id) == 32 for row in kept)


def test_everything_kept_is_exported_and_erased(app):
    cycle = make_counted_cycle()

    found = enps_of(cycle)

    company = found["units"][0]
    assert (company["promoters"], company["passives"], company["detractors"]) == (45, 27, 28)
    assert company["score"] == 17
    assert {"side": "promoter", "reason": "colleagues", "mentions": 36} in found["reasons"]
    with transaction():
        services.erase_cycle(cycle.id)
    assert enps_of(cycle)["units"] == enps_of(cycle)["reasons"] == []


def test_nothing_to_keep_is_kept_without_fuss(app):
    cycle = make_cycle()

    with transaction():
        services.keep(cycle, [], [], random=Random(1))

    assert db.session.scalars(select(EnpsScore)).all() == []


def test_keeping_does_not_commit(app):
    cycle = make_cycle()

    with transaction():
        services.keep(
            cycle, [EnpsCell(0, Hidden(Reason.FEW_RESPONDENTS))], ["words"], random=Random(1)
        )
        db.session.rollback()  # as a failing later step of the count would

    assert db.session.scalars(select(EnpsScore)).all() == []
    assert db.session.scalars(select(EnpsComment)).all() == []


@pytest.mark.parametrize(
    "row",
    [
        {"respondents": FLOORS["unit_respondents"] - 1, "promoters": 9, "detractors": 5},
        {"respondents": 40, "promoters": 30, "detractors": 11},
        {"respondents": 40, "promoters": -1, "detractors": 11},
        {"hidden": Reason.FEW_RESPONDENTS, "promoters": 20, "detractors": 5},
        {"hidden": Reason.FEW_RESPONDENTS, "respondents": 40},
        {"hidden": Reason.FEW_RESPONDENTS, "detractors": 5},
        {"respondents": 40},
    ],
)
def test_the_database_refuses_what_the_policy_forbids(app, row):
    cycle = make_cycle()

    with pytest.raises(IntegrityError), transaction():
        db.session.add(EnpsScore(cycle_id=cycle.id, unit_number=0, **row))

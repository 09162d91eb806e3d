"""What the count leaves in the tables."""

from random import Random

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from app.domain.enps.units import EnpsCell
from app.domain.release.policy import Hidden, Reason
from app.enps import services
from app.enps.export import enps_of
from app.enps.models import EnpsComment, EnpsReason, EnpsScore
from app.enps.queries import company_figures
from app.infra.db import db, transaction
from tests.factories import make_cycle
from tests.features.enps.released import answers, make_counted_cycle


def test_a_hidden_unit_is_kept_without_any_number(app):
    make_counted_cycle()

    rows = {row.unit_number: row for row in db.session.scalars(select(EnpsScore))}

    assert rows[0].respondents == 80
    assert (rows[0].promoters, rows[0].passives, rows[0].detractors) == (45, 30, 25)
    for unit, reason in ((2, Reason.PROTECTS_OTHERS), (3, Reason.FEW_RESPONDENTS)):
        assert rows[unit].hidden is reason
        assert rows[unit].respondents is None
        assert rows[unit].promoters is rows[unit].passives is rows[unit].detractors is None


def test_reasons_are_kept_without_mentions(app):
    make_counted_cycle()

    rows = db.session.scalars(select(EnpsReason).order_by(EnpsReason.reason)).all()

    assert [(row.unit_number, row.reason, row.points) for row in rows] == [
        (1, "colleagues", 50),
        (1, "workload", -30),
    ]


def test_comments_get_ids_that_tell_no_order(app):
    texts = [f"comment {number}" for number in range(20)]
    make_counted_cycle(comments=texts)

    kept = db.session.scalars(select(EnpsComment).order_by(EnpsComment.id)).all()

    assert sorted(row.text for row in kept) == sorted(texts)
    assert [row.text for row in kept] != texts
    assert all(len(row.id) == 32 for row in kept)


def test_the_spread_of_a_large_companys_answers_is_kept_shown_and_erased(hanna):
    cycle = make_counted_cycle(answers(1, promoters=60, passives=30, detractors=20))
    spread = (0, 0, 20, 0, 0, 0, 0, 25, 0, 55, 0)

    assert company_figures(cycle).histogram == tuple(enps_of(cycle)["histogram"]) == spread
    assert "2: 20 %, 3: 0 %" in hanna.get("/company").text

    with transaction():
        services.erase_cycle(cycle.id)
    assert company_figures(cycle).histogram == ()


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
        {"respondents": 9, "promoters": 50, "passives": 30, "detractors": 20},
        {"respondents": 40, "promoters": 50, "passives": 30, "detractors": 30},
        {"hidden": Reason.FEW_RESPONDENTS, "promoters": 50, "passives": 30, "detractors": 20},
        {"respondents": 40},
    ],
)
def test_the_database_refuses_what_the_policy_forbids(app, row):
    cycle = make_cycle()

    with pytest.raises(IntegrityError), transaction():
        db.session.add(EnpsScore(cycle_id=cycle.id, unit_number=0, **row))

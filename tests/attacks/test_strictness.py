"""Attack 12: raters' strictness, from all reports of the company together.

HR of a small company, or a thief of all papers, holds every report. Beside the list of who
rated whom that is enough; so the list goes in the count.
"""

import pytest
from sqlalchemy import select

from app.assignments.models import Assignment, ManualChange
from app.cycles.models import DrawSecret
from app.infra.db import db
from tests.attacks.strictness import told


def test_all_reports_without_the_pairs_tell_nothing_of_raters(tell):
    found = told(120, 12, quarters=4, knows_pairs=False)

    for name, value in vars(found).items():
        tell(f"12 strictness from all reports, {name}", people=120, success=abs(value), chance=0)
        assert abs(value) < 0.35


def test_with_the_pairs_they_would_tell_how_strict_each_rater_is(tell):
    found = told(120, 12, quarters=4)

    for name, value in vars(found).items():
        attack = f"12 strictness from all reports, {name}"
        tell(attack, people=120, success=value, chance=0, off=True)
    assert found.adjusted > 0.5
    assert found.many_quarters > 0.6


@pytest.mark.parametrize("size", [25])
def test_after_the_count_no_disk_holds_the_pairs(own_company, size, tell):
    stage = own_company(size)
    stage.plan()
    stage.open()
    with stage.on():
        pairs = db.session.scalars(select(Assignment)).all()
        secret = db.session.scalars(select(DrawSecret.secret)).one()
    stage.answer(copies=1)
    stage.close()
    stage.count()

    with stage.on():
        assert pairs
        assert db.session.scalars(select(Assignment)).first() is None
        assert db.session.scalars(select(ManualChange)).first() is None
        # What they were drawn from is another one since the opening.
        assert db.session.scalars(select(DrawSecret.secret)).one() == secret
    tell("12 pairs kept after the count", people=size, success=0, chance=0)

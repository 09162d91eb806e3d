"""A published quarter about alice whose manager bob was frozen as her reader."""

from datetime import date

import pytest

from app.cycles.models import Cycle, ReportReader, Unit
from app.domain.cycle import CycleState
from app.domain.release.fairness import Adjustment
from app.domain.release.policy import Reason, ReleasePolicy
from app.infra.db import db
from app.results.models import (
    AboutCycle,
    CommentKind,
    CompanyScore,
    RaterGroup,
    ReleasedComment,
    SelfAnswer,
    StatementScore,
    SubjectResult,
)
from tests.factories import make_cycle

ABUSIVE = "a" * 32
KIND = "b" * 32


def make_report(subject, *, reader=None, state=CycleState.PUBLISHED, hr_reads=False) -> Cycle:
    """A counted cycle with released cells about `subject`, written as the count writes them."""
    terms = ReleasePolicy(hr_reads_reports=hr_reads).as_dict()
    cycle = make_cycle([subject], state=state, policy_terms=terms, published_on=date(2026, 10, 5))
    db.session.add(Unit(cycle_id=cycle.id, number=1, parent_number=None, name="Engineering"))
    for number in range(1, 15):
        db.session.add(
            CompanyScore(
                cycle_id=cycle.id, statement=number, mean=3.7, raters=300, standard_error=0.1
            )
        )
    db.session.add(
        AboutCycle(
            cycle_id=cycle.id,
            adjustment=Adjustment.NOT_CONNECTED,
            between_raters=0.4,
            within_raters=0.4,
        )
    )
    key = add_results(cycle, subject, reader=reader)
    if db.session.get(ReleasedComment, KIND) is None:
        keep, try_next = "Keeps <b>calm</b> under pressure.", "Something abusive."
        for place, kind, text in (
            (KIND, CommentKind.KEEP, keep),
            (ABUSIVE, CommentKind.TRY, try_next),
        ):
            db.session.add(ReleasedComment(**key, id=place, kind=kind, text=text))
    db.session.commit()
    return cycle


def add_results(cycle, subject, *, reader=None) -> dict[str, int]:
    """What was released about one more subject of `cycle`; the key of its rows."""
    key = {"cycle_id": cycle.id, "subject_id": subject.id}
    if reader is not None:
        db.session.add(ReportReader(**key, reader_id=reader.id))
    db.session.add(SubjectResult(**key, unit_number=1, raters=9))
    db.session.flush()
    for number in range(1, 15):
        db.session.add(_score(key, number))
        db.session.add(SelfAnswer(**key, statement=number, answer=4))
    db.session.commit()
    return key


def _score(key: dict[str, int], number: int) -> StatementScore:
    if number == 14:
        return StatementScore(
            **key, view=RaterGroup.COLLEAGUES, statement=14, hidden=Reason.FEW_RATERS
        )
    return StatementScore(
        **key,
        view=RaterGroup.COLLEAGUES,
        statement=number,
        mean=4.5 if number == 1 else 3.5,
        raters=9,
    )


@pytest.fixture
def cycle(alice, bob) -> Cycle:
    return make_report(alice.person, reader=bob.person)

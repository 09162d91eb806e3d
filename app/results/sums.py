"""Sums over everything released of one cycle, for HR: kept beside it, since it never changes.

Adding up the scores of 100,000 people takes seconds. It is done once, after the count, and again
after a report was erased; until then whoever asks waits for it. No person is among the sums, and
they are erased with what they are of.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final

from sqlalchemy import Select, func, select

from app.cycles.models import Cycle
from app.infra.bulk import take_stock
from app.infra.db import db, transaction
from app.results.models import (
    KeptSums,
    RaterGroup,
    ReleasedComment,
    StatementScore,
    SubjectResult,
)


@dataclass(frozen=True)
class ReleasedSums:
    """How much was released of a cycle, whatever it says."""

    reports: Mapping[int, int]
    """By the number of colleagues who rated, how many reports stand on so many; 0: on too few."""
    scores: Mapping[int, int]
    """The same of scores of single statements."""
    distributions: int
    """How many of these scores come with the shares of answers."""
    unseen: Mapping[int, int]
    """By statement in how many reports fewer than half of the colleagues rated it."""
    comments: int

    @property
    def cells(self) -> int:
        """How many scores of statements there are, hidden ones among them."""
        return sum(self.scores.values())

    @property
    def shown(self) -> int:
        """How many of them have a number."""
        return self.cells - self.scores.get(0, 0)


COUNTS: Final = ("reports", "scores", "unseen")
"""What is kept as pairs of numbers."""


def sums_of(cycle_id: int) -> ReleasedSums:
    """The sums of a counted cycle: as they are kept, else added up now."""
    kept = db.session.get(KeptSums, cycle_id, populate_existing=True)
    return _read(kept.content) if kept else _added_up(cycle_id)


def released_so_far(cycle_id: int) -> object:
    """Something that is another thing once a report was erased; found without adding up."""
    kept = db.session.get(KeptSums, cycle_id, populate_existing=True)
    if kept is not None:
        return _read(kept.content)
    of_cycle = (
        select(func.count()).where(table.cycle_id == cycle_id)
        for table in (SubjectResult, ReleasedComment)
    )
    return tuple(db.session.scalar(one) for one in of_cycle)


def keep_sums(cycle_id: int) -> None:
    """Add up what was released of a cycle and keep it; harmless where that was done.

    Called outside of a transaction, so that nobody who writes waits. Nothing is kept where a report
    was erased meanwhile: whoever erases one lets this be done again.
    """
    is_kept = db.session.get(KeptSums, cycle_id, populate_existing=True) is not None
    if not is_kept:
        take_stock(SubjectResult, StatementScore, ReleasedComment)
    found = None if is_kept else _added_up(cycle_id)
    db.session.rollback()
    if found is None or not found.reports:
        return
    with transaction():
        db.session.get_one(Cycle, cycle_id, with_for_update=True)
        reports = select(func.count()).where(SubjectResult.cycle_id == cycle_id)
        if db.session.scalar(reports) == sum(found.reports.values()):
            db.session.merge(KeptSums(cycle_id=cycle_id, content=_written(found)))


def _added_up(cycle_id: int) -> ReleasedSums:
    of_colleagues = (
        StatementScore.cycle_id == cycle_id,
        StatementScore.view == RaterGroup.COLLEAGUES,
    )
    reports, ratings = (func.coalesce(one.raters, 0) for one in (SubjectResult, StatementScore))
    scores = db.session.execute(
        select(ratings, func.count(), func.count(StatementScore.share_low))
        .where(*of_colleagues)
        .group_by(ratings)
    ).all()
    same = (SubjectResult.cycle_id == StatementScore.cycle_id) & (
        SubjectResult.subject_id == StatementScore.subject_id
    )
    unseen = (
        select(StatementScore.statement, func.count())
        .join(SubjectResult, same)
        .where(*of_colleagues, 2 * StatementScore.raters < SubjectResult.raters)
        .group_by(StatementScore.statement)
    )
    comments = select(func.count()).where(ReleasedComment.cycle_id == cycle_id)
    return ReleasedSums(
        reports=_counts(
            select(reports, func.count())
            .where(SubjectResult.cycle_id == cycle_id)
            .group_by(reports)
        ),
        scores={raters: count for raters, count, _ in scores},
        distributions=sum(shares for _, _, shares in scores),
        unseen=_counts(unseen),
        comments=db.session.scalar(comments) or 0,
    )


def _counts(query: Select[int, int]) -> dict[int, int]:
    return dict(db.session.execute(query).all())


def _written(sums: ReleasedSums) -> dict[str, Any]:
    return asdict(sums) | {name: sorted(getattr(sums, name).items()) for name in COUNTS}


def _read(content: Mapping[str, Any]) -> ReleasedSums:
    return ReleasedSums(**{**content, **{name: dict(content[name]) for name in COUNTS}})

"""HR's judgement of a reported comment, and the erasing of what was released."""

from collections.abc import Sequence
from typing import Final

from sqlalchemy import delete, func, select, update

from app.cycles.models import Cycle
from app.domain.errors import NotAllowedError, NotFoundError
from app.infra import audit
from app.infra.db import db
from app.results.models import (
    AboutCycle,
    AdjustedScore,
    CommentState,
    CompanyScore,
    FocusResult,
    ReleasedComment,
    SelfAnswer,
    StatementScore,
    SubjectResult,
)

OF_SUBJECTS: Final = (
    SubjectResult,
    StatementScore,
    AdjustedScore,
    SelfAnswer,
    FocusResult,
    ReleasedComment,
)
OF_CYCLE: Final = (*OF_SUBJECTS, CompanyScore, AboutCycle)


def report_comment(comment_id: str) -> None:
    """A reader finds a comment abusive: HR will see this one text. Doing it twice is harmless.

    The log does not say who: the reader would tell HR whose report the comment stands in.
    """
    comment = db.session.get(ReleasedComment, comment_id)
    if comment is None:
        raise NotFoundError("This comment does not exist.")
    if comment.state is CommentState.SHOWN:
        comment.state = CommentState.REPORTED
        audit.record("comment:reported", cycle_id=comment.cycle_id)


def judge_comment(comment_id: str, *, withhold: bool, by: int) -> None:
    """HR decides on a reported comment; the text of a withheld one is erased.

    Raises NotAllowedError for whom the comment is about: nobody tidies their own report.
    """
    comment = db.session.get(ReleasedComment, comment_id)
    if comment is None or comment.state is not CommentState.REPORTED:
        raise NotFoundError("This comment is not waiting for a decision.")
    if comment.subject_id == by:
        raise NotAllowedError("Somebody else of HR decides about a comment about you.")
    comment.state = CommentState.WITHHELD if withhold else CommentState.SHOWN
    if withhold:
        comment.text = ""
        _owe_sweeping([comment.cycle_id])
    verdict = "withheld" if withhold else "kept"
    audit.record(f"comment:{verdict}", actor_id=by, cycle_id=comment.cycle_id)


def _owe_sweeping(cycle_ids: Sequence[int]) -> None:
    """What was erased still lies on the disk: the next look at what is due sweeps it off."""
    db.session.execute(update(Cycle).where(Cycle.id.in_(cycle_ids)).values(forgotten_on=None))


def erase_cycle(cycle_id: int) -> None:
    """Erase every released cell of a cycle whose time is over; its totals stay."""
    for table in OF_CYCLE:
        db.session.execute(delete(table).where(table.cycle_id == cycle_id))


def erase_subject(subject_id: int, *, by: int | None) -> int:
    """Erase a person's reports of all cycles on their request; return how many there were."""
    reports = db.session.scalar(
        select(func.count()).select_from(SubjectResult).filter_by(subject_id=subject_id)
    )
    mine = select(SubjectResult.cycle_id).where(SubjectResult.subject_id == subject_id)
    _owe_sweeping(db.session.scalars(mine).all())
    for table in OF_SUBJECTS:
        db.session.execute(delete(table).where(table.subject_id == subject_id))
    audit.record("report:erased", actor_id=by, reports=reports)
    return reports or 0

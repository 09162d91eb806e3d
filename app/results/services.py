"""HR's judgement of a reported comment, and the erasing of what was released."""

from typing import Final

from sqlalchemy import delete, func, select

from app.domain.errors import NotAllowedError, NotFoundError
from app.infra import audit
from app.infra.db import db
from app.results.erasing import OF_SUBJECTS, erase_reports, erase_words
from app.results.models import (
    AboutCycle,
    CommentState,
    CompanyScore,
    KeptSums,
    ReleasedComment,
    SubjectResult,
)

OF_CYCLE: Final = (*OF_SUBJECTS, CompanyScore, AboutCycle, KeptSums)


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
    if withhold:
        erase_words(comment)
    else:
        comment.state = CommentState.SHOWN
    verdict = "withheld" if withhold else "kept"
    audit.record(f"comment:{verdict}", actor_id=by, cycle_id=comment.cycle_id)


def still_kept(cycle_id: int) -> tuple[int, ...]:
    """How many reports and comments of a cycle there are: fewer once something was erased."""
    comments = ReleasedComment.state != CommentState.WITHHELD
    counts = (
        select(func.count()).where(SubjectResult.cycle_id == cycle_id),
        select(func.count()).where(ReleasedComment.cycle_id == cycle_id, comments),
    )
    return tuple(db.session.scalar(one) or 0 for one in counts)


def erase_cycle(cycle_id: int) -> None:
    """Erase every released cell of a cycle whose time is over; its totals stay."""
    for table in OF_CYCLE:
        db.session.execute(delete(table).where(table.cycle_id == cycle_id))


def erase_subject(subject_id: int, *, by: int | None) -> int:
    """Erase a person's reports of all cycles on their request; return how many there were."""
    reports = erase_reports(subject_id)
    audit.record("report:erased", actor_id=by, reports=reports)
    return reports

"""Erasing what was released on somebody's wish, and again when a backup has brought it back."""

from collections.abc import Collection, Sequence
from typing import Final

from sqlalchemy import delete, select, update

from app.cycles.models import Cycle
from app.infra import audit
from app.infra.db import db
from app.infra.erased_for_good import remember, remembered
from app.results.models import (
    AdjustedScore,
    CommentState,
    FocusResult,
    KeptSums,
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
REPORT: Final = "report"
COMMENT: Final = "comment"
AT_ONCE: Final = 5_000
"""Ids asked for at once: SQLite takes at most 32,766 values in a statement."""


def erase_reports(subject_id: int) -> int:
    """Erase a person's reports of all cycles for good; return how many there were."""
    cycles = _cycles_with(subject_id)
    remember(_line_of(cycle, subject_id) for cycle in cycles)
    _erase(subject_id, [cycle.id for cycle in cycles])
    return len(cycles)


def erase_words(comment: ReleasedComment) -> None:
    """Erase the text of a comment that HR withholds."""
    remember([f"{COMMENT} {comment.id}"])
    _take_words(comment)


def is_any_back() -> bool:
    """Whether something is there that was erased: an older backup was brought back."""
    lines = remembered()
    return bool(lines) and bool(_reports_back(lines) or _comments_back(lines))


def erase_again() -> int:
    """Erase anew what a backup brought back; return how many reports and comments that were."""
    lines = remembered()
    reports, comments = _reports_back(lines), _comments_back(lines)
    for subject_id, cycle_id in reports:
        _erase(subject_id, [cycle_id])
    for comment in comments:
        _take_words(comment)
    if reports:
        audit.record("report:erased", reports=len(reports))
    for comment in comments:
        audit.record("comment:withheld", cycle_id=comment.cycle_id)
    return len(reports) + len(comments)


def _cycles_with(subject_id: int) -> list[Cycle]:
    mine = select(SubjectResult.cycle_id).where(SubjectResult.subject_id == subject_id)
    return list(db.session.scalars(select(Cycle).where(Cycle.id.in_(mine)).order_by(Cycle.id)))


def _erase(subject_id: int, cycle_ids: Collection[int]) -> None:
    _owe_sweeping(list(cycle_ids))
    for table in OF_SUBJECTS:
        mine = table.subject_id == subject_id, table.cycle_id.in_(cycle_ids)
        db.session.execute(delete(table).where(*mine))
    # With the former sums, the new ones would tell what the erased report held.
    db.session.execute(delete(KeptSums).where(KeptSums.cycle_id.in_(cycle_ids)))


def _take_words(comment: ReleasedComment) -> None:
    comment.state, comment.text = CommentState.WITHHELD, ""
    _owe_sweeping([comment.cycle_id])


def _owe_sweeping(cycle_ids: Sequence[int]) -> None:
    """What was erased still lies on the disk: the next look at what is due sweeps it off."""
    db.session.execute(update(Cycle).where(Cycle.id.in_(cycle_ids)).values(forgotten_on=None))


def _line_of(cycle: Cycle, subject_id: int) -> str:
    """Names one report. The number of a cycle may be given again after a backup; its terms not."""
    terms = cycle.frozen_hash or f"{cycle.opens_at:%Y-%m-%d}"
    return f"{REPORT} {subject_id} {cycle.id} {terms}"


def _reports_back(lines: Collection[str]) -> list[tuple[int, int]]:
    """Subject and cycle of each report that is there and was erased."""
    subjects = sorted({int(line.split()[1]) for line in lines if line.startswith(f"{REPORT} ")})
    found = []
    for begin in range(0, len(subjects), AT_ONCE):
        some = SubjectResult.subject_id.in_(subjects[begin : begin + AT_ONCE])
        rows = select(SubjectResult.subject_id, Cycle).join(
            Cycle, Cycle.id == SubjectResult.cycle_id
        )
        found += [
            (subject, cycle.id)
            for subject, cycle in db.session.execute(rows.where(some))
            if _line_of(cycle, subject) in lines
        ]
    return found


def _comments_back(lines: Collection[str]) -> list[ReleasedComment]:
    """Comments that have their words again."""
    ids = sorted(line.split()[1] for line in lines if line.startswith(f"{COMMENT} "))
    found: list[ReleasedComment] = []
    for begin in range(0, len(ids), AT_ONCE):
        some = ReleasedComment.id.in_(ids[begin : begin + AT_ONCE])
        found += db.session.scalars(select(ReleasedComment).where(some, ReleasedComment.text != ""))
    return found

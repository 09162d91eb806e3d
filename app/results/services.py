"""Keeping what the count released, and HR's judgement of a reported comment."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any, Final

import numpy as np
from sqlalchemy import delete, func, insert, select

from app.domain.count import GRAINS, Counted, ScoreTable
from app.domain.errors import NotFoundError
from app.domain.release import Reason
from app.domain.scale import STATEMENTS
from app.infra import audit
from app.infra.db import Base, db
from app.results.models import (
    CommentKind,
    CommentState,
    CompanyScore,
    CycleTotals,
    ReleasedComment,
    SelfAnswer,
    StatementScore,
    SubjectResult,
    View,
)

Row = dict[str, Any]

FEWEST_OWN_ANSWERS: Final = 10
OF_PERSONS_ONLY: Final = ("not_observed", "share_low", "share_middle", "share_high")
OF_SUBJECTS: Final = (SubjectResult, StatementScore, SelfAnswer, ReleasedComment)


@dataclass(frozen=True)
class Words:
    """A comment that may be released: about whom, which question, the text."""

    subject_id: int
    kind: CommentKind
    text: str


@dataclass(frozen=True)
class CycleResults:
    """Everything one count releases; `subject_ids` and `units` follow the index of `counted`."""

    cycle_id: int
    subject_ids: Sequence[int]
    units: Sequence[int]
    counted: Counted
    self_answers: Sequence[tuple[int, int, int]]
    """(subject id, statement, answer 1-5)"""
    comments: Sequence[Words]
    totals: CycleTotals


def keep(results: CycleResults, *, random: Random) -> None:
    """Write every released cell, shuffled, within the current transaction."""
    cycle_id = results.cycle_id
    _write(SubjectResult, _subject_rows(results), random)
    _write(StatementScore, _score_rows(results), random)
    _write(
        SelfAnswer,
        (
            {"cycle_id": cycle_id, "subject_id": subject, "statement": number, "answer": answer}
            for subject, number, answer in results.self_answers
        ),
        random,
    )
    _write(ReleasedComment, _comment_rows(results, random), random)
    _write(CompanyScore, _company_rows(results), random)
    db.session.add(results.totals)
    db.session.flush()


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


def judge_comment(comment_id: str, *, withhold: bool, actor_id: int) -> None:
    """HR decides on a reported comment; the text of a withheld one is erased."""
    comment = db.session.get(ReleasedComment, comment_id)
    if comment is None or comment.state is not CommentState.REPORTED:
        raise NotFoundError("This comment is not waiting for a decision.")
    comment.state = CommentState.WITHHELD if withhold else CommentState.SHOWN
    if withhold:
        comment.text = ""
    verdict = "withheld" if withhold else "kept"
    audit.record(f"comment:{verdict}", actor_id=actor_id, cycle_id=comment.cycle_id)


def erase_cycle(cycle_id: int) -> None:
    """Erase every released cell of a cycle whose time is over; its totals stay."""
    for table in (*OF_SUBJECTS, CompanyScore):
        db.session.execute(delete(table).where(table.cycle_id == cycle_id))


def erase_subject(subject_id: int, *, actor_id: int | None) -> int:
    """Erase a person's reports of all cycles on their request; return how many there were."""
    reports = db.session.scalar(
        select(func.count()).select_from(SubjectResult).filter_by(subject_id=subject_id)
    )
    for table in OF_SUBJECTS:
        db.session.execute(delete(table).where(table.subject_id == subject_id))
    audit.record("report:erased", actor_id=actor_id, reports=reports)
    return reports or 0


def _write(table: type[Base], rows: Iterable[Row], random: Random) -> None:
    shuffled = list(rows)
    # Shuffle: otherwise the order on disk would follow the order of opening the ballots.
    random.shuffle(shuffled)
    if shuffled:
        db.session.execute(insert(table.__table__), shuffled)  # type: ignore[arg-type]


def _subject_rows(results: CycleResults) -> Iterator[Row]:
    for subject, unit, raters in zip(
        results.subject_ids, results.units, results.counted.raters.tolist(), strict=True
    ):
        yield {
            "cycle_id": results.cycle_id,
            "subject_id": subject,
            "unit_number": unit,
            "raters": raters if raters >= 0 else None,
            "hidden": None if raters >= 0 else Reason.FEW_RATERS,
        }


def _score_rows(results: CycleResults) -> Iterator[Row]:
    counted = results.counted
    everybody = range(len(results.subject_ids))
    with_two_views = np.flatnonzero(counted.has_second_view).tolist()
    for view, table, rows in (
        (View.COLLEAGUES, counted.colleagues, everybody),
        (View.REPORTS, counted.reports, with_two_views),
        (View.OTHERS, counted.others, with_two_views),
    ):
        for row, cells in _cells(table, rows):
            subject = {
                "cycle_id": results.cycle_id,
                "subject_id": results.subject_ids[row],
                "view": view,
            }
            yield from (subject | cell for cell in cells)


def _company_rows(results: CycleResults) -> Iterator[Row]:
    answers: dict[int, list[int]] = {n: [] for n in range(1, STATEMENTS + 1)}
    for _, number, answer in results.self_answers:
        answers[number].append(answer)
    for _, cells in _cells(results.counted.company, [0]):
        for cell in cells:
            for column in OF_PERSONS_ONLY:
                del cell[column]
            own = answers[cell["statement"]]
            is_shown = cell["hidden"] is None and len(own) >= FEWEST_OWN_ANSWERS
            own_mean = round(sum(own) / len(own), 1) if is_shown else None
            yield {"cycle_id": results.cycle_id, "own_mean": own_mean} | cell


def _cells(table: ScoreTable, rows: Iterable[int]) -> Iterator[tuple[int, list[Row]]]:
    """The 14 rows of each subject, plain Python values; hidden cells hold None only."""
    columns = {
        "mean": table.mean.tolist(),
        "low": table.low.tolist(),
        "high": table.high.tolist(),
    }
    grains, shares = table.grain.tolist(), table.shares.tolist()
    for row in rows:
        cells = []
        for s in range(STATEMENTS):
            hidden = table.hidden[row, s]
            bins = shares[row][s] if hidden is None and shares[row][s][0] >= 0 else [None] * 3
            cells.append(
                {
                    "statement": s + 1,
                    "hidden": hidden,
                    "grain": GRAINS[grains[row][s]] if hidden is None else None,
                    **{k: v[row][s] if hidden is None else None for k, v in columns.items()},
                    "share_low": bins[0],
                    "share_middle": bins[1],
                    "share_high": bins[2],
                    "not_observed": table.not_observed[row, s],
                }
            )
        yield row, cells


def _comment_rows(results: CycleResults, random: Random) -> Iterator[Row]:
    for words in results.comments:
        yield {
            "id": f"{random.getrandbits(128):032x}",
            "cycle_id": results.cycle_id,
            "subject_id": words.subject_id,
            "kind": words.kind,
            "state": CommentState.SHOWN,
            "text": words.text,
        }

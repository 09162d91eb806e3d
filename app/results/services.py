"""Keeping what the count released, and HR's judgement of a reported comment."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import delete, func, select, update

from app.cycles.models import Cycle
from app.domain.cells import ScoreTable
from app.domain.count import Counted
from app.domain.errors import NotAllowedError, NotFoundError
from app.domain.grains import GRAINS
from app.domain.network import Flags, Floats, Ints
from app.domain.release import Reason
from app.domain.scale import STATEMENTS
from app.infra import audit
from app.infra.bulk import write_columns
from app.infra.db import Base, db, is_sqlite
from app.results.models import (
    AboutCycle,
    AdjustedScore,
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
BATCH: Final = 20_000
OF_PERSONS_ONLY: Final = ("not_observed", "share_low", "share_middle", "share_high")
OF_SUBJECTS: Final = (SubjectResult, StatementScore, AdjustedScore, SelfAnswer, ReleasedComment)


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
    self_answers: Ints
    """(r, 3): subject id, statement, answer 1-5."""
    comments: Sequence[Words]
    totals: CycleTotals


def keep(results: CycleResults, *, random: Random) -> None:
    """Write every released cell, shuffled, within the current transaction."""
    _write(SubjectResult, _subject_rows(results), random)
    _keep_scores(results, random)
    _write(AdjustedScore, _adjusted_rows(results), random)
    _keep_self_answers(results, random)
    _write(ReleasedComment, _comment_rows(results, random), random)
    _write(CompanyScore, _company_rows(results), random)
    db.session.add_all([_about_cycle(results), results.totals])
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
    for table in (*OF_SUBJECTS, CompanyScore, AboutCycle):
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


def _write(table: type[Base], rows: Iterable[Row], random: Random) -> None:
    shuffled = list(rows)
    # Shuffle: otherwise the order on disk would follow the order of opening the ballots.
    random.shuffle(shuffled)
    for begin in range(0, len(shuffled), BATCH):
        rows_of_batch = shuffled[begin : begin + BATCH]
        columns = {name: [row[name] for row in rows_of_batch] for name in rows_of_batch[0]}
        write_columns(table, columns)


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


def _keep_scores(results: CycleResults, random: Random) -> None:
    """Write statement scores in batches: a million rows at once would fill the memory."""
    counted = results.counted
    subject_ids = np.array(results.subject_ids, dtype=np.int64)
    everybody = np.arange(len(subject_ids))
    with_two_views = np.flatnonzero(counted.has_second_view)
    for view, table, rows in (
        (View.COLLEAGUES, counted.colleagues, everybody),
        (View.REPORTS, counted.reports, with_two_views),
        (View.OTHERS, counted.others, with_two_views),
    ):
        cells = (rows[:, None] * STATEMENTS + np.arange(STATEMENTS)).ravel()
        for batch in _batches(cells, random):
            of_whom = {
                "cycle_id": [results.cycle_id] * batch.size,
                "subject_id": subject_ids[batch // STATEMENTS].tolist(),
                "view": [view] * batch.size,
            }
            write_columns(StatementScore, of_whom | _columns(table, batch))


def _keep_self_answers(results: CycleResults, random: Random) -> None:
    answers = results.self_answers
    by_key = np.lexsort((answers[:, 1], answers[:, 0]))
    for batch in _batches(by_key, random):
        subject, number, answer = answers[batch].T.tolist()
        columns = {
            "cycle_id": [results.cycle_id] * batch.size,
            "subject_id": subject,
            "statement": number,
            "answer": answer,
        }
        write_columns(SelfAnswer, columns)


def _batches(by_key: Ints, random: Random) -> Iterator[Ints]:
    """Places given in the order of their rows' keys, in batches: shuffled, but for SQLite.

    There the key decides where a row lies whenever it comes, and coming in its order takes
    half the time.
    """
    chance = np.random.default_rng(random.getrandbits(128))
    order = by_key if is_sqlite() else chance.permutation(by_key)
    for begin in range(0, order.size, BATCH):
        yield order[begin : begin + BATCH]


def _columns(table: ScoreTable, cells: Ints) -> dict[str, list[Any]]:
    """The stored columns of some cells of a flattened table; hidden cells hold None only."""
    hidden = table.hidden.ravel()[cells]
    is_hidden = hidden != None  # noqa: E711 - elementwise
    grain = np.array([*GRAINS, None], dtype=object)[table.grain.ravel()[cells]]
    shares = table.shares.reshape(-1, 3)[cells]
    bins = _blanked(shares, where=is_hidden | (shares[:, 0] < 0))
    numbers = {
        name: _blanked(getattr(table, name).ravel()[cells], where=is_hidden).tolist()
        for name in ("mean", "low", "high")
    }
    return {
        "statement": (cells % STATEMENTS + 1).tolist(),
        "hidden": hidden.tolist(),
        "grain": grain.tolist(),
        **numbers,
        "share_low": bins[:, 0].tolist(),
        "share_middle": bins[:, 1].tolist(),
        "share_high": bins[:, 2].tolist(),
        "not_observed": table.not_observed.ravel()[cells].tolist(),
    }


def _blanked(values: Floats | Ints, *, where: Flags) -> NDArray[np.object_]:
    """Plain Python values, None in the rows `where`."""
    found = values.astype(object)
    found[where] = None
    return found


def _as_rows(columns: dict[str, list[Any]]) -> list[Row]:
    return [
        dict(zip(columns, values, strict=True)) for values in zip(*columns.values(), strict=True)
    ]


def _company_rows(results: CycleResults) -> Iterator[Row]:
    _, number, answer = results.self_answers.T
    given = np.bincount(number, minlength=STATEMENTS + 1)
    total = np.bincount(number, weights=answer, minlength=STATEMENTS + 1)
    columns = _columns(results.counted.company, np.arange(STATEMENTS))
    for name in OF_PERSONS_ONLY:
        del columns[name]
    for cell in _as_rows(columns):
        n = cell["statement"]
        is_shown = cell["hidden"] is None and given[n] >= FEWEST_OWN_ANSWERS
        own_mean = round(float(total[n] / given[n]), 1) if is_shown else None
        yield {"cycle_id": results.cycle_id, "own_mean": own_mean} | cell


def _adjusted_rows(results: CycleResults) -> Iterator[Row]:
    table = results.counted.adjusted
    for place in np.flatnonzero(table.grain >= 0).tolist():
        yield {
            "cycle_id": results.cycle_id,
            "subject_id": results.subject_ids[place],
            "grain": GRAINS[table.grain[place]],
            "mean": float(table.mean[place]),
            "low": float(table.low[place]),
            "high": float(table.high[place]),
            "reliability": table.reliability[place],
        }


def _about_cycle(results: CycleResults) -> AboutCycle:
    about = results.counted.about
    rater, person, rest = about.split or (None, None, None)
    return AboutCycle(
        cycle_id=results.cycle_id,
        adjustment=about.adjustment,
        share_rater=rater,
        share_person=person,
        share_rest=rest,
        reliability=about.reliability,
        uniform=about.careless.uniform,
        inconsistent=about.careless.inconsistent,
    )


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

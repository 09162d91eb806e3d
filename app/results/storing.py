"""Keeping what the count released: many rows, in an order that tells nothing."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from random import Random
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from app.domain.arrays import Flags, Floats, Ints
from app.domain.count.counting import Counted
from app.domain.count.focus import FocusTable
from app.domain.release.cells import TENTHS, ScoreTable
from app.domain.release.policy import Reason
from app.domain.scale import STATEMENTS
from app.infra.bulk import take_over, write_beforehand, write_columns
from app.infra.db import Base, db, is_sqlite
from app.results.models import (
    AboutCycle,
    AdjustedScore,
    CommentState,
    CompanyScore,
    CycleTotals,
    FocusResult,
    RaterGroup,
    ReleasedComment,
    SelfAnswer,
    StatementScore,
    SubjectResult,
)
from app.results.packed_words import PackedWords

Columns = dict[str, list[Any]]
Writer = Callable[[type[Base], Columns], None]

BATCH: Final = 20_000
WRITTEN: Final = (
    SubjectResult,
    StatementScore,
    AdjustedScore,
    SelfAnswer,
    FocusResult,
    ReleasedComment,
    CompanyScore,
)
"""Tables with a row for each person, or more: those that take time."""


@dataclass(frozen=True)
class CycleResults:
    """Everything one count releases; `subject_ids`, `units`, `rated` follow `counted`'s index."""

    cycle_id: int
    subject_ids: Sequence[int]
    rated: Flags
    """Of whom a report is made; of the others nothing is kept."""
    units: Sequence[int]
    counted: Counted
    self_answers: NDArray[np.integer[Any]]
    """(r, 3): subject id, statement, answer 1-5."""
    own_means: Floats
    """(14,): the company's mean answer about oneself; NaN where too few answered."""
    focus: FocusTable
    comments: PackedWords
    totals: CycleTotals


def keep(results: CycleResults, *, random: Random) -> None:
    """Write every released cell, shuffled, within the current transaction."""
    _write_all(results, random, write_columns)
    _add_about_cycle(results)


def keep_beforehand(results: CycleResults, *, random: Random) -> None:
    """The same while nobody waits for the act that keeps them: see `transaction`."""
    _write_all(results, random, write_beforehand)


def keep_what_was_written(results: CycleResults) -> None:
    """Take over what `keep_beforehand` wrote, within the current transaction."""
    take_over(*WRITTEN)
    _add_about_cycle(results)


def _write_all(results: CycleResults, random: Random, writer: Writer) -> None:
    write = partial(_write, cycle_id=results.cycle_id, writer=writer, random=random)
    write(SubjectResult, np.flatnonzero(results.rated), partial(_subject_columns, results))
    _keep_scores(results, write)
    adjusted = np.flatnonzero(results.counted.adjusted.shown)
    write(AdjustedScore, adjusted, partial(_adjusted_columns, results))
    own = np.lexsort((results.self_answers[:, 1], results.self_answers[:, 0]))
    own = own[_is_rated(results, results.self_answers[own, 0])]
    write(SelfAnswer, own, partial(_own_columns, results))
    questions = np.arange(results.focus.subject.size)  # in the order of their keys
    write(FocusResult, questions, partial(_focus_columns, results))
    _keep_comments(results, random, writer)
    write(CompanyScore, np.arange(STATEMENTS), partial(_company_columns, results))


def _add_about_cycle(results: CycleResults) -> None:
    db.session.add_all([_about_cycle(results), results.totals])
    db.session.flush()


def _write(
    table: type[Base],
    by_key: Ints,
    columns_of: Callable[[Ints], Columns],
    *,
    cycle_id: int,
    writer: Writer,
    random: Random,
) -> None:
    """Write the rows at places given in the order of their keys.

    In batches, since a million rows at once would fill the memory; shuffled, but for SQLite:
    there the key decides where a row lies whenever it comes, and coming in its order takes
    half the time.
    """
    chance = np.random.default_rng(random.getrandbits(128))
    order = by_key if is_sqlite() else chance.permutation(by_key)
    for begin in range(0, order.size, BATCH):
        batch = order[begin : begin + BATCH]
        writer(table, {"cycle_id": [cycle_id] * batch.size} | columns_of(batch))


def _subject_columns(results: CycleResults, places: Ints) -> Columns:
    raters = results.counted.raters[places]
    return {
        "subject_id": _at(results.subject_ids, places),
        "unit_number": _at(results.units, places),
        "raters": _blanked(raters, where=raters < 0).tolist(),
        "hidden": [Reason.FEW_RATERS if n < 0 else None for n in raters.tolist()],
    }


def _is_rated(results: CycleResults, ids: Ints) -> Flags:
    """Which of these people, ids of shape (m,), are rated: (m,)."""
    return np.isin(ids, np.array(results.subject_ids, dtype=np.int64)[results.rated])


def _at(values: Sequence[int], places: Ints) -> list[int]:
    found: list[int] = np.array(values, dtype=np.int64)[places].tolist()
    return found


def _keep_scores(results: CycleResults, write: Callable[..., None]) -> None:
    counted, everybody = results.counted, np.array(results.subject_ids, dtype=np.int64)
    with_two_views = everybody[counted.has_second_view]
    all_of_them = np.arange(with_two_views.size)
    for view, table, people, rows in (
        (RaterGroup.COLLEAGUES, counted.colleagues, everybody, np.flatnonzero(results.rated)),
        (RaterGroup.REPORTS, counted.reports, with_two_views, all_of_them),
        (RaterGroup.OTHERS, counted.others, with_two_views, all_of_them),
    ):
        cells = (rows[:, None] * STATEMENTS + np.arange(STATEMENTS)).ravel()
        write(StatementScore, cells, partial(_score_columns, people, view, table))


def _score_columns(people: Ints, view: RaterGroup, table: ScoreTable, cells: Ints) -> Columns:
    """`people` are the ids of whom the rows of `table` are."""
    of_whom: Columns = {
        "subject_id": people[cells // STATEMENTS].tolist(),
        "view": [view.value] * cells.size,
    }
    return of_whom | _columns(table, cells)


def _own_columns(results: CycleResults, places: Ints) -> Columns:
    subject, number, answer = results.self_answers[places].T.tolist()
    return {"subject_id": subject, "statement": number, "answer": answer}


def _focus_columns(results: CycleResults, places: Ints) -> Columns:
    table = results.focus
    raters = table.raters[places]
    return {
        "subject_id": table.subject[places].tolist(),
        "statement": table.statement[places].tolist(),
        "hidden": [Reason.FEW_RATERS if n < 0 else None for n in raters.tolist()],
        "direction": [table.direction[place] for place in places.tolist()],
        "raters": _blanked(raters, where=raters < 0).tolist(),
    }


def _keep_comments(results: CycleResults, random: Random, writer: Writer) -> None:
    """Write comments in the order of their random ids, which is where SQLite puts them anyway."""
    comments = list(results.comments)
    # Shuffle: otherwise the order on disk would follow the order of opening the ballots.
    random.shuffle(comments)
    ids = sorted(f"{random.getrandbits(128):032x}" for _ in comments)
    for begin in range(0, len(comments), BATCH):
        batch = comments[begin : begin + BATCH]
        columns: Columns = {
            "id": ids[begin : begin + BATCH],
            "cycle_id": [results.cycle_id] * len(batch),
            "subject_id": [words.subject_id for words in batch],
            "kind": [words.kind for words in batch],
            "state": [CommentState.SHOWN] * len(batch),
            "text": [words.text for words in batch],
        }
        writer(ReleasedComment, columns)


def _columns(table: ScoreTable, cells: Ints) -> dict[str, list[Any]]:
    """The stored columns of some cells of a flattened table; hidden cells hold None only."""
    raters = table.raters.ravel()[cells]
    is_hidden = raters < 0
    shares = table.shares.reshape(-1, 3)[cells]
    bins = _blanked(shares, where=is_hidden | (shares[:, 0] < 0))
    means = table.tenths.ravel()[cells].astype(np.float64) / TENTHS
    return {
        "statement": (cells % STATEMENTS + 1).tolist(),
        "hidden": [Reason.FEW_RATERS if each else None for each in is_hidden.tolist()],
        "mean": _blanked(means, where=is_hidden).tolist(),
        "raters": _blanked(raters, where=is_hidden).tolist(),
        "share_low": bins[:, 0].tolist(),
        "share_middle": bins[:, 1].tolist(),
        "share_high": bins[:, 2].tolist(),
    }


def _blanked(values: NDArray[Any], *, where: Flags) -> NDArray[np.object_]:
    """Plain Python values, None in the rows `where`."""
    found = values.astype(object)
    found[where] = None
    return found


def _company_columns(results: CycleResults, statements: Ints) -> Columns:
    """`statements` are places 0-13."""
    company = results.counted.company
    is_hidden = company.raters[statements] < 0
    own = results.own_means[statements]
    numbers = {
        name: _blanked(getattr(company, name)[statements], where=is_hidden).tolist()
        for name in ("mean", "raters", "standard_error")
    }
    return {
        "statement": (statements + 1).tolist(),
        "hidden": [Reason.FEW_RESPONDENTS if each else None for each in is_hidden.tolist()],
        **numbers,
        "own_mean": _blanked(own, where=is_hidden | np.isnan(own)).tolist(),
    }


def _adjusted_columns(results: CycleResults, places: Ints) -> Columns:
    table = results.counted.adjusted
    return {
        "subject_id": _at(results.subject_ids, places),
        "mean": table.mean[places].tolist(),
        "raters": table.raters[places].tolist(),
        "standard_error": table.standard_error[places].tolist(),
        "reliability": table.reliability[places].tolist(),
    }


def _about_cycle(results: CycleResults) -> AboutCycle:
    about = results.counted.about
    rater, person, rest = about.split or (None, None, None)
    return AboutCycle(
        cycle_id=results.cycle_id,
        adjustment=about.adjustment,
        between_raters=results.counted.spread.between,
        within_raters=results.counted.spread.within,
        share_rater=rater,
        share_person=person,
        share_rest=rest,
        reliability=about.reliability,
        uniform=about.careless.uniform,
        inconsistent=about.careless.inconsistent,
    )

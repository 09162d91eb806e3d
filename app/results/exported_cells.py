"""Released cells of very many subjects for a file: read as the driver hands them over.

A large company has more than a million of them, but few different ones, since means have one
decimal: each is put into words and written out once, and shared by all who have it.
"""

from collections import defaultdict
from collections.abc import Collection, Sequence
from typing import Any, Final

from sqlalchemy import and_, select

from app.cycles.models import Cycle
from app.domain.release.policy import Hidden, Reason, Score, Shares, Shown
from app.domain.reports import words
from app.domain.scale import STATEMENTS
from app.domain.statistics.spread import PRIOR, Spread, standard_error_of_mean
from app.infra.bulk import plain_rows
from app.infra.db import db
from app.results.models import (
    AboutCycle,
    CommentKind,
    CommentState,
    RaterGroup,
    ReleasedComment,
    SelfAnswer,
    StatementScore,
)

Record = dict[str, Any]
NUMBERS_OF_A_SCORE: Final = ("mean", "raters", "standard_error", "low", "high")
SHARES: Final = ("share_low", "share_middle", "share_high")
COLLEAGUES: Final = RaterGroup.COLLEAGUES.value
REPORTS: Final = RaterGroup.REPORTS.value
OTHERS: Final = RaterGroup.OTHERS.value
NUMBERS: Final = range(1, STATEMENTS + 1)
NO_CELL: Final = (None,) * 7
MOST_LINES: Final = 50_000
"""Different lines that are kept: about 40 MB."""

Cells = dict[str, dict[int, tuple[Any, ...]]]
"""Of one subject: by view, then by statement."""


def score_fields(score: Score) -> Record:
    """A score as fields: numbers or the reason why there are none, and the words on the page."""
    if isinstance(score, Hidden):
        blank = dict.fromkeys([*NUMBERS_OF_A_SCORE, *SHARES])
        return {**blank, "hidden": score.reason, "words": words.score_words(score)}
    shares = dict(zip(SHARES, score.shares or (None, None, None), strict=True))
    return {
        **numbers_of(score),
        **shares,
        "hidden": None,
        "words": words.score_words(score),
    }


def numbers_of(score: Shown) -> Record:
    """The numbers of a score that is shown."""
    numbers = (score.mean, score.raters, round(score.standard_error, 3), score.low, score.high)
    return dict(zip(NUMBERS_OF_A_SCORE, numbers, strict=True))


class ScoreLine(dict[str, Any]):
    """A statement's score as a record that many people share: nobody may change it."""

    __slots__ = ("written",)

    def __init__(self, record: Record) -> None:
        super().__init__(record)
        self.written = ""
        """How the one file that is being written says it, once it has been said."""


class ScoresOfCycle:
    """The scores of one cycle as records, each different one made once while few are kept."""

    def __init__(self, cycle: Cycle) -> None:
        about = select(AboutCycle.between_raters, AboutCycle.within_raters)
        row = db.session.execute(about.where(AboutCycle.cycle_id == cycle.id)).one_or_none()
        self._spread = PRIOR if row is None else Spread(*row)
        self._policy = cycle.policy
        self._known: dict[tuple[Any, ...], Record] = {}
        self._lines: dict[tuple[Any, ...], ScoreLine] = {}

    def statements(self, cells: Cells) -> list[ScoreLine]:
        """Every statement with the score of all colleagues and the subject's own answer."""
        views = 2 if REPORTS in cells else 1
        rated = cells.get(COLLEAGUES, {})
        lines = self._lines
        found = []
        for number in NUMBERS:
            cell = rated.get(number, NO_CELL)
            key = (number, views, cell)
            line = lines.get(key)
            if line is None:
                if len(lines) >= MOST_LINES:
                    lines.clear()  # in a company where nearly all differ, keeping them helps nobody
                score = self._record(cell[:6], views)
                line = lines[key] = ScoreLine({"statement": number, **score, "own": cell[6]})
            found.append(line)
        return found

    def second_view(self, cells: Cells) -> list[ScoreLine]:
        """Direct reports beside everyone else; nothing unless both were released."""
        if REPORTS not in cells or OTHERS not in cells:
            return []
        return [
            ScoreLine({"view": view, "statement": number, **self._record(cell[:-1], 1)})
            for view in (REPORTS, OTHERS)
            for number, (_, cell) in enumerate(sorted(cells[view].items()), 1)
        ]

    def _record(self, cell: tuple[Any, ...], views: int) -> Record:
        key = (cell, views)
        known = self._known.get(key)
        if known is None:
            known = self._known[key] = score_fields(self._score(cell, views))
        return known

    def _score(self, cell: tuple[Any, ...], views: int) -> Score:
        hidden, mean, raters, *shares = cell
        if mean is None:
            return Hidden(self._policy.words(Reason(hidden) if hidden else Reason.FEW_RATERS))
        error = standard_error_of_mean(raters, self._spread, views=views)
        return Shown(mean, raters, error, None if shares[0] is None else Shares(*shares))


def cells_of(cycle_id: int, subject_ids: Collection[int]) -> dict[int, Cells]:
    """By subject: reason, mean, raters, three shares and own answer of each statement."""
    own = and_(
        SelfAnswer.cycle_id == StatementScore.cycle_id,
        SelfAnswer.subject_id == StatementScore.subject_id,
        SelfAnswer.statement == StatementScore.statement,
    )
    query = (
        select(
            StatementScore.subject_id,
            StatementScore.view,
            StatementScore.statement,
            StatementScore.hidden,
            StatementScore.mean,
            StatementScore.raters,
            StatementScore.share_low,
            StatementScore.share_middle,
            StatementScore.share_high,
            SelfAnswer.answer,
        )
        .outerjoin(SelfAnswer, own)
        .where(StatementScore.cycle_id == cycle_id, StatementScore.subject_id.in_(subject_ids))
    )
    found: dict[int, Cells] = {subject: {} for subject in subject_ids}
    for rows in plain_rows(query):
        for subject, view, statement, *cell in rows:
            found[subject].setdefault(view, {})[statement] = tuple(cell)
    return found


def texts_of(cycle_id: int, subject_ids: Sequence[int]) -> dict[tuple[int, str], list[str]]:
    """Released comments by subject and question, in the order of their random ids."""
    query = (
        select(ReleasedComment.subject_id, ReleasedComment.kind, ReleasedComment.text)
        .where(
            ReleasedComment.cycle_id == cycle_id,
            ReleasedComment.subject_id.in_(subject_ids),
            ReleasedComment.state != CommentState.WITHHELD,
        )
        .order_by(ReleasedComment.id)
    )
    found: dict[tuple[int, str], list[str]] = defaultdict(list)
    for rows in plain_rows(query):
        for subject, kind, text in rows:
            found[subject, kind].append(text)
    return found


KEEP: Final = CommentKind.KEEP.value
TRY: Final = CommentKind.TRY.value

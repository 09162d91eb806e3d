"""Released cells of very many subjects for a file: read as the driver hands them over.

A large company has more than a million of them, but few different ones, since means have one
decimal: each is put once into the form that a file wants, and shared by all who have it.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from typing import Any, Final, Generic, TypeVar

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
MOST_SCORES: Final = 50_000
"""Different scores that are kept: about 30 MB."""

CellRow = tuple[Any, ...]
"""Subject, view, statement; then reason, mean, raters and three shares; last the own answer."""
VIEW: Final = 1
STATEMENT: Final = 2
SCORE: Final = slice(3, 9)
OWN: Final = 9
NO_SCORE: Final = (None,) * 7
"""What follows the statement where nothing was released of it."""
Form = TypeVar("Form")


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


class ScoresAs(Generic[Form]):
    """The scores of one cycle in the form that a file wants them in.

    Each different one is put into it once, while few are kept.
    """

    def __init__(self, cycle: Cycle, put: Callable[[Record], Form]) -> None:
        about = select(AboutCycle.between_raters, AboutCycle.within_raters)
        row = db.session.execute(about.where(AboutCycle.cycle_id == cycle.id)).one_or_none()
        self._spread = PRIOR if row is None else Spread(*row)
        self._policy = cycle.policy
        self._put = put
        self._known: dict[int, dict[CellRow, Form]] = defaultdict(dict)

    def of(self, rows: Iterable[CellRow], *, views: int = 1) -> list[tuple[CellRow, Form]]:
        """Each row, of a subject from so many views, with its score."""
        known = self._known[views]
        found = []
        for row in rows:
            key = row[SCORE]
            score = known.get(key)
            if score is None:
                if len(known) >= MOST_SCORES:
                    known.clear()  # in a company where nearly all differ, keeping them helps nobody
                score = known[key] = self._put(score_fields(self._score(key, views)))
            found.append((row, score))
        return found

    def _score(self, cells: CellRow, views: int) -> Score:
        hidden, mean, raters, *shares = cells
        if mean is None:
            return Hidden(self._policy.words(Reason(hidden) if hidden else Reason.FEW_RATERS))
        error = standard_error_of_mean(raters, self._spread, views=views)
        return Shown(mean, raters, error, None if shares[0] is None else Shares(*shares))


def cells_of(cycle_id: int, subject_ids: Collection[int]) -> dict[tuple[int, str], list[CellRow]]:
    """By subject and view: what was released of each statement, in their order."""
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
        .order_by(StatementScore.subject_id, StatementScore.view, StatementScore.statement)
    )
    found: dict[tuple[int, str], list[CellRow]] = defaultdict(list)
    for rows in plain_rows(query):
        for row in rows:
            found[row[0], row[1]].append(row)
    return found


def every_statement(rows: Sequence[CellRow]) -> Sequence[CellRow]:
    """A row for each statement, also for those of which `rows` have none."""
    if len(rows) == STATEMENTS:
        return rows
    known = {row[STATEMENT]: row for row in rows}
    return [known.get(number, (None, COLLEAGUES, number, *NO_SCORE)) for number in NUMBERS]


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

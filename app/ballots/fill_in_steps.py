"""The steps of the fill-in: their order, how far each is, and the honest progress."""

from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from itertools import count
from typing import Final

from markupsafe import Markup

from app.ballots.queries import Review
from app.domain.pairing.load import SECONDS_PER_RATING, rating_minutes
from app.domain.plurals import counted
from app.domain.scale import STATEMENTS

SEGMENTS: Final = 2_000
"""So many segments of bars are kept: places and shares, not whose they are."""


class RatingOrder(StrEnum):
    """How a rater goes through the ratings: a personal choice over the same data."""

    BY_STATEMENT = "statement"
    BY_PERSON = "person"


@dataclass(frozen=True)
class FillInStep:
    """One page of the fill-in, and how far it is."""

    endpoint: str
    label: str
    status: str
    is_done: bool
    number: int | None = None
    is_optional: bool = False


@dataclass(frozen=True)
class RatingProgress:
    """The honest step bar: every rating of a colleague counts the same."""

    answered: int
    total: int
    shares: tuple[float, ...]
    """How much of each rating page is answered, from 0 to 1."""
    seconds_per_rating: float

    @property
    def minutes_left(self) -> int:
        return rating_minutes(self.total - self.answered, self.seconds_per_rating)

    @property
    def bar(self) -> Markup:
        """One segment a page of ratings, ten units wide, filled as far as it is answered."""
        segments = map(_segment, count(0, 10), self.shares)
        return Markup("".join(segments))  # noqa: S704 - nothing but numbers  # nosec B704

    @property
    def width(self) -> int:
        """How wide the bar is, in its own units."""
        return 10 * len(self.shares)

    @property
    def words(self) -> str:
        """What is left, in words; nothing once all is answered."""
        minutes = self.minutes_left
        return f"about {counted(minutes, 'minute')} left" if minutes else ""


@lru_cache(maxsize=SEGMENTS)
def _segment(place: int, share: float) -> str:
    return (
        f'<rect x="{place}" width="9" height="4" />'
        f'<rect class="fill" x="{place}" width="{round(share * 9, 2)}" height="4" />'
    )


def progress(
    review: Review, view: RatingOrder, *, seconds_per_rating: float = SECONDS_PER_RATING
) -> RatingProgress:
    """How far `review` is, for somebody who needs so many seconds per rating."""
    team = len(review.colleagues) or 1
    if view is RatingOrder.BY_PERSON:
        pages, rows, open_ = len(review.colleagues), STATEMENTS, _open_by_person(review)
    else:
        pages, rows, open_ = STATEMENTS, team, _open_by_statement(review)
    shares = tuple(1 - open_[number] / rows for number in range(1, pages + 1))
    return RatingProgress(review.answered, review.total, shares, seconds_per_rating)


APART: Final = "did not work together"


def _open_by_statement(review: Review) -> list[int]:
    """How many answers are open on every statement, the first at 1."""
    return [0, *(column.count(None) for column in zip(*review.answers, strict=True))]


def _open_by_person(review: Review) -> list[int]:
    """How many answers are open about the colleague at every position, the first at 1."""
    return [0, *(given.count(None) for given in review.answers)]


def steps(review: Review, view: RatingOrder) -> tuple[FillInStep, ...]:
    """All pages in their order, the ratings as the rater wants to see them."""
    ratings = _person_steps if view is RatingOrder.BY_PERSON else _statement_steps
    optional = (_comments_step(review),) if review.asks_for_words else ()
    return (
        _colleagues_step(review),
        *((_self_step(review),) if review.is_rated else ()),
        *ratings(review),
        *optional,
        *((_services_step(review),) if review.services else ()),
        _recommend_step(review),
    )


def next_open(all_steps: tuple[FillInStep, ...]) -> FillInStep | None:
    """The first page that still waits for an answer."""
    return next((step for step in all_steps if not step.is_done and not step.is_optional), None)


def first_rating(review: Review, view: RatingOrder) -> FillInStep:
    """The first page of ratings that waits for an answer; when none waits, the first of all."""
    way = steps(review, view)
    ratings = tuple(step for step in way if step.number)
    return next_open(ratings) or (ratings or way)[0]


def _colleagues_step(review: Review) -> FillInStep:
    away = len(review.away)
    begun = bool(review.answered or review.own_answered or away)
    status = f"{away} of {review.size} not" if away else counted(review.size, "colleague")
    return FillInStep("ballots.colleagues", "Whom you worked with", status, begun)


def _self_step(review: Review) -> FillInStep:
    done = review.own_answered
    return FillInStep("ballots.own", "Yourself", f"{done} of {STATEMENTS}", done == STATEMENTS)


def _statement_steps(review: Review) -> tuple[FillInStep, ...]:
    open_ = _open_by_statement(review)
    nobody = "nobody to rate" if review.left else APART
    return tuple(
        FillInStep(
            "ballots.statement",
            statement.text,
            _how_far(open_[statement.number], review.asked_on(statement.number), nobody),
            is_done=not open_[statement.number],
            number=statement.number,
        )
        for statement in review.statements
    )


def _how_far(open_: int, asked: int, otherwise: str) -> str:
    return f"{asked - open_} of {asked}" if asked else otherwise


def _person_steps(review: Review) -> tuple[FillInStep, ...]:
    open_ = _open_by_person(review)
    return tuple(
        FillInStep(
            "ballots.person",
            colleague.name,
            _how_far(
                open_[colleague.position],
                review.asked_about(colleague.person_id),
                "has left" if colleague.has_left else APART,
            ),
            is_done=not open_[colleague.position],
            number=colleague.position,
        )
        for colleague in review.colleagues
    )


def _comments_step(review: Review) -> FillInStep:
    written = sum(len(texts) for texts in review.ballot.comments.values())
    written += len(review.ballot.earlier_comments)
    status = f"{written} written" if written else "optional"
    return FillInStep("ballots.comments", "Comments", status, written > 0, is_optional=True)


def _services_step(review: Review) -> FillInStep:
    used = sum(bool(review.ballot.further.get(one.used_key)) for one in review.services)
    status = f"{used} of {len(review.services)} used"
    name = "Services in the house"
    return FillInStep("ballots.services", name, status, used > 0, is_optional=True)


def _recommend_step(review: Review) -> FillInStep:
    done = review.ballot.enps_score is not None
    label = "Working here"
    return FillInStep("ballots.recommend", label, "answered" if done else "1 question", done)

"""The steps of the fill-in: their order, how far each is, and the honest progress."""

from dataclasses import dataclass
from itertools import groupby
from math import ceil
from typing import Final

from app.ballots.queries import Review
from app.domain.scale import STATEMENTS

SECONDS_PER_RATING: Final = 2.5


@dataclass(frozen=True)
class Step:
    """One page of the fill-in, and how far it is."""

    endpoint: str
    label: str
    status: str
    is_done: bool
    number: int | None = None
    is_optional: bool = False


@dataclass(frozen=True)
class Progress:
    """The honest step bar: every rating of a colleague counts the same."""

    answered: int
    total: int
    shares: tuple[float, ...]
    """How much of each statement is answered, from 0 to 1."""

    @property
    def minutes_left(self) -> int:
        return ceil((self.total - self.answered) * SECONDS_PER_RATING / 60)


def progress(review: Review) -> Progress:
    """How far `review` is."""
    team = len(review.colleagues) or 1
    open_ = _open_by_statement(review)
    shares = tuple(1 - open_.get(number, 0) / team for number in range(1, STATEMENTS + 1))
    return Progress(review.answered, review.total, shares)


def _open_by_statement(review: Review) -> dict[int, int]:
    return {
        number: len(list(gaps))
        for number, gaps in groupby(review.gaps, key=lambda gap: gap.statement)
    }


def steps(review: Review) -> tuple[Step, ...]:
    """All pages in their order."""
    optional = (_comments_step(review),) if review.cycle.policy.shows_comments else ()
    return (
        _colleagues_step(review),
        _self_step(review),
        *_statement_steps(review),
        *optional,
        _recommend_step(review),
    )


def next_open(all_steps: tuple[Step, ...]) -> Step | None:
    """The first page that still waits for an answer."""
    return next((step for step in all_steps if not step.is_done and not step.is_optional), None)


def _colleagues_step(review: Review) -> Step:
    started = review.answered > 0 or review.own_answered > 0
    status = _count(len(review.colleagues), "colleague")
    return Step("ballots.colleagues", "Who you worked with", status, started)


def _self_step(review: Review) -> Step:
    done = review.own_answered
    return Step("ballots.own", "Yourself", f"{done} of {STATEMENTS}", done == STATEMENTS)


def _statement_steps(review: Review) -> tuple[Step, ...]:
    team, open_ = len(review.colleagues), _open_by_statement(review)
    return tuple(
        Step(
            "ballots.statement",
            statement.text,
            f"{team - open_.get(statement.number, 0)} of {team}",
            is_done=statement.number not in open_,
            number=statement.number,
        )
        for statement in review.statements
    )


def _comments_step(review: Review) -> Step:
    written = sum(len(texts) for texts in review.ballot.comments.values())
    written += len(review.ballot.earlier_comments)
    status = f"{written} written" if written else "optional"
    return Step("ballots.comments", "Comments", status, written > 0, is_optional=True)


def _recommend_step(review: Review) -> Step:
    done = review.ballot.enps_score is not None
    label = "Working here"
    return Step("ballots.recommend", label, "answered" if done else "1 question", done)


def _count(number: int, thing: str) -> str:
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"

"""Same words or no comparison: scores of an earlier quarter, found by what a statement is.

A statement keeps its identity through all versions of the questionnaire in which it means the
same; with a new meaning it gets a new one. Its number says only where it stood.
"""

from collections.abc import Sequence
from typing import Final

from app.domain.release.policy import Hidden, Score

NOT_COMPARABLE: Final = Hidden("new wording: not comparable")
"""Stands in place of an earlier score where the statement was not asked with this meaning."""


def in_order_of(
    asked_now: Sequence[str], asked_then: Sequence[str], scores: Sequence[Score]
) -> list[Score]:
    """An earlier quarter's `scores`, one for each statement of now; NOT_COMPARABLE for new ones.

    `asked_now` and `asked_then` are the identities of the statements, `scores` belong to
    `asked_then`. Raises ValueError for unequal lengths.
    """
    known = dict(zip(asked_then, scores, strict=True))
    return [known.get(identity, NOT_COMPARABLE) for identity in asked_now]

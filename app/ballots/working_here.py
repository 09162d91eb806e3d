"""The page about working here: the 0-10 question, the direct question, reasons, and words."""

from dataclasses import dataclass

from app.ballots.pages import Typed, shown, versions_beside
from app.ballots.queries import Review
from app.ballots.scale_rows import OPEN_MARK
from app.ballots.unit_part import UnitPart, unit_marks, unit_parts
from app.domain.ballot.document import COMPANY_WORDS, EARLIER, MOST_REASONS
from app.domain.ballot.versions import WrittenText, fingerprint
from app.domain.enps.direct import DIRECT


@dataclass(frozen=True)
class RecommendPage:
    """The 0-10 question as it stands."""

    score: int | None
    direct: int | None
    reasons: tuple[str, ...]
    comment: str
    was: str
    earlier: frozenset[str]
    """Which of score, direct, reasons and comment were given before a password reset."""
    beside: tuple[WrittenText, ...]
    """Other versions of the comment, saved by pages that did not know it."""
    units: tuple[UnitPart, ...] = ()
    """What managers ask their department."""

    @property
    def most_reasons(self) -> int:
        """So many reasons may be chosen."""
        return MOST_REASONS


def recommend_page(review: Review, typed: Typed | None = None) -> RecommendPage:
    """The 0-10 question; what was typed on a faulty page wins, its reasons joined by lines."""
    ballot = review.ballot
    score, direct = _readable(ballot.enps_score), _readable(ballot.further.get(DIRECT))
    earlier = {
        "score": ballot.enps_score == EARLIER,
        "direct": ballot.further.get(DIRECT) == EARLIER,
        "reasons": ballot.has_earlier_reasons,
        "comment": ballot.has_earlier_enps_comment,
    }
    hidden = frozenset(name for name, is_hidden in earlier.items() if is_hidden)
    is_asked = review.cycle.terms.asks_directly
    was = recommend_was(
        score,
        direct,
        tuple(ballot.enps_reasons),
        ballot.enps_comment,
        is_asked=is_asked,
        units=tuple(unit_marks(review)),
    )
    units = unit_parts(review, typed)
    beside = versions_beside(review, COMPANY_WORDS)
    if typed is None:
        reasons = tuple(ballot.enps_reasons)
        return RecommendPage(
            score, direct, reasons, ballot.enps_comment, was, hidden, beside, units
        )
    given = typed.get("score", "")
    return RecommendPage(
        int(given) if given.isdecimal() else score,
        shown(typed, DIRECT, ballot.further.get(DIRECT)),
        tuple(typed.get("reasons", "").split("\n")),
        typed.get("comment", ""),
        typed.get("was") or was,
        hidden,
        beside,
        units,
    )


def _readable(value: int | None) -> int | None:
    return None if value == EARLIER else value


def recommend_was(
    score: int | None,
    direct: int | None,
    reasons: tuple[str, ...],
    comment: str,
    *,
    is_asked: bool,
    units: tuple[str, ...] = (),
) -> str:
    """The memory of the 0-10 page: score, direct answer where asked, units, reasons, comment."""
    marks = [OPEN_MARK if value is None else str(value) for value in (score, direct)]
    texts = fingerprint("\n".join(sorted(reasons))), fingerprint(comment)
    return ".".join([*(marks if is_asked else marks[:1]), *units, *texts])

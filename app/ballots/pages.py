"""What the fill-in pages show: plain values made from a review, ready for the templates."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from markupsafe import Markup

from app.ballots.colleagues import Colleague
from app.ballots.focus import FocusPart
from app.ballots.queries import Review
from app.ballots.scale_rows import OPEN_MARK, ScaleRow, written
from app.domain.ballot.document import (
    EARLIER,
    KINDS,
    Away,
    Ballot,
    Change,
    Chosen,
    EnpsReasonsChange,
    EnpsScoreChange,
    FurtherAnswer,
    Own,
    Rating,
    Text,
)
from app.domain.ballot.focus import FocusAnswer
from app.domain.ballot.versions import WrittenText, fingerprint
from app.domain.enps import direct
from app.domain.pairing.assignment import Relationship
from app.domain.scale import NOT_OBSERVED, OPTIONS

Typed = Mapping[str, str]
"""What was typed on a page that could not be saved, by field name."""

BOND = {Relationship.MANAGER: "reports to you", Relationship.REPORT: "your manager"}
"""What a subject is to their rater, by what the rater is to the subject."""


@dataclass(frozen=True)
class ScalePage:
    """Rows to be rated, and what they showed when the page was made."""

    number: int
    rows: tuple[ScaleRow, ...]
    was: str
    focus: FocusPart | None = None
    """The focus questions below the rows; None where there are none."""

    @property
    def body(self) -> Markup:
        """The rows as HTML."""
        return written(self.rows)

    @property
    def teams(self) -> list[tuple[str, list[ScaleRow]]]:
        """The rows team by team; a rater's colleagues come in that order."""
        return [(team, list(rows)) for team, rows in groupby(self.rows, key=lambda row: row.team)]


@dataclass(frozen=True)
class CommentFold:
    """The two comments about one colleague; `earlier` names those not to be read."""

    colleague: Colleague
    texts: Mapping[str, str]
    earlier: frozenset[str]
    beside: Mapping[str, tuple[WrittenText, ...]]
    """Other versions of each text, saved by pages that did not know it."""
    is_open: bool

    @property
    def written(self) -> int:
        return sum(bool(text) for text in self.texts.values()) + len(self.earlier)


@dataclass(frozen=True)
class CommentsPage:
    """All folds, and the fingerprints of what they showed."""

    folds: tuple[CommentFold, ...]
    was: str


@dataclass(frozen=True)
class OpenStatement:
    """A statement with the colleagues not yet rated on it."""

    number: int
    text: str
    colleagues: tuple[Colleague, ...]
    is_untouched: bool
    """No answer was given here yet, so that one link serves all."""


def mark_of(change: Change) -> str:
    """What a page has to remember of a cell once `change` is stored."""
    match change:
        case (
            Rating(_, _, value)
            | Own(_, value)
            | EnpsScoreChange(value)
            | FurtherAnswer(_, value)
            | FocusAnswer(_, _, value)
        ):
            return OPEN_MARK if value is None else str(value)
        case Away(_, away):
            return str(int(away))
        case EnpsReasonsChange(reasons):
            return fingerprint("\n".join(sorted(reasons)))
        case Chosen(mark=mark):
            return mark
        case _:
            return fingerprint(change.text)


EARLIER_NOTE: Final = Markup(
    '<p class="notice earlier-note"><strong>Where it says “answered earlier”:</strong> since then '
    "somebody got into this account in a new way (a password set by a link, another account of a "
    "sign-in provider), or your second factor was reset, so these answers are no longer shown "
    "here. They still count. Whatever you answer there now takes their "
    "place.</p>"
)
"""Said wherever answers from before a reset are not shown."""
SKIPPED: Final = "–"
"""In the table of all answers: the two did not work together, or the colleague has left."""
LEFT: Final = "has left; you need not rate them"
TWO_VERSIONS: Final = (
    "Another page or device had saved a different text in the meantime. Both are kept below; "
    "please choose which one counts."
)


def contradicted(changes: Sequence[Change], ballot: Ballot) -> dict[int, str]:
    """The texts that stand where `changes` wanted others, by place in `changes`."""
    texts = {
        place: (change.text, ballot.text(change.cell))
        for place, change in enumerate(changes)
        if isinstance(change, Text)
    }
    return {place: stands for place, (wanted, stands) in texts.items() if wanted != stands}


def statement_page(review: Review, number: int, typed: Typed | None = None) -> ScalePage:
    """Statement `number` about every colleague; `typed` wins over what is stored."""
    ballot = review.ballot

    def stored(colleague: Colleague) -> int | None:
        return ballot.rating(colleague.person_id, number)

    def is_away(colleague: Colleague) -> bool:
        given = ballot.answers.get(colleague.person_id)
        return not (given and given[number - 1] is not None)

    rows = colleague_rows(review, number, stored, is_away, typed=typed)
    memory = colleague_rows(review, number, stored, is_away) if typed else rows
    return ScalePage(number, rows, memory_of(memory, typed))


def colleague_rows(
    review: Review,
    what: int | str,
    stored: Callable[[Colleague], int | None],
    is_away: Callable[[Colleague], bool],
    *,
    typed: Typed | None = None,
) -> tuple[ScaleRow, ...]:
    """A row per colleague; `what` is the statement's number, or what else is asked.

    `is_away` says of an answer "not observed" whether it follows from not having worked together.
    """

    def row(colleague: Colleague) -> ScaleRow:
        value, field = stored(colleague), f"r{colleague.position}"
        return ScaleRow(
            colleague.position,
            f"{colleague.position}.{what}",
            field,
            colleague.name,
            note_on(colleague),
            shown(typed, field, value),
            is_earlier=value == EARLIER,
            is_away=value == NOT_OBSERVED and is_away(colleague),
            team=colleague.team,
            labels=review.labels,
        )

    return tuple(row(colleague) for colleague in review.colleagues)


def own_page(review: Review, typed: Typed | None = None) -> ScalePage:
    """All 14 statements about oneself."""

    def row(number: int, text: str, value: int | None, typed: Typed | None) -> ScaleRow:
        field = f"o{number}"
        chosen = shown(typed, field, value)
        is_earlier = value == EARLIER
        return ScaleRow(
            number,
            f"own.{number}",
            field,
            text,
            "",
            chosen,
            is_earlier=is_earlier,
            is_observed=False,
            labels=review.labels,
        )

    answers = [
        (line.number, line.text, review.ballot.own[line.number - 1]) for line in review.statements
    ]
    memory = tuple(row(*answer, None) for answer in answers)
    return ScalePage(0, tuple(row(*answer, typed) for answer in answers), memory_of(memory, typed))


def note_on(colleague: Colleague) -> str:
    """What helps to recognise a colleague: title, a special bond, and whether they have left."""
    left = LEFT if colleague.has_left else ""
    return " · ".join(filter(None, (colleague.title, BOND.get(colleague.relationship), left)))


def shown(typed: Typed | None, field: str, stored: int | None) -> int | None:
    """The option to show as chosen; EARLIER is nobody's to see."""
    if typed and typed.get(field) in {str(option) for option in range(OPTIONS + 1)}:
        return int(typed[field])
    return None if stored == EARLIER else stored


def earlier_note(review: Review) -> Markup:
    """Why some answers cannot be read; nothing where all can."""
    return EARLIER_NOTE if review.ballot.veiled else Markup()


def memory_of(rows: tuple[ScaleRow, ...], typed: Typed | None) -> str:
    """What a page remembers of its rows.

    One that comes back with a fault remembers what it showed first: otherwise an answer typed
    on it would look unchanged when it is posted again.
    """
    return (typed or {}).get("was") or "".join(row.mark for row in rows)


def away_page(review: Review, typed: Typed | None = None) -> ScalePage:
    """Whom one did not work with; a tick made before a password reset is not shown."""
    ballot = review.ballot

    def stored(colleague: Colleague) -> int:
        is_hidden = f"a{colleague.person_id}" in ballot.veiled
        return int(colleague.person_id in ballot.away and not is_hidden)

    rows = colleague_rows(review, "away", stored, lambda _colleague: False)
    was = memory_of(rows, typed)
    if typed is not None:
        rows = tuple(row._replace(value=int(f"a{row.position}" in typed)) for row in rows)
    return ScalePage(0, rows, was)


def comments_page(review: Review, typed: Typed | None = None) -> CommentsPage:
    """A fold per colleague; those changed on a page that comes back are open."""
    folds = tuple(_fold(review, colleague, typed or {}) for colleague in review.colleagues)
    was = (typed or {}).get("was") or ".".join(
        fingerprint(review.ballot.comments.get(colleague.person_id, {}).get(kind, ""))
        for colleague in review.colleagues
        for kind in KINDS
    )
    return CommentsPage(folds, was)


def _fold(review: Review, colleague: Colleague, typed: Typed) -> CommentFold:
    stored = review.ballot.comments.get(colleague.person_id, {})
    stored = {kind: stored.get(kind, "") for kind in KINDS}
    texts = {kind: typed.get(f"{kind}{colleague.position}", stored[kind]) for kind in KINDS}
    earlier = review.ballot.earlier_comments
    hidden = frozenset(kind for kind in KINDS if (colleague.person_id, kind) in earlier)
    beside = {kind: versions_beside(review, f"c{colleague.person_id}.{kind}") for kind in KINDS}
    is_open = texts != stored or any(beside.values())
    return CommentFold(colleague, texts, hidden, beside, is_open=is_open)


def versions_beside(review: Review, cell: str) -> tuple[WrittenText, ...]:
    """Other versions of a cell's text, saved by pages that did not know it."""
    return review.ballot.beside.get(cell, ())


def open_statements(review: Review) -> tuple[OpenStatement, ...]:
    """Every gap once, statement by statement."""
    by_position = {colleague.position: colleague for colleague in review.colleagues}
    found = []
    for number, gaps in groupby(review.gaps, key=lambda gap: gap.statement):
        missing = tuple(by_position[gap.position] for gap in gaps)
        text = review.statements[number - 1].text
        untouched = len(missing) == review.asked_on(number)
        found.append(OpenStatement(number, text, missing, untouched))
    return tuple(found)


@dataclass(frozen=True)
class Summary:
    """Exactly what a ballot holds, in numbers."""

    rated: int
    not_observed: int
    away: int
    """With so many colleagues the rater did not work."""
    earlier: int
    open: int
    comments: int
    own: int
    score: str
    direct: str
    reasons: str
    services: int
    """About so many internal services something is said."""


def summary(review: Review) -> Summary:
    """What was sent, counted for its rater's own eyes."""
    ballot = review.ballot
    given = [value for values in review.answers for value in values]
    score = "not answered" if ballot.enps_score is None else str(ballot.enps_score)
    return Summary(
        rated=sum(value is not None and value > 0 for value in given),
        not_observed=given.count(NOT_OBSERVED) - review.skipped,
        away=len(review.away),
        earlier=given.count(EARLIER),
        open=given.count(None),
        comments=sum(len(texts) for texts in ballot.comments.values())
        + len(ballot.earlier_comments),
        own=review.own_answered,
        score="answered earlier" if ballot.enps_score == EARLIER else score,
        direct=_direct_in_words(ballot),
        reasons=", ".join(ballot.enps_reasons),
        services=sum(bool(ballot.further.get(one.used_key)) for one in review.services),
    )


def _direct_in_words(ballot: Ballot) -> str:
    answer = ballot.further.get(direct.DIRECT)
    if answer is None:
        return "not answered"
    return (
        "answered earlier" if answer == EARLIER else direct.WORDS[direct.DirectComparison(answer)]
    )


def all_answers(review: Review) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Every rating as a table: a colleague's name and 14 marks."""
    marks = {None: "·", NOT_OBSERVED: "n/o", EARLIER: "✓"}
    return tuple(
        (
            colleague.name,
            tuple(
                SKIPPED
                if review.is_skipped(colleague.person_id, number)
                else marks.get(value, str(value))
                for number, value in enumerate(given, 1)
            ),
        )
        for colleague, given in zip(review.colleagues, review.answers, strict=True)
    )

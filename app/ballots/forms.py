"""Reads posted fill-in pages into changes.

Fields are named by the colleague's position in the rater's own order, never by a person's
number. Every page remembers in `was` what it showed, or saved since, and only what differs from
that is a change: a page left open in another tab cannot overwrite newer answers with old ones,
and "I did not work with them" is not turned into fourteen ratings.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Final

from werkzeug.datastructures import MultiDict

from app.ballots.further_words import NOTHING, PRINT
from app.ballots.pages import Typed
from app.ballots.queries import Review
from app.ballots.scale_rows import EARLIER_MARK, OPEN_MARK
from app.ballots.unit_part import read_unit_part
from app.ballots.working_here import recommend_was
from app.domain import limits
from app.domain.ballot.document import (
    COMPANY_WORDS,
    KINDS,
    MOST_REASONS,
    Away,
    Change,
    Chosen,
    Comment,
    EnpsCommentChange,
    EnpsReasonsChange,
    EnpsScoreChange,
    FurtherAnswer,
    Own,
    Rating,
)
from app.domain.ballot.versions import fingerprint
from app.domain.enps.direct import DIRECT
from app.domain.enps.direct import OPTIONS as COMPARISONS
from app.domain.errors import StalePageError
from app.domain.scale import ENPS_OPTIONS, NOT_OBSERVED, OPTIONS
from app.infra.forms import clean_text

Form = MultiDict[str, str]

NOT_ON_THE_LIST: Final = "This page names somebody who is not on your list. Please reload it."
MISFIT: Final = "This page does not fit your review as it is now, so nothing of it was saved."
NOBODY_CHOSEN: Final = ""


@dataclass
class Posted:
    """A posted page: what it changes, or every fault as a sentence and what was typed."""

    typed: Typed
    changes: list[Change] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)


def as_first_shown(form: Form) -> Form:
    """The posted page as if nothing of it had been saved while it was filled in."""
    whole = MultiDict(form)
    if "first" in whole:
        whole["was"] = whole["first"]
    return whole


def read_statement(form: Form, review: Review, number: int) -> Posted:
    """The ratings of one statement."""
    names = [colleague.name for colleague in review.colleagues]

    def change(position: int, value: int | None) -> Change:
        return Rating(review.colleagues[position - 1].person_id, number, value)

    return _read_scale(form, "r", names, change, lowest=NOT_OBSERVED)


def read_own(form: Form, review: Review) -> Posted:
    """The rater's answers about themselves; there is no "not observed" among them."""
    return _read_scale(form, "o", [line.text for line in review.statements], Own, lowest=1)


def read_person(form: Form, review: Review, position: int) -> Posted:
    """All ratings of one colleague."""
    person_id = review.colleagues[position - 1].person_id

    def change(number: int, value: int | None) -> Change:
        return Rating(person_id, number, value)

    texts = [line.text for line in review.statements]
    return _read_scale(form, "s", texts, change, lowest=NOT_OBSERVED)


def _read_scale(
    form: Form,
    prefix: str,
    names: list[str],
    change: Callable[[int, int | None], Change],
    *,
    lowest: int,
) -> Posted:
    posted = Posted(form.to_dict())
    options = {str(option): option for option in range(lowest, OPTIONS + 1)}
    was = _memory(form, len(names))
    for position, text in _numbered(form, prefix, posted, len(names)):
        if text not in options:
            posted.faults.append(f"{names[position - 1]}: “{text}” is not an answer on this scale.")
        elif text != was[position - 1]:
            posted.changes.append(change(position, options[text]))
    _read_clear(form, len(names), posted, change)
    return posted


def _memory(form: Form, length: int) -> str:
    """What the page showed, a letter a row; without it every posted field is a change.

    Raises StalePageError for one that does not fit: the page was about other rows.
    """
    was = form.get("was") or OPEN_MARK * length
    refuse_misfit(was, rf"[0-{OPTIONS}{EARLIER_MARK}{OPEN_MARK}]{{{length}}}")
    return was


def refuse_misfit(was: str, pattern: str) -> None:
    """Raises StalePageError when a page's memory is not of this shape."""
    if not re.fullmatch(pattern, was):
        raise StalePageError(MISFIT)


def _numbered(form: Form, prefix: str, posted: Posted, last: int) -> Iterator[tuple[int, str]]:
    """Every field `prefix` + number with its value; an unknown number is a fault."""
    for name, text in form.items():
        match = re.fullmatch(rf"{prefix}([0-9]{{1,4}})", name)
        if match is None:
            continue
        if 1 <= int(match[1]) <= last:
            yield int(match[1]), text
        elif NOT_ON_THE_LIST not in posted.faults:
            posted.faults.append(NOT_ON_THE_LIST)


def _read_clear(
    form: Form, last: int, posted: Posted, change: Callable[[int, int | None], Change]
) -> None:
    """The row whose "clear" was pressed; its answer goes, the others on the page are saved."""
    if "clear" not in form:
        return
    cleared = cleared_position(form)
    if 1 <= cleared <= last:
        posted.changes.append(change(cleared, None))
    else:
        posted.faults.append(NOT_ON_THE_LIST)


def cleared_position(form: Form) -> int:
    """The number on the "clear" button that was pressed, 0 when none was."""
    text = form.get("clear", "")
    return int(text) if re.fullmatch(r"[0-9]{1,4}", text) else 0


def read_colleagues(form: Form, review: Review) -> Posted:
    """Who was ticked as "I did not work with them"."""
    posted = Posted(form.to_dict())
    ticked = {position for position, _ in _numbered(form, "a", posted, len(review.colleagues))}
    was = _memory(form, len(review.colleagues))
    for colleague in review.colleagues:
        is_ticked = colleague.position in ticked
        if is_ticked != (was[colleague.position - 1] == "1"):
            posted.changes.append(Away(colleague.person_id, is_ticked))
    return posted


def read_comments(form: Form, review: Review) -> Posted:
    """The two comments about each colleague."""
    posted = Posted(form.to_dict())
    was = _remembered_texts(form, len(review.colleagues))
    for kind in KINDS:
        for position, text in _numbered(form, kind, posted, len(review.colleagues)):
            _read_comment(was, posted, review, kind=kind, position=position, text=text)
    read_choice(form, posted, review)
    return posted


def read_choice(form: Form, posted: Posted, review: Review) -> None:
    """Which of several versions is to count, or is not wanted any more."""
    found = chosen_version(form)
    if found is None:
        return
    kind, position, mark = found
    if position > len(review.colleagues):
        posted.faults.append(NOT_ON_THE_LIST)
        return
    subject = review.colleagues[position - 1].person_id if position else None
    cell = COMPANY_WORDS if subject is None else f"c{subject}.{kind.rstrip('-')}"
    posted.changes.append(Chosen(cell, mark, is_wanted="use" in form))


def chosen_version(form: Form) -> tuple[str, int, str] | None:
    """The text whose version was chosen: its kind, a colleague's position or 0, and its mark."""
    pressed = form.get("use") or form.get("drop") or ""
    match = re.fullmatch(rf"(keep|try|comment|help[0-9]{{1,2}}-)([0-9]{{0,4}})\.({PRINT})", pressed)
    return (match[1], int(match[2] or 0), match[3]) if match else None


def _remembered_texts(form: Form, colleagues: int) -> list[str]:
    """The fingerprints of all comments as shown; without them every comment is a change."""
    was = form.get("was")
    if not was:
        return []
    refuse_misfit(was, rf"{PRINT}(\.{PRINT}){{{colleagues * len(KINDS) - 1}}}")
    return was.split(".")


def _read_comment(
    was: list[str], posted: Posted, review: Review, *, kind: str, position: int, text: str
) -> None:
    place = (position - 1) * len(KINDS) + KINDS.index(kind)
    colleague = review.colleagues[position - 1]
    text = clean_text(text) or ""
    if len(text) > limits.COMMENT:
        posted.faults.append(too_long(f"The comment about {colleague.name}", text))
        return
    base = was[place] if place < len(was) else NOTHING
    if base != fingerprint(text) or not was:
        posted.changes.append(Comment(colleague.person_id, kind, text, base))


def too_long(what: str, text: str) -> str:
    """What is said of a text that does not fit."""
    return f"{what} has {len(text):,} characters; {limits.COMMENT:,} fit. Please shorten it."


def read_recommend(form: Form, review: Review) -> Posted:
    """The 0-10 answer, its reasons and its comment, and what managers ask their department."""
    reasons = tuple(dict.fromkeys(form.getlist("reason")))
    posted = Posted(form.to_dict() | {"reasons": "\n".join(reasons)})
    is_asked = review.cycle.terms.asks_directly
    units = len(review.unit_questions)
    marks, of_units = _recommend_memory(form, is_asked=is_asked, units=units)
    score = _read_number(form, posted, "score", ENPS_OPTIONS)
    direct = _read_number(form, posted, DIRECT, COMPARISONS) if is_asked else None
    comment = (clean_text(form.get("comment")) or "") if review.asks_for_words else ""
    posted.faults += _faults_of_reasons(reasons, review)
    if len(comment) > limits.COMMENT:
        posted.faults.append(too_long("Your comment", comment))
    now = recommend_was(score, direct, reasons, comment, is_asked=is_asked).split(".")
    changes: tuple[Change, ...] = (
        EnpsScoreChange(score),
        *((FurtherAnswer(DIRECT, direct),) if is_asked else ()),
        EnpsReasonsChange(reasons),
        EnpsCommentChange(comment, marks[-1] or NOTHING),
    )
    posted.changes = [
        change
        for change, before, after in zip(changes, marks, now, strict=True)
        if before != after and (review.asks_for_words or not isinstance(change, EnpsCommentChange))
    ]
    changed, faults = read_unit_part(form, review, of_units)
    posted.changes += changed
    posted.faults += faults
    _read_cleared(form, posted, review)
    read_choice(form, posted, review)
    return posted


def _recommend_memory(form: Form, *, is_asked: bool, units: int) -> tuple[list[str], list[str]]:
    """What the page remembers of its own cells, and of units' questions; blanks without a memory.

    Raises StalePageError for one that does not fit.
    """
    own = 4 if is_asked else 3
    was = form.get("was") or ""
    if not was.strip("."):  # every answer is a change
        return [""] * own, []
    number = rf"({OPEN_MARK}|{EARLIER_MARK}|\d{{1,2}})\."
    mark = r"[-\w]{1,8}\."
    refuse_misfit(was, rf"{number * (own - 2)}({mark}){{{units}}}{PRINT}\.{PRINT}")
    marks = was.split(".")
    before = own - 2
    return [*marks[:before], *marks[before + units :]], marks[before : before + units]


def _faults_of_reasons(reasons: tuple[str, ...], review: Review) -> list[str]:
    faults = []
    if len(reasons) > MOST_REASONS:
        faults.append(f"Please choose up to {MOST_REASONS} reasons; {len(reasons)} are ticked.")
    if not set(reasons) <= set(review.cycle.reasons):
        faults.append("One of the reasons is not on the list. Please reload this page.")
    return faults


def _read_cleared(form: Form, posted: Posted, review: Review) -> None:
    """The 0-10 answer, or the direct one, whose "clear" was pressed."""
    cleared = form.get("clear")
    if cleared is None or cleared in {one.key for one in review.unit_questions}:
        return
    is_direct = review.cycle.terms.asks_directly and cleared == DIRECT
    posted.changes.append(FurtherAnswer(DIRECT, None) if is_direct else EnpsScoreChange(None))


def _read_number(form: Form, posted: Posted, name: str, options: range) -> int | None:
    text = form.get(name, NOBODY_CHOSEN)
    if text == NOBODY_CHOSEN:
        return None
    number = as_number(text, options)
    if number is None:
        posted.faults.append(
            f"“{text}” is not an answer; please choose {options[0]} to {options[-1]}."
        )
    return number


def as_number(text: str, options: range) -> int | None:
    """The option that `text` names, or None."""
    return int(text) if text in {str(option) for option in options} else None

"""Reads the focus questions of a posted page, and hangs them up beside its ratings."""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from werkzeug.datastructures import MultiDict

from app.ballots.focus import Place, answer_field, focus_part, help_field
from app.ballots.forms import (
    MISFIT,
    Form,
    Posted,
    read_choice,
    too_long,
)
from app.ballots.further_words import NOTHING, PRINT
from app.ballots.pages import ScalePage, Typed
from app.ballots.queries import Review
from app.ballots.scale_rows import EARLIER_MARK, OPEN_MARK
from app.domain import limits
from app.domain.ballot.document import Comment
from app.domain.ballot.focus import SEEN_WORDS, FocusAnswer, help_kind
from app.domain.ballot.versions import fingerprint
from app.domain.errors import StalePageError
from app.infra.forms import clean_text

Read = Callable[[Form, Review], Posted]
OPTIONS = {str(int(seen)): int(seen) for seen in SEEN_WORDS}


def with_focus_read(read: Read, places: Sequence[Place]) -> Read:
    """`read`, and with it the focus questions at `places`."""
    if not places:
        return read

    def both(form: Form, review: Review) -> Posted:
        asks_help = review.asks_for_words
        rows, marks = _memories(form, len(places), asks_help=asks_help)
        posted = read(rows, review)
        for number, place in enumerate(places):
            was, *base = marks[number * (1 + asks_help) :][: 1 + asks_help]
            _read_answer(form, review, place, was, posted)
            if base:
                _read_help(form, review, place, base[0], posted)
        read_choice(form, posted, review)
        return posted

    return both


def with_focus_shown(
    show: Callable[..., ScalePage], places: Sequence[Place]
) -> Callable[..., ScalePage]:
    """`show`, and below its rows the focus questions at `places`."""
    if not places:
        return show

    def both(review: Review, typed: Typed | None = None) -> ScalePage:
        page, focus = show(review, typed=typed), focus_part(review, places, typed)
        was = (typed or {}).get("was") or ".".join([*page.was, *focus.memory])
        return replace(page, focus=focus, was=was)

    return both


def _memories(form: Form, questions: int, *, asks_help: bool) -> tuple[Form, list[str]]:
    """The form with what the page showed of its rows, and what it showed of the questions.

    One memory holds both, all marks apart: that of a page with ratings only is a letter a row.
    Raises StalePageError for one that does not fit.
    """
    one = rf"\.[0-3{EARLIER_MARK}{OPEN_MARK}]" + (rf"\.{PRINT}" if asks_help else "")
    fresh = [OPEN_MARK, NOTHING] if asks_help else [OPEN_MARK]
    was = form.get("was")
    if not was:
        return form, fresh * questions
    found = re.fullmatch(rf"(.(?:\..)*?)((?:{one}){{{questions}}})", was)
    if found is None:
        raise StalePageError(MISFIT)
    rows = MultiDict(form)
    rows["was"] = found[1].replace(".", "")
    return rows, found[2].split(".")[1:]


def _read_answer(form: Form, review: Review, place: Place, was: str, posted: Posted) -> None:
    colleague = review.colleagues[place[0] - 1]
    text = form.get(answer_field(*place), "")
    if not text or text == was:
        return
    if text in OPTIONS:
        posted.changes.append(FocusAnswer(colleague.person_id, place[1], OPTIONS[text]))
    else:
        posted.faults.append(f"{colleague.name}: “{text}” is not an answer to this question.")


def _read_help(form: Form, review: Review, place: Place, base: str, posted: Posted) -> None:
    colleague, name = review.colleagues[place[0] - 1], help_field(*place)
    if name not in form:
        return
    text = clean_text(form[name]) or ""
    if len(text) > limits.COMMENT:
        posted.faults.append(too_long(f"What would help {colleague.name}", text))
    elif base != fingerprint(text):
        kind = help_kind(place[1])
        posted.changes.append(Comment(colleague.person_id, kind, text, base))

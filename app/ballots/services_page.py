"""The page about internal services: each with "did not use" preset, and what is posted there."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from werkzeug.datastructures import MultiDict

from app.ballots.forms import (
    NOT_ON_THE_LIST,
    Posted,
    as_number,
    refuse_misfit,
    too_long,
)
from app.ballots.further_words import NOTHING, chosen_words
from app.ballots.pages import Typed, versions_beside
from app.ballots.queries import Review
from app.ballots.scale_rows import EARLIER_MARK, OPEN_MARK
from app.domain import limits
from app.domain.ballot.document import EARLIER, FURTHER_WORDS, Chosen, FurtherAnswer, FurtherText
from app.domain.ballot.versions import WrittenText, fingerprint
from app.domain.internal_services.asked import AskedService
from app.infra.forms import clean_text

DID_NOT_USE: Final = 0


@dataclass(frozen=True)
class AskedNumber:
    """One question that is answered with a number."""

    key: str
    text: str
    value: int | None
    is_earlier: bool


@dataclass(frozen=True)
class ServiceFold:
    """A service, and what the rater has said of it."""

    service: AskedService
    used: AskedNumber
    statements: tuple[AskedNumber, ...]
    help: AskedNumber
    words: str
    has_earlier_words: bool
    beside: tuple[WrittenText, ...]
    """Other versions of the words, saved by pages that did not know them."""


@dataclass(frozen=True)
class ServicesPage:
    """All services, and what they showed when the page was made."""

    folds: tuple[ServiceFold, ...]
    was: str


def services_page(review: Review, typed: Typed | None = None) -> ServicesPage:
    """Every service that the rater is asked about; what was typed on a faulty page wins."""
    was = (typed or {}).get("was") or ".".join(_marks(review))
    return ServicesPage(tuple(_fold(review, one, typed or {}) for one in review.services), was)


def _fold(review: Review, service: AskedService, typed: Typed) -> ServiceFold:
    ballot = review.ballot

    def number(key: str, text: str) -> AskedNumber:
        stored = ballot.further.get(key)
        value = None if stored == EARLIER else stored
        given = typed.get(key, "")
        is_shown = given.isascii() and given.isdecimal() and len(given) <= len("10")
        return AskedNumber(key, text, int(given) if is_shown else value, stored == EARLIER)

    used = number(service.used_key, "")
    return ServiceFold(
        service,
        used,
        tuple(map(number, service.statement_keys, service.statements)),
        number(service.help_key, ""),
        typed.get(service.words_key, ballot.further_texts.get(service.words_key, "")),
        f"{FURTHER_WORDS}{service.words_key}" in ballot.veiled,
        versions_beside(review, f"{FURTHER_WORDS}{service.words_key}"),
    )


def _marks(review: Review) -> Iterator[str]:
    """What the page remembers: numbers and a fingerprint for each service, in their order."""
    ballot = review.ballot
    for service in review.services:
        for key in _number_keys(service):
            value = ballot.further.get(key)
            preset = str(DID_NOT_USE) if key == service.used_key else OPEN_MARK
            yield preset if value is None else EARLIER_MARK if value == EARLIER else str(value)
        if review.asks_for_words:
            yield fingerprint(ballot.further_texts.get(service.words_key, ""))


def _number_keys(service: AskedService) -> tuple[str, ...]:
    return (service.used_key, *service.statement_keys, service.help_key)


def _cells(review: Review) -> Iterator[str]:
    """The keys of everything that the page asks, in its order."""
    for service in review.services:
        yield from _number_keys(service)
        if review.asks_for_words:
            yield service.words_key


def read_services(form: MultiDict[str, str], review: Review) -> Posted:
    """What was answered about services; only what differs from what the page showed changes."""
    posted = Posted(form.to_dict())
    cells = list(_cells(review))
    was = _memory(form, len(cells))
    for place, key in enumerate(cells):
        if key in form:
            _read_cell(posted, review, (key, form[key]), was[place] if was else None)
    _read_clear(form, posted, review)
    _read_choice(form, posted, review)
    return posted


def _memory(form: MultiDict[str, str], cells: int) -> list[str]:
    """What the page showed, cell by cell; without it every posted field is a change."""
    was = form.get("was")
    if not was:
        return []
    refuse_misfit(was, r"([-\w]{1,8})(\.[-\w]{1,8})*")
    marks = was.split(".")
    if len(marks) != cells:
        refuse_misfit(was, "")
    return marks


def _read_cell(posted: Posted, review: Review, cell: tuple[str, str], was: str | None) -> None:
    key, given = cell
    if key in review.further_questions.texts:
        _read_words(posted, review, (key, given), was)
        return
    value = as_number(given, review.further_questions.numbers[key])
    if value is None:
        posted.faults.append(f"{_name_of(review, key)}: “{given}” is not an answer on this scale.")
    elif was is None or given != was:
        posted.changes.append(FurtherAnswer(key, value))


def _read_words(posted: Posted, review: Review, cell: tuple[str, str], was: str | None) -> None:
    key, text = cell[0], clean_text(cell[1]) or ""
    if len(text) > limits.COMMENT:
        posted.faults.append(too_long(f"The comment about {_name_of(review, key)}", text))
    elif was is None or was != fingerprint(text):
        posted.changes.append(FurtherText(key, text, NOTHING if was is None else was))


def _name_of(review: Review, key: str) -> str:
    number = re.match(r"s(\d+)", key)
    return next(one.name for one in review.services if number and one.id == int(number[1]))


def _read_clear(form: MultiDict[str, str], posted: Posted, review: Review) -> None:
    """The question whose "clear" was pressed."""
    key = form.get("clear")
    if key is None:
        return
    if key in review.further_questions.numbers:
        posted.changes.append(FurtherAnswer(key, None))
    else:
        posted.faults.append(NOT_ON_THE_LIST)


def _read_choice(form: MultiDict[str, str], posted: Posted, review: Review) -> None:
    """Which of several versions is to count, or is not wanted any more."""
    found = chosen_words(form)
    if found is None:
        return
    key, mark = found
    if key in review.further_questions.texts:
        cell = f"{FURTHER_WORDS}{key}"
        posted.changes.append(Chosen(cell, mark, is_wanted="use" in form))
    else:
        posted.faults.append(NOT_ON_THE_LIST)

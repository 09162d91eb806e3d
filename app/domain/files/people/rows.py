"""From drafts to rows: what the file does not say is asked, or stays as the directory has it."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final

from app.domain.files.people import dates
from app.domain.files.people.columns import Header
from app.domain.files.people.drafts import Draft
from app.domain.files.people.questions import AnswerChoice, Asking, Entry, Question, some
from app.domain.files.people_changes import KnownPerson
from app.domain.files.people_file import PersonRow, department_path, roles_in

JOINED: Final = "joined"
DEPARTMENT: Final = "department"
ABSENCE: Final = "absence"
OUT: Final = "out"


def ask_missing(
    drafts: Sequence[Draft], persons: Mapping[str, KnownPerson], asking: Asking, today: date
) -> None:
    """Ask what the file leaves open beside who is who: one answer for all it is about."""
    _ask_about_new(drafts, persons, asking)
    _offer_to_sit_out(drafts, persons, asking, today)


def _ask_about_new(
    drafts: Sequence[Draft], persons: Mapping[str, KnownPerson], asking: Asking
) -> None:
    """Ask what the file does not say about people who are new."""
    new = [draft for draft in drafts if draft.email not in persons]
    undated = [draft.spoken for draft in new if draft.joined_on is None]
    if undated:
        asking.ask(
            Question(
                JOINED,
                "The file does not say when these people joined. Which day is right for them all?",
                concerned=some(undated),
                entry=Entry.DATE,
            )
        )
    unplaced = [draft.spoken for draft in new if not any(draft.path)]
    if unplaced:
        asking.ask(
            Question(
                DEPARTMENT,
                "The file names no department for these people. Which one are they in?",
                concerned=some(unplaced),
                entry=Entry.TEXT,
            )
        )


def _offer_to_sit_out(
    drafts: Sequence[Draft], persons: Mapping[str, KnownPerson], asking: Asking, today: date
) -> None:
    """Offer that people on leave and contractors take no part, unless they sit out already."""
    away = [
        draft
        for draft in drafts
        if draft.state.absence and _may_sit_out(persons.get(draft.email), today)
    ]
    if away:
        asking.ask(
            Question(
                ABSENCE,
                "By the file, these people are on leave or contractors. Do they take part?",
                (
                    AnswerChoice("part", "Yes, like everybody"),
                    AnswerChoice(OUT, "No, new plans leave them out until you change that"),
                ),
                "part",
                some(f"{draft.spoken}: {draft.state.absence}" for draft in away),
                is_offer=True,
            )
        )


def _may_sit_out(person: KnownPerson | None, today: date) -> bool:
    return person is None or not person.sits_out_on(today)


def _is_to_sit_out(person: KnownPerson | None, asking: Asking, today: date) -> bool:
    return asking.answers.get(ABSENCE) == OUT and _may_sit_out(person, today)


def row_of(
    draft: Draft, person: KnownPerson | None, header: Header, asking: Asking, today: date
) -> PersonRow:
    """A draft as the directory is to have it; what the file does not say stays as it is."""
    fields = header.places().keys()
    cells = draft.cells
    has_manager = bool(set(fields) & MANAGER_FIELDS)
    answered = dates.parsed(asking.answers.get(JOINED, ""))
    chosen_day = answered if isinstance(answered, date) else today
    chosen_path = department_path(asking.answers.get(DEPARTMENT, "").strip() or "?")
    title = cells.get("title", "") if "title" in fields else person.title if person else ""
    manager = draft.manager if has_manager else person.manager if person else None
    second = person.second_manager if person else None
    if "second_manager" in fields:
        second = draft.second_manager
    return PersonRow(
        line=draft.line,
        name=draft.name,
        email=draft.email,
        title=title,
        department=draft.path if any(draft.path) else person.department if person else chosen_path,
        manager=manager,
        joined_on=draft.joined_on or (person.joined_on if person else chosen_day),
        roles=roles_in(cells["roles"]) if "roles" in fields else None,
        number=_number(draft, person),
        known_email=person.email if person and person.email != draft.email else "",
        absence=draft.state.absence,
        second_manager=None if second in {manager, draft.email} else second,
        sits_out=draft.state.absence if _is_to_sit_out(person, asking, today) else "",
    )


MANAGER_FIELDS: Final = frozenset({"manager", "manager_email", "manager_number", "manager_last"})


def _number(draft: Draft, person: KnownPerson | None) -> str | None:
    """The number to keep; "7" in the file leaves "0007" as the directory has it."""
    if not draft.number:
        return None
    if person and person.number and _same_number(person.number, draft.number):
        return None
    return draft.number


def _same_number(one: str, other: str) -> bool:
    return one == other or (one.isdigit() and other.isdigit() and int(one) == int(other))

"""Who is who: several lines of one person, and people whom the directory knows already."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from app.domain.files.people.drafts import Draft, number_key
from app.domain.files.people.names import name_key
from app.domain.files.people.questions import AnswerChoice, Asking, Question, key_of, some
from app.domain.files.people_changes import KnownPerson
from app.domain.plurals import counted

ONE: Final = "one"
TWO: Final = "two"
LEAVE_OUT: Final = "leave-out"


def once_each(drafts: Sequence[Draft], asking: Asking, told: list[str]) -> list[Draft]:
    """One draft for each address: the current line, or the one that people choose."""
    by_email: dict[str, list[Draft]] = {}
    for draft in drafts:
        by_email.setdefault(draft.email or f"line {draft.line}", []).append(draft)
    kept = [
        found[0] if len(found) == 1 else _one_of(found, asking, told) for found in by_email.values()
    ]
    return sorted(kept, key=lambda draft: draft.line)


def _one_of(found: Sequence[Draft], asking: Asking, told: list[str]) -> Draft:
    lines = " and ".join(str(draft.line) for draft in found)
    if len({_said_of(draft) for draft in found}) == 1:
        told.append(f"Lines {lines} say the same; they count once.")
        return found[0]
    current = [draft for draft in found if draft.state.is_active]
    if len(current) == 1:
        told.append(f"Lines {lines} are one person; line {current[0].line} is the current one.")
        return current[0]
    question = Question(
        key_of("twice", found[0].email),
        f"{found[0].name} stands on lines {lines}. Which one is right?",
        tuple(AnswerChoice(str(draft.line), _described(draft)) for draft in found),
    )
    answer = asking.ask(question)
    return next((draft for draft in found if str(draft.line) == answer), found[0])


def _said_of(draft: Draft) -> tuple[str, ...]:
    """Everything that a line says about a person, however its address is capitalised."""
    said = {name: cell.casefold() for name, cell in draft.cells.items() if name != "email"}
    return (draft.name, str(draft.joined_on), str(draft.state), *map(str, sorted(said.items())))


def _described(draft: Draft) -> str:
    parts = [draft.name, draft.cells.get("title", ""), " / ".join(draft.path)]
    return f"line {draft.line}: {', '.join(part for part in parts if part)}"


def without_addressless(drafts: Sequence[Draft], asking: Asking) -> list[Draft]:
    """The drafts that have an address; who has none is left out after one question for all."""
    lacking = [draft for draft in drafts if not draft.email]
    if lacking:
        asking.ask(
            Question(
                "no-address",
                f"{counted(len(lacking), 'person', 'people')} without e-mail could not sign in. "
                "Go on without them?",
                (AnswerChoice(LEAVE_OUT, "Yes, leave them out"),),
                concerned=some(draft.spoken for draft in lacking),
            )
        )
    return [draft for draft in drafts if draft.email]


def without_accounts(drafts: Sequence[Draft], bosses: set[str], asking: Asking) -> list[Draft]:
    """The drafts that are people: an address for a device or a team is left out when asked so.

    Only where the file has numbers, titles and managers: somebody with none of them, who
    manages nobody, is hardly a person.
    """
    columns = {name for draft in drafts for name in draft.cells}
    has_managers = bool(columns & {"manager", "manager_email", "manager_number"})
    if not ({"number", "title"} <= columns and has_managers):
        return list(drafts)
    odd = [d for d in drafts if _is_bare(d) and d.email not in bosses and d.state.is_active]
    if not odd or len(odd) * 2 > len(drafts):
        return list(drafts)
    question = Question(
        "accounts",
        "These have neither number nor title nor manager and manage nobody. Are they people?",
        (AnswerChoice(LEAVE_OUT, "No, leave them out"), AnswerChoice("keep", "Yes, take them")),
        LEAVE_OUT,
        some(draft.spoken for draft in odd),
    )
    if asking.ask(question) != LEAVE_OUT:
        return list(drafts)
    left_out = {draft.line for draft in odd}
    return [draft for draft in drafts if draft.line not in left_out]


def _is_bare(draft: Draft) -> bool:
    fields = ("number", "title", "manager", "manager_email", "manager_number")
    return not any(draft.cells.get(name) for name in fields)


@dataclass
class Known:
    """The directory, by address and by number."""

    by_email: dict[str, KnownPerson] = field(default_factory=dict)
    by_number: dict[str, KnownPerson] = field(default_factory=dict)


def known_by(people: Iterable[KnownPerson]) -> Known:
    """The directory, ready for looking people up."""
    found = Known()
    for person in people:
        found.by_email[person.email] = person
        if person.number:
            found.by_number[number_key(person.number)] = person
    return found


def matched(drafts: Sequence[Draft], known: Known, asking: Asking) -> Mapping[str, KnownPerson]:
    """Whom the directory knows, by the address in the file: by address first, then by number.

    A number alone settles it when the name is the same; otherwise it is asked, for numbers are
    given out again.
    """
    here = {draft.email for draft in drafts}
    found: dict[str, KnownPerson] = {}
    for draft in drafts:
        if person := known.by_email.get(draft.email):
            found[draft.email] = person
            continue
        person = known.by_number.get(number_key(draft.number)) if draft.number else None
        if person is None or person.email in here:
            continue
        if name_key(person.name) in draft.keys or _is_same(draft, person, asking):
            found[draft.email] = person
    return found


def _is_same(draft: Draft, person: KnownPerson, asking: Asking) -> bool:
    return asking.ask(same_question(draft.name, draft.email, person, "has the same number")) == ONE


def same_question(
    name: str, email: str, person: KnownPerson, reason: str, preset: str = ""
) -> Question:
    """Whether somebody who comes is somebody who would go, with a new address."""
    return Question(
        key_of("same", person.email),
        f"Is {name} ({email}) the same person as {person.name} ({person.email}), who {reason}?",
        (
            AnswerChoice(ONE, "Yes: one person with a new address, who keeps account and history"),
            AnswerChoice(TWO, "No: two people"),
        ),
        preset,
    )

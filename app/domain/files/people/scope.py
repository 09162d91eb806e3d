"""Whether a file is the whole company, who would go, and who only has a new address."""

from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final, TypeVar

from app.domain.files.people.drafts import number_key
from app.domain.files.people.identity import ONE, same_question
from app.domain.files.people.names import name_key
from app.domain.files.people.questions import AnswerChoice, Asking, Question, some
from app.domain.files.people.reading import Reading
from app.domain.files.people_changes import KnownPerson
from app.domain.files.people_file import Leaver, PersonRow
from app.domain.plurals import counted

Thing = TypeVar("Thing")

WHOLE: Final = "whole"
PART: Final = "part"
HARMFUL_COUNT: Final = 10
HARMFUL_SHARE: Final = 10
"""More than one in ten."""


@dataclass(frozen=True)
class Scoped:
    """The rows and who goes, once it is known what the file is."""

    rows: tuple[PersonRow, ...]
    leaving: tuple[str, ...]
    is_whole: bool
    would_leave: int
    """How many would go if the file were the whole company."""


def is_harmful(count: int, people: int) -> bool:
    """Whether so many leavers of so many people need a second thought."""
    return count > HARMFUL_COUNT or count * HARMFUL_SHARE > people


def scoped(reading: Reading, known: Sequence[KnownPerson], asking: Asking) -> Scoped:
    """Settle who goes: asked when many are missing, and for each pair that may be one person."""
    active = [person for person in known if person.is_active]
    rows = list(reading.rows)
    gone = _known_leavers(reading.leavers, active, rows)
    here = {row.known_by for row in rows} | {row.email for row in rows}
    missing = [p for p in active if p.email not in here and p.email not in gone]
    pairs = list(_pairs(rows, known, missing, [p for p in active if p.email in gone]))
    left_over = len(missing) - len({person.email for _row, person, _weak in pairs})
    answer = asking.answers.get("scope", "")
    doubtful = is_harmful(left_over, len(active))
    if doubtful and answer != WHOLE:
        pairs = [pair for pair in pairs if not pair[2]]
    rows = _with_new_addresses(rows, pairs, asking)
    taken = {row.known_by for row in rows}
    missing = [person for person in missing if person.email not in taken]
    is_whole = _is_whole(missing, active, asking, doubtful=doubtful)
    leaving = [email for email in gone if email not in taken]
    if is_whole:
        leaving += [person.email for person in missing]
    rows = _without_gone_managers(rows, set(leaving), asking)
    would = len([email for email in gone if email not in taken]) + len(missing)
    return Scoped(tuple(rows), tuple(leaving), is_whole, would)


def _known_leavers(
    leavers: Iterable[Leaver], active: Sequence[KnownPerson], rows: Sequence[PersonRow]
) -> list[str]:
    """The directory's people whom the file names as having left, by address or number."""
    by_number = {number_key(p.number): p.email for p in active if p.number}
    emails = {person.email for person in active}
    here = {row.known_by for row in rows}
    found = []
    for leaver in leavers:
        email = leaver.email
        if email not in emails and leaver.number:
            email = by_number.get(number_key(leaver.number), "")
        if email in emails and email not in here:
            found.append(email)
    return list(dict.fromkeys(found))


Pair = tuple[PersonRow, KnownPerson, bool]


def _pairs(
    rows: Sequence[PersonRow],
    known: Sequence[KnownPerson],
    missing: Sequence[KnownPerson],
    gone: Sequence[KnownPerson],
) -> Iterator[Pair]:
    """Who comes and who goes and may be one person; the last value tells a weak sign.

    The same name is a strong sign; the same manager and department is a weak one. Both only
    where exactly one comes and one goes.
    """
    emails = {person.email for person in known}
    coming = [row for row in rows if row.known_by not in emails]
    going = [*missing, *gone]
    paired: set[str] = set()
    by_name = _alone((name_key(row.name), row) for row in coming)
    going_by_name = _alone((name_key(person.name), person) for person in going)
    for key, row in by_name.items():
        if person := going_by_name.get(key):
            paired |= {row.email, person.email}
            yield row, person, False
    places = _alone(
        ((row.manager, row.department), row) for row in coming if row.email not in paired
    )
    left = _alone(((p.manager, p.department), p) for p in missing if p.email not in paired)
    for place, row in places.items():
        if person := left.get(place):
            yield row, person, True


def _alone(pairs: Iterable[tuple[Hashable, Thing]]) -> dict[Hashable, Thing]:
    """The things whose key nobody else has."""
    found = list(pairs)
    counts = Counter(key for key, _thing in found)
    return {key: thing for key, thing in found if counts[key] == 1}


def _with_new_addresses(
    rows: Sequence[PersonRow], pairs: Sequence[Pair], asking: Asking
) -> list[PersonRow]:
    """The rows, with those who are known under another address marked so."""
    ones: dict[str, str] = {}
    for row, person, is_weak in pairs:
        reason = (
            "has the same manager and department and is not in the file"
            if is_weak
            else "has the same name and would go"
        )
        preset = "" if is_weak else ONE
        if asking.ask(same_question(row.name, row.email, person, reason, preset)) == ONE:
            ones[row.email] = person.email
    new = {old: email for email, old in ones.items()}
    return [
        replace(
            row,
            known_email=ones.get(row.email, row.known_email),
            manager=new.get(row.manager, row.manager) if row.manager else None,
            second_manager=new.get(row.second_manager or "", row.second_manager),
        )
        for row in rows
    ]


def _is_whole(
    missing: Sequence[KnownPerson],
    active: Sequence[KnownPerson],
    asking: Asking,
    *,
    doubtful: bool,
) -> bool:
    if not missing:
        return True
    question = Question(
        "scope",
        f"Of {counted(len(active), 'person', 'people')} in the directory {len(missing):,} "
        f"{'is' if len(missing) == 1 else 'are'} not in this file. Is it the whole company?",
        (
            AnswerChoice(PART, "No, only additions and changes: nobody leaves for not being in it"),
            AnswerChoice(WHOLE, "Yes, the whole company: whoever is not in it is deactivated"),
        ),
        "" if doubtful else WHOLE,
        some(f"{person.name} ({person.email})" for person in missing),
        is_offer=not doubtful,
    )
    return asking.ask(question) == WHOLE


def _without_gone_managers(
    rows: Sequence[PersonRow], leaving: set[str], asking: Asking
) -> list[PersonRow]:
    """The rows, without managers who leave by this very file; asked once for all of them."""
    rows = [
        replace(row, second_manager=None) if row.second_manager in leaving else row for row in rows
    ]
    orphans = [row for row in rows if row.manager in leaving]
    if not orphans:
        return rows
    asking.ask(
        Question(
            "managers.leaving",
            "The managers of these people would leave with this file. Go on without them?",
            (AnswerChoice("none", "Yes, these people have no manager for now"),),
            concerned=some(f"{row.name}: {row.manager}" for row in orphans),
        )
    )
    return [replace(row, manager=None) if row.manager in leaving else row for row in rows]

"""Who manages whom: by address, then by number, then by name; asked where two bear it."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from app.domain.files.people.drafts import Draft, addresses_in, number_in, number_key
from app.domain.files.people.names import NameKey, name_key, turned, without_marks
from app.domain.files.people.questions import AnswerChoice, Asking, Question, key_of, some
from app.domain.files.people.units import nearness
from app.domain.files.people.words import plain, values
from app.domain.plurals import counted

COMMON_NAME: Final = re.compile(r"CN=((?:\\.|[^,\\])+),", re.IGNORECASE)
BY_DEPARTMENT: Final = "by-department"
WITHOUT: Final = "none"


@dataclass(frozen=True, slots=True)
class Boss:
    """Somebody who can be a manager: of the file, or of the directory only."""

    email: str
    name: str
    path: tuple[str, ...]
    is_active: bool
    in_file: bool


@dataclass
class Index:
    """Everybody who can be a manager, by address, number and name."""

    by_email: dict[str, Boss] = field(default_factory=dict)
    by_number: dict[str, list[Boss]] = field(default_factory=dict)
    by_name: dict[NameKey, list[Boss]] = field(default_factory=dict)

    def add(self, boss: Boss, keys: Iterable[NameKey], numbers: Iterable[str]) -> None:
        """Take somebody in, unless the address is there already."""
        if not boss.email or boss.email in self.by_email:
            return
        self.by_email[boss.email] = boss
        for key in keys:
            self.by_name.setdefault(key, []).append(boss)
        for number in filter(None, numbers):
            self.by_number.setdefault(number_key(number), []).append(boss)

    def numbered(self, number: str) -> list[Boss]:
        """Who has this number; "7" finds "0007"."""
        return self.by_number.get(number_key(number), []) if number else []


@dataclass
class _Open:
    """What could not be settled while going through the people."""

    ambiguous: dict[NameKey, list[tuple[Draft, str, list[Boss]]]] = field(default_factory=dict)
    unknown: list[tuple[Draft, str]] = field(default_factory=list)
    two: list[tuple[Draft, list[str]]] = field(default_factory=list)


def settle(drafts: Sequence[Draft], index: Index, asking: Asking) -> None:
    """Give every draft its manager's address, asking one question for each kind of doubt."""
    left_open = _Open()
    for draft in drafts:
        _settle_one(draft, index, left_open)
    _ask_two(left_open, index, asking)
    for key, cases in left_open.ambiguous.items():
        _ask_which(key, cases, asking)
    ask_unknown(left_open.unknown, asking)
    _settle_second(drafts, index)


def _settle_one(draft: Draft, index: Index, left_open: _Open) -> None:
    email, number, name = _said(draft.cells)
    if not (email or number or name):
        return
    if len(email) > 1:
        left_open.two.append((draft, email))
        return
    found = _found(email, number, name, index)
    # Oneself, where nobody else is meant: the head of a company is often written so.
    if len(found) == 1 and found[0].email == draft.email:
        return
    working = [boss for boss in found if boss.is_active and boss.email != draft.email]
    # Of the directory only where the file has nobody: the file is what is to be.
    working = [boss for boss in working if boss.in_file] or working
    said = (email or [number or name])[0]
    if len(working) == 1:
        draft.manager = working[0].email
    elif working:
        left_open.ambiguous.setdefault(name_key(name or number), []).append((draft, said, working))
    else:
        left_open.unknown.append((draft, said))


def _settle_second(drafts: Sequence[Draft], index: Index) -> None:
    """Give drafts the second manager that the file names, where exactly one person is meant."""
    for draft in drafts:
        said = _meant(draft.cells.get("second_manager", ""))
        if said:
            emails = addresses_in(said) if "@" in said else []
            found = [] if len(emails) > 1 else _found(emails, "", said, index)
            working = {boss.email for boss in found if boss.is_active}
            draft.second_manager = working.pop() if len(working) == 1 else None


def named(draft: Draft, index: Index) -> list[Boss]:
    """Everybody who could be meant as the manager of `draft`."""
    email, number, name = _said(draft.cells)
    return _found(email, number, name, index) if email or number or name else []


def _said(cells: Mapping[str, str]) -> tuple[list[str], str, str]:
    """What the file says about the manager: addresses, a number, a name."""
    text = _meant(_common_name(cells.get("manager", "")))
    email = _meant(cells.get("manager_email", ""))
    number = number_in(_meant(cells.get("manager_number", "")))
    last, first = cells.get("manager_last", ""), cells.get("manager_first", "")
    name = text or _meant(f"{first} {last}".strip())
    for said in (email, text):
        if "@" in said:
            found = addresses_in(said)
            return found, number, "" if said == text else name
    return [], number, name


def _common_name(text: str) -> str:
    """The name in what account directories write: "CN=Ada Berg,OU=Staff,DC=example"."""
    found = COMMON_NAME.match(text)
    return re.sub(r"\\(.)", r"\1", found.group(1)) if found else text


def _meant(text: str) -> str:
    """`text`, or nothing where it is a way to say nobody."""
    return "" if plain(text).strip() in values("nobody") else text


def _found(email: Sequence[str], number: str, name: str, index: Index) -> list[Boss]:
    if email and (boss := index.by_email.get(email[0])):
        return [boss]
    for candidate in (number, number_in(name)):
        if found := index.numbered(candidate):
            return found
    bare, _marks = without_marks(name)
    key = name_key(turned(bare))
    return list(index.by_name.get(key, [])) if key else []


def _ask_two(left_open: _Open, index: Index, asking: Asking) -> None:
    """Which of two addresses in a cell is the manager: one question for all such cells."""
    if not left_open.two:
        return
    question = Question(
        "managers.two",
        "Several people are given as one person's manager. Who is it? The other one is not kept.",
        (AnswerChoice("first", "the one named first"), AnswerChoice("last", "the one named last")),
        "first",
        some(f"{draft.spoken}: {', '.join(said)}" for draft, said in left_open.two),
    )
    place = -1 if asking.ask(question) == "last" else 0
    for draft, said in left_open.two:
        boss = index.by_email.get(said[place])
        if boss is None or not boss.is_active:
            left_open.unknown.append((draft, said[place]))
        elif boss.email != draft.email:
            draft.manager = boss.email


def _ask_which(
    key: NameKey, cases: Sequence[tuple[Draft, str, list[Boss]]], asking: Asking
) -> None:
    """Which of several people of one name manages those who name them: one question a name."""
    said = cases[0][1]
    bosses = {boss.email: boss for _draft, _said, found in cases for boss in found}
    near = {draft.email: _nearest(draft, found) for draft, _said, found in cases}
    choices = [
        AnswerChoice(boss.email, f"{boss.name}, {' / '.join(boss.path)}, {boss.email}")
        for boss in bosses.values()
    ]
    if len(cases) > 1 and all(near.values()):
        choices.insert(0, AnswerChoice(BY_DEPARTMENT, "each the one of their own department"))
    decided = {boss.email for boss in near.values() if boss}
    preset = ""
    if all(near.values()):
        preset = BY_DEPARTMENT if len(cases) > 1 else decided.pop()
    question = Question(
        key_of("manager", *key),
        f"“{said}” fits {counted(len(bosses), 'person', 'people')}. Who is meant as the manager?",
        tuple(choices),
        preset,
        some(draft.spoken for draft, _said, _found in cases),
    )
    answer = asking.ask(question)
    for draft, _said, found in cases:
        nearest = near[draft.email]
        chosen = nearest.email if answer == BY_DEPARTMENT and nearest else answer
        if chosen in {boss.email for boss in found}:
            draft.manager = chosen


def _nearest(draft: Draft, found: Sequence[Boss]) -> Boss | None:
    """The one whose department is closest to that of the person; None for a draw."""
    ranked = sorted(
        ((nearness(draft.path, boss.path), boss.path == draft.path), boss.email) for boss in found
    )
    ranked.reverse()
    if len(ranked) > 1 and ranked[0][0] == ranked[1][0]:
        return None
    best = ranked[0]
    return next(boss for boss in found if boss.email == best[1]) if best[0][0] else None


def ask_unknown(unknown: Sequence[tuple[Draft, str]], asking: Asking) -> None:
    """What to do about managers who do not work here: one question for all of them."""
    if not unknown:
        return
    asking.ask(
        Question(
            "managers.unknown",
            "These managers are not in the file, or have left. Go on without them?",
            (AnswerChoice(WITHOUT, "Yes, these people have no manager for now"),),
            concerned=some(f"{draft.spoken}: {said}" for draft, said in unknown),
        )
    )

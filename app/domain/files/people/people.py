"""The people of a table: from its lines to rows, step by step."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from app.domain.files.checked_table import Fault
from app.domain.files.people import dates, identity, managers, rows, states, units
from app.domain.files.people.checks import Checks, loop_faults, unreadable
from app.domain.files.people.columns import Header
from app.domain.files.people.dates import DateColumn, DateReading
from app.domain.files.people.drafts import (
    DATE_FIELDS,
    Draft,
    PersonLine,
    addresses_in,
    keys_of,
    number_in,
    person_lines,
    usable_numbers,
)
from app.domain.files.people.managers import Boss, Index
from app.domain.files.people.names import name_key, put_together, turned, without_marks
from app.domain.files.people.questions import AnswerChoice, Asking, Entry, Question, some
from app.domain.files.people_changes import KnownPerson
from app.domain.files.people_file import (
    EmailCheck,
    Leaver,
    PersonRow,
    department_path,
)
from app.domain.files.tables.cells import NotStored, TableSheet
from app.domain.plurals import counted


@dataclass
class Made:
    """Rows and what was found on the way."""

    rows: list[PersonRow] = field(default_factory=list)
    leavers: list[Leaver] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    told: list[str] = field(default_factory=list)
    outsiders: dict[str, str] = field(default_factory=dict)


def lines_of(sheet: TableSheet, header: Header) -> tuple[list[PersonLine], Made]:
    """The lines of `sheet` that are people, and what was found wrong or strange on the way."""
    found = Made()
    found.faults += unreadable(sheet, header)
    broken = {fault.line for fault in found.faults}
    lines = list(person_lines(sheet.lines, header, broken, found.told))
    if not lines and not found.faults:
        expected = "at least one person below the first line"
        found.faults.append(Fault(header.line + 1, "", "", expected))
    return lines, found


def made(
    lines: list[PersonLine],
    found: Made,
    header: Header,
    *,
    today: date,
    known: Sequence[KnownPerson],
    asking: Asking,
    is_email: EmailCheck,
) -> Made:
    """The people of `lines`, as they are to be in the directory; takes the lines away."""
    checks = Checks(header, today, is_email)
    for line in lines:
        found.faults += checks.of_line(line)
    reading = dates.decided(_date_columns(header, lines), asking, today=today)
    for line in lines:
        found.faults += checks.of_dates(line, reading)
    drafts = _Drafting(header, reading, asking, today).drafts(lines)
    lines.clear()  # of a hundred thousand people they would take 50 MB
    _finish(drafts, header, found, checks=checks, known=known, asking=asking)
    return found


def _finish(
    drafts: list[Draft],
    header: Header,
    found: Made,
    *,
    checks: Checks,
    known: Sequence[KnownPerson],
    asking: Asking,
) -> None:
    """From drafts to rows: who is who, where they work, who manages them."""
    if not usable_numbers(drafts, found.told):
        for draft in drafts:
            draft.number = ""
    _place(drafts, header, known, asking)
    drafts = identity.once_each(drafts, asking, found.told)
    if not header.is_own:
        drafts = identity.without_addressless(drafts, asking)
    index = _index(drafts, known)
    if not header.is_own:
        bosses = {boss.email for draft in drafts for boss in managers.named(draft, index)}
        drafts = identity.without_accounts(drafts, bosses, asking)
    working = _working(drafts, asking)
    managers.settle(working, index, asking)
    found.faults += loop_faults(working, checks.column_of("manager"))
    persons = identity.matched(working, identity.known_by(known), asking)
    rows.ask_missing(working, persons, asking, checks.today)
    for draft in working:
        row = rows.row_of(draft, persons.get(draft.email), header, asking, checks.today)
        found.faults += checks.of_row(row)
        found.rows.append(row)
    found.faults += checks.of_numbers(found.rows, known)
    here = {row.email for row in found.rows}
    found.outsiders = {
        row.email: row.manager for row in found.rows if row.manager and row.manager not in here
    }
    gone = [draft for draft in drafts if not draft.state.is_active]
    found.leavers = [Leaver(d.line, d.email, d.name, d.number) for d in gone]
    found.told += _told(drafts, working, gone)


def _date_columns(header: Header, lines: Sequence[PersonLine]) -> list[DateColumn]:
    names = {column.field: column.spoken for column in header.columns if column.field}
    return [
        DateColumn(name, names[name], [line.dates[name] for line in lines])
        for name in DATE_FIELDS
        if name in names
    ]


class _Drafting:
    """Lines made into drafts, one by one."""

    def __init__(self, header: Header, reading: DateReading, asking: Asking, today: date) -> None:
        self.header = header
        self.reading = reading
        self.asking = asking
        self.today = today
        self.words: dict[str, str] = {}
        self.turns = header.places().get("last_first") is not None

    def drafts(self, lines: Sequence[PersonLine]) -> list[Draft]:
        """Every line as a draft."""
        names = {column.field: column.spoken for column in self.header.columns}
        for name in ("status", "active"):
            said = [word for line in lines if (word := line.cells.get(name, ""))]
            if said:
                self.words |= states.unknown_words(name, names[name], said, self.asking)
        if not self.turns and not self.header.is_own:
            written = [line.cells.get("name", "") for line in lines if line.cells.get("name")]
            self.turns = sum("," in name for name in written) * 2 > len(written) > 0
        return [self._draft(line) for line in lines]

    def _draft(self, line: PersonLine) -> Draft:
        name, names, marks = self._name(line)
        joined_on, left_on = self._day(line, "joined"), self._day(line, "left")
        state = states.state_of(
            line.cells,
            marks=marks,
            words=self.words,
            joined_on=joined_on,
            left_on=left_on,
            today=self.today,
        )
        return Draft(
            line=line.number,
            email=self._email(line, name),
            name=name,
            names=names,
            cells=line.cells,
            number=number_in(line.cells.get("number", "")),
            joined_on=joined_on,
            state=state,
            keys=keys_of(names),
        )

    def _name(self, line: PersonLine) -> tuple[str, tuple[str, ...], tuple[str, ...]]:
        whole = line.cells.get("last_first") or line.cells.get("name", "")
        if self.header.is_own:
            return whole, (whole,), ()
        whole, marks = without_marks(whole)
        if self.turns and whole:
            whole = turned(whole)
        cells = dict(line.cells)
        if not whole:
            return (*put_together(cells), marks)
        preferred = cells.get("preferred", "")
        if preferred and len(whole.split()) > 1 and " " not in preferred:
            known_as = f"{preferred} {_last_of(line, whole)}".strip()
            return known_as, (known_as, whole), marks
        return preferred or whole, tuple(dict.fromkeys((preferred or whole, whole))), marks

    def _email(self, line: PersonLine, name: str) -> str:
        cell = line.cells.get("email", "")
        if isinstance(cell, NotStored):
            return self._typed(line, name)
        found = addresses_in(cell)
        if len(found) < 2:
            return found[0] if found else ""
        question = Question(
            f"addresses.{line.number}",
            f"{name} has several addresses in one cell. Which one is for work?",
            tuple(AnswerChoice(address, address) for address in found),
        )
        return self.asking.ask(question) or found[0]

    def _typed(self, line: PersonLine, name: str) -> str:
        question = Question(
            f"address.{line.number}",
            f"The address of {name} is a formula whose result is not in the file. What is it? "
            "(Or open the workbook, save it once, and choose it again.)",
            entry=Entry.TEXT,
        )
        typed = self.asking.ask(question).strip().lower()
        return typed or f"line{line.number}@unknown.invalid"

    def _day(self, line: PersonLine, name: str) -> date | None:
        cell = line.dates.get(name, "")
        return None if dates.is_never(cell) else self.reading.read(name, cell)


def _last_of(line: PersonLine, whole: str) -> str:
    """The last name in a whole name: before the comma where it was written "Last, First"."""
    written = line.cells.get("last_first") or line.cells.get("name", "")
    if "," in written:
        return written.partition(",")[0].strip()
    return " ".join(whole.split()[1:])


def _place(
    drafts: Sequence[Draft], header: Header, known: Sequence[KnownPerson], asking: Asking
) -> None:
    """Give every draft its department's path, spelled one way."""
    names = {key for draft in drafts for key in draft.keys}
    for draft in drafts:
        if header.is_own:
            draft.path = department_path(draft.cells.get("department", ""))
        else:
            draft.path = units.path_of(draft.cells, names)
    paths = [draft.path for draft in drafts if draft.path and draft.state.is_active]
    spelled = units.alike(paths, {person.department for person in known}, asking)
    for draft in drafts:
        draft.path = spelled.get(draft.path, draft.path)


def _index(drafts: Iterable[Draft], known: Iterable[KnownPerson]) -> Index:
    index = Index()
    for draft in drafts:
        boss = Boss(draft.email, draft.name, draft.path, draft.state.is_active, in_file=True)
        index.add(boss, draft.keys, (draft.number, draft.cells.get("record_id", "")))
    for person in known:
        boss = Boss(person.email, person.name, person.department, person.is_active, in_file=False)
        index.add(boss, (name_key(person.name),), (person.number or "",))
    return index


def _working(drafts: Sequence[Draft], asking: Asking) -> list[Draft]:
    """Who works here; of people who are called active after their end it is asked."""
    unclear = [draft for draft in drafts if draft.state.is_contradictory]
    if unclear:
        told = some(f"{d.spoken}: {d.state.ended_on:%-d %B %Y}" for d in unclear)
        answer = asking.ask(states.ended_question(told))
        if answer == "left":
            for draft in unclear:
                draft.state = replace(draft.state, is_active=False)
    return [draft for draft in drafts if draft.state.is_active]


def _told(
    drafts: Sequence[Draft], working: Sequence[Draft], gone: Sequence[Draft]
) -> Iterator[str]:
    """What is worth knowing and needs no answer."""
    lists = (
        (
            "On leave or contractors by the file; they take part unless you say otherwise: {}.",
            [f"{d.name} ({d.state.absence})" for d in working if d.state.absence],
        ),
        (
            "Inactive without a day of leaving, so perhaps on leave only: {}.",
            [draft.name for draft in gone if draft.state.ended_on is None],
        ),
        (
            "No second manager for these, because the file names nobody here or several: {}.",
            [d.name for d in working if d.cells.get("second_manager") and not d.second_manager],
        ),
    )
    for sentence, names in lists:
        if names:
            yield sentence.format(", ".join(some(names)))
    yield from _namesakes(working)


def _namesakes(working: Sequence[Draft]) -> Iterator[str]:
    same: dict[tuple[str, ...], list[Draft]] = {}
    for draft in working:
        same.setdefault(name_key(draft.name), []).append(draft)
    for found in same.values():
        if len(found) > 1:
            addresses = ", ".join(some(draft.email for draft in found))
            people = counted(len(found), "person", "people")
            yield f"{people} are called {found[0].name}: {addresses}."

"""What an import would do, as the page shows it: plain data that a job can keep for the page."""

import base64
import json
import zlib
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, is_dataclass
from enum import StrEnum
from typing import Any, Final, get_args, get_origin, get_type_hints

from app.domain.files.checked_table import shown
from app.domain.files.people.questions import Question
from app.domain.files.people.reading import SeenColumn
from app.domain.files.people_changes import PersonAndDepartment, PersonChange
from app.domain.plurals import counted
from app.people.imports.proposing import Proposal

ROWS: Final = 12
SHOWN: Final = 100
"""People, departments and remarks that are listed."""


@dataclass(frozen=True)
class UnitLoss:
    """How many people of a department there are, and how many of them leave."""

    name: str
    now: int
    leaving: int

    @property
    def then(self) -> int:
        return self.now - self.leaving

    @property
    def kept_percent(self) -> int:
        """The share that stays, as a bar shows it."""
        return round(100 * self.then / self.now)


@dataclass(frozen=True)
class ShownQuestion:
    """A question with what is chosen in it, and whether somebody has to say something."""

    question: Question
    chosen: str
    is_open: bool


@dataclass(frozen=True)
class ShownPreview:
    """Who comes, changes and leaves: the first of each, and how many they all are."""

    added: tuple[PersonAndDepartment, ...]
    added_count: int
    changed: tuple[PersonChange, ...]
    changed_count: int
    leaving: tuple[PersonAndDepartment, ...]
    leaving_count: int
    new_departments: tuple[str, ...]
    new_department_count: int
    told: tuple[str, ...]
    told_count: int
    unprintable: str
    staying: int
    """How many people stay exactly as they are, whether the file names them or not."""
    losses: tuple[UnitLoss, ...]
    hr_leaving: tuple[str, ...]
    """The addresses of people of HR who would leave."""

    @property
    def is_empty(self) -> bool:
        return not (self.added_count or self.changed_count or self.leaving_count)


@dataclass(frozen=True)
class ImportSummary:
    """Everything that a page shows of a file before anything is changed."""

    headline: str
    button: str
    faults: tuple[str, ...]
    fault_count: int
    columns: tuple[SeenColumn, ...]
    are_columns_unfolded: bool
    questions: tuple[ShownQuestion, ...]
    is_anything_open: bool
    is_readable: bool
    """Whether it can be said what would change."""
    is_ready: bool
    is_harmful: bool
    outcome: str
    preview: ShownPreview


def of(proposal: Proposal) -> ImportSummary:
    """What a page shows of `proposal`."""
    reading = proposal.reading
    return ImportSummary(
        headline=_headline(proposal),
        button=acts(proposal),
        faults=tuple(shown(proposal.faults)),
        fault_count=len(proposal.faults),
        columns=reading.columns,
        are_columns_unfolded=reading.needs_mapping or bool(reading.faults),
        questions=tuple(_with_answers(proposal.questions, proposal.answers)),
        is_anything_open=bool(proposal.open),
        is_readable=not reading.faults and not reading.needs_mapping,
        is_ready=proposal.is_ready,
        is_harmful=proposal.is_harmful,
        outcome=proposal.outcome,
        preview=_preview(proposal),
    )


def _preview(proposal: Proposal) -> ShownPreview:
    preview, told = proposal.preview, proposal.reading.told
    back = sum(change.comes_back for change in preview.changed)
    return ShownPreview(
        added=preview.added[:SHOWN],
        added_count=len(preview.added),
        changed=preview.changed[:SHOWN],
        changed_count=len(preview.changed),
        leaving=preview.deactivated[:SHOWN],
        leaving_count=proposal.leaving_count,
        new_departments=preview.new_departments[:SHOWN],
        new_department_count=len(preview.new_departments),
        told=told[:SHOWN],
        told_count=len(told),
        unprintable=proposal.unprintable,
        staying=proposal.active_count - proposal.leaving_count - len(preview.changed) + back,
        losses=_losses(proposal),
        hr_leaving=tuple(
            person.email for person in preview.deactivated if person.email in proposal.acting_hr
        ),
    )


def _with_answers(
    questions: Iterable[Question], answers: Mapping[str, str]
) -> Iterable[ShownQuestion]:
    for question in questions:
        given = answers.get(question.key, "")
        is_given = question.accepts(given)
        yield ShownQuestion(
            question,
            given if is_given else question.preset,
            is_open=not is_given and not question.is_offer,
        )


def _headline(proposal: Proposal) -> str:
    if proposal.faults:
        return "This file cannot be imported as it is."
    if proposal.reading.needs_mapping:
        missing = " and the ".join(proposal.reading.missing)
        return f"Please say which column holds the {missing}."
    count = len(proposal.open)
    if count:
        return f"{counted(count, 'question')} {'needs' if count == 1 else 'need'} you."
    if proposal.preview.is_empty:
        return "The directory says this already; there is nothing to do."
    return "This is what will change."


def acts(proposal: Proposal) -> str:
    """What a yes does, as on its button: "Add 9, change 14"."""
    preview = proposal.preview
    parts = [
        f"{verb} {count:,}"
        for verb, count in (
            ("add", len(preview.added)),
            ("change", len(preview.changed)),
            ("deactivate", len(preview.deactivated)),
        )
        if count
    ]
    text = ", ".join(parts)
    return text[:1].upper() + text[1:]


def _losses(proposal: Proposal) -> tuple[UnitLoss, ...]:
    """The departments that would lose people, those that lose most first."""
    if not proposal.is_harmful:
        return ()
    leaving = Counter(person.department for person in proposal.preview.deactivated)
    return tuple(
        UnitLoss(name, proposal.people_in.get(name, count), count)
        for name, count in leaving.most_common(ROWS)
    )


def packed(data: object) -> str:
    """Plain data as compressed JSON in base 64, as a column keeps it."""
    return base64.b64encode(zlib.compress(json.dumps(data).encode())).decode()


def unpacked(text: str) -> Any:
    """What `packed` was given."""
    return json.loads(zlib.decompress(base64.b64decode(text)))


def kept(summary: ImportSummary) -> str:
    """A summary as a column keeps it."""
    return packed(asdict(summary))


def read_back(text: str) -> ImportSummary:
    """The summary that was kept."""
    found: ImportSummary = _as(ImportSummary, unpacked(text))
    return found


def _as(kind: Any, value: Any) -> Any:
    """Plain data as the dataclass, tuple or enum that it was."""
    if is_dataclass(kind):
        kinds = get_type_hints(kind)
        made: Any = kind
        return made(**{name: _as(kinds[name], one) for name, one in value.items()})
    if get_origin(kind) is tuple:
        return tuple(_as(get_args(kind)[0], one) for one in value)
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        return kind(value)
    return value

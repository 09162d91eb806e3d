"""The form in which a draft's wording is changed."""

from collections.abc import Iterator
from itertools import groupby
from operator import attrgetter
from typing import Any, Final

from wtforms import RadioField, SelectField, StringField
from wtforms.fields import SelectChoice  # type: ignore[attr-defined] # newer than its stubs
from wtforms.validators import DataRequired, Length, Optional

from app.domain.scale import OPTIONS, STATEMENTS
from app.infra.forms import EditForm, Form
from app.questionnaires.models import Questionnaire
from app.questionnaires.rewording import Rewording, Wording
from app.questionnaires.wording_rules import (
    LONGEST_COMPETENCY,
    LONGEST_HINT,
    LONGEST_LABEL,
    LONGEST_SHORT_NAME,
    LONGEST_TEXT,
    MOST_COMPETENCIES,
    MOST_IN_COMPETENCY,
)

UNUSED: Final = "0"
SIZES: Final = [
    SelectChoice(UNUSED, "not used"),
    *(
        SelectChoice(str(size), "1 statement" if size == 1 else f"{size} statements")
        for size in range(1, MOST_IN_COMPETENCY + 1)
    ),
]
REWORDINGS: Final = (
    SelectChoice(Rewording.SPELLING, "Only the spelling changes: quarters stay comparable"),
    SelectChoice(Rewording.MEANING, "It means something else: earlier quarters are not compared"),
)
SAID: Final = {one.value: one for one in Rewording}
PLACES: Final = range(1, MOST_COMPETENCIES + 1)
NUMBERS: Final = range(1, STATEMENTS + 1)


class CopyForm(Form):
    """Nothing to fill in: the button alone."""


class WordingForm(EditForm):
    """The labels of the scale, up to seven competencies, 14 statements; fields are added below."""

    same_scale = RadioField("What changes in the answers?", [Optional()], choices=list(REWORDINGS))

    @classmethod
    def of(cls, draft: Questionnaire) -> "WordingForm":
        """The form filled with the draft's present words, unless others were posted."""
        words: dict[str, Any] = {}
        for option, label in enumerate(draft.scale_labels, start=1):
            words[f"label_{option}"] = label
        for one in draft.statements:
            words[f"text_{one.number}"] = one.text
            words[f"short_name_{one.number}"] = one.short_name
            words[f"hint_{one.number}"] = one.hint
        groups = groupby(draft.statements, key=attrgetter("competency"))
        for place, (name, members) in enumerate(groups, start=1):
            words[f"competency_{place}"] = name
            words[f"size_{place}"] = str(len(list(members)))
        return cls(data=words)

    @property
    def labels(self) -> list[str]:
        """What the answers 1 to 5 are called."""
        return [self[f"label_{option}"].data or "" for option in range(1, OPTIONS + 1)]

    @property
    def scale_rewording(self) -> Rewording | None:
        """What new labels mean for comparisons, where that was said."""
        return SAID.get(self.same_scale.data or "")

    @property
    def sizes(self) -> list[int]:
        """How many statements each of the seven places for a competency holds."""
        posted = (self[f"size_{place}"].data or UNUSED for place in PLACES)
        return [int(size) if size.isdecimal() else 0 for size in posted]

    @property
    def wording(self) -> list[Wording]:
        """What was typed, as 14 statements; those that no competency holds name none."""
        places = [
            place for place, size in zip(PLACES, self.sizes, strict=True) for _ in range(size)
        ]
        places = (places + [0] * STATEMENTS)[:STATEMENTS]
        return [
            Wording(
                competency=(self[f"competency_{place}"].data or "") if place else "",
                text=self[f"text_{number}"].data or "",
                rewording=SAID.get(self[f"same_{number}"].data or ""),
                short_name=self[f"short_name_{number}"].data or "",
                hint=self[f"hint_{number}"].data or "",
            )
            for number, place in zip(NUMBERS, places, strict=True)
        ]

    @property
    def all_faults(self) -> list[str]:
        """What is wrong with each field, and with what the competencies hold together."""
        found = list(self.faults)
        for place, size in zip(PLACES, self.sizes, strict=True):
            if size and not self[f"competency_{place}"].data:
                found.append(f"Competency {place} has no name.")
        names = [
            self[f"competency_{place}"].data
            for place in PLACES
            if self[f"size_{place}"].data != UNUSED
        ]
        if len(set(filter(None, names))) < len([*filter(None, names)]):
            found.append("Two competencies have the same name.")
        if (held := sum(self.sizes)) != STATEMENTS:
            found.append(
                f"The competencies hold {held} statements together; there are {STATEMENTS}."
            )
        return found

    def competencies(self) -> Iterator[tuple[Any, Any]]:
        """The fields of each place for a competency: its name and how many statements it holds."""
        for place in PLACES:
            yield self[f"competency_{place}"], self[f"size_{place}"]

    def answers(self) -> list[Any]:
        """The fields of the five labels."""
        return [self[f"label_{option}"] for option in range(1, OPTIONS + 1)]

    def groups(self) -> list[tuple[str, list[tuple[int, dict[str, Any]]]]]:
        """Each competency's name with the fields of its statements."""
        lines = zip(NUMBERS, (one.competency for one in self.wording), strict=True)
        return [
            (name, [(number, self._fields_of(number)) for number, _ in members])
            for name, members in groupby(lines, key=lambda line: line[1])
        ]

    def _fields_of(self, number: int) -> dict[str, Any]:
        return {name: self[f"{name}_{number}"] for name in ("text", "short_name", "hint", "same")}


def _words(label: str, name: str, longest: int, *, empty: str = "") -> StringField:
    """A field of words; `empty` is what it says when nothing was typed and something has to be."""
    needed = DataRequired(empty) if empty else Optional()
    too_long = f"{name} is longer than {longest} characters."
    return StringField(label, [needed, Length(max=longest, message=too_long)])


for _option in range(1, OPTIONS + 1):
    _label = _words(
        f"Answer {_option}",
        f"The label of answer {_option}",
        LONGEST_LABEL,
        empty=f"Answer {_option} has no label.",
    )
    setattr(WordingForm, f"label_{_option}", _label)
for _place in PLACES:
    _name = f"Competency {_place}"
    setattr(WordingForm, f"competency_{_place}", _words(_name, _name, LONGEST_COMPETENCY))
    setattr(
        WordingForm,
        f"size_{_place}",
        SelectField(f"Statements in competency {_place}", choices=SIZES, default=UNUSED),
    )
for _number in NUMBERS:
    _one = f"Statement {_number}"
    setattr(
        WordingForm,
        f"text_{_number}",
        _words(_one, _one, LONGEST_TEXT, empty=f"{_one} is empty."),
    )
    setattr(
        WordingForm,
        f"short_name_{_number}",
        _words(
            f"Short name of statement {_number}",
            f"The short name of statement {_number}",
            LONGEST_SHORT_NAME,
            empty=f"{_one} has no short name.",
        ),
    )
    setattr(
        WordingForm,
        f"hint_{_number}",
        _words(
            f"People who do what statement {_number} says …",
            f"The hint of statement {_number}",
            LONGEST_HINT,
        ),
    )
    setattr(
        WordingForm,
        f"same_{_number}",
        RadioField(f"What changes in statement {_number}?", [Optional()], choices=list(REWORDINGS)),
    )

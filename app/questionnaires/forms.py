"""The form in which a draft's wording is changed."""

from typing import Any

from wtforms import RadioField, StringField
from wtforms.fields import SelectChoice  # type: ignore[attr-defined] # newer than its stubs
from wtforms.validators import DataRequired, Length, Optional

from app.domain.scale import STATEMENTS
from app.infra.forms import EditForm, Form
from app.questionnaires.models import Questionnaire
from app.questionnaires.rewording import Rewording, Wording
from app.questionnaires.services import LONGEST_COMPETENCY, LONGEST_TEXT, PER_COMPETENCY

COMPETENCIES = STATEMENTS // PER_COMPETENCY
REWORDINGS = (
    SelectChoice(Rewording.SPELLING, "Only the spelling changes: quarters stay comparable"),
    SelectChoice(Rewording.MEANING, "It means something else: earlier quarters are not compared"),
)
SAID = {one.value: one for one in Rewording}


class CopyForm(Form):
    """Nothing to fill in: the button alone."""


class WordingForm(EditForm):
    """Seven competencies with two statements each; the fields are added below."""

    @classmethod
    def of(cls, draft: Questionnaire) -> "WordingForm":
        """The form filled with the draft's present words, unless others were posted."""
        words: dict[str, Any] = {f"text_{one.number}": one.text for one in draft.statements}
        for one in draft.statements[::PER_COMPETENCY]:
            words[f"competency_{(one.number + 1) // PER_COMPETENCY}"] = one.competency
        return cls(data=words)

    @property
    def wording(self) -> list[Wording]:
        """What was typed, as 14 statements."""
        return [
            Wording(
                competency=self[f"competency_{(number + 1) // PER_COMPETENCY}"].data or "",
                text=self[f"text_{number}"].data or "",
                rewording=SAID.get(self[f"same_{number}"].data or ""),
            )
            for number in range(1, STATEMENTS + 1)
        ]

    def groups(self) -> list[tuple[Any, list[tuple[int, Any, Any]]]]:
        """Each competency's field with its two statements: number, words, what a change means."""
        return [
            (
                self[f"competency_{place}"],
                [
                    (number, self[f"text_{number}"], self[f"same_{number}"])
                    for number in (2 * place - 1, 2 * place)
                ],
            )
            for place in range(1, COMPETENCIES + 1)
        ]


for _place in range(1, COMPETENCIES + 1):
    _name = StringField(
        f"Competency {_place}",
        [
            DataRequired(f"Competency {_place} has no name."),
            Length(
                max=LONGEST_COMPETENCY,
                message=f"Competency {_place} is longer than {LONGEST_COMPETENCY} characters.",
            ),
        ],
    )
    setattr(WordingForm, f"competency_{_place}", _name)
for _number in range(1, STATEMENTS + 1):
    _text = StringField(
        f"Statement {_number}",
        [
            DataRequired(f"Statement {_number} is empty."),
            Length(
                max=LONGEST_TEXT,
                message=f"Statement {_number} is longer than {LONGEST_TEXT} characters.",
            ),
        ],
    )
    setattr(WordingForm, f"text_{_number}", _text)
    _same = RadioField(
        f"What changes in statement {_number}?", [Optional()], choices=list(REWORDINGS)
    )
    setattr(WordingForm, f"same_{_number}", _same)

"""What HR fills in on a cycle's own pages."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any, Self

from flask_wtf.file import FileField, FileRequired
from wtforms import (
    BooleanField,
    DateField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length, Optional

from app.assignments.models import ChangeKind
from app.assignments.services import PairChange
from app.cycles.forms import LocalMoment, options
from app.domain.reminder_times import PlannedKind
from app.infra.forms import EditForm, Form
from app.people.models import LONGEST_WORD
from app.reminders.schedule import ReminderWords


class StepForm(Form):
    """The button that says yes, and where two people decide what one of them says to the other."""

    word = StringField("A word", [Length(max=LONGEST_WORD)])


class RefuseForm(Form):
    """Why a request is refused; who asked is told."""

    word = StringField("Why (it is mailed to whoever asked)", [Length(max=LONGEST_WORD)])


class ExtendForm(Form):
    """A later closing date."""

    closes_at = LocalMoment("Closes", validators=[InputRequired("Please say when it closes.")])


class PairSearchForm(Form):
    """Whose names to look for; sent as part of the address."""

    class Meta(Form.Meta):
        csrf = False

    subject = StringField("Subject")
    rater = StringField("Rater")


class PairForm(Form):
    """One rater added to a subject, or taken away."""

    kind = RadioField(
        "What to change",
        choices=options(
            [
                (ChangeKind.ADD.value, "Add this rater"),
                (ChangeKind.REMOVE.value, "Take this rater away"),
            ]
        ),
        validators=[InputRequired("Please say whether to add the rater or take them away.")],
    )
    rater_id = SelectField(
        "Rater", coerce=int, validators=[InputRequired("Please choose a rater.")]
    )
    subject_id = SelectField(
        "Subject", coerce=int, validators=[InputRequired("Please choose a subject.")]
    )

    @property
    def change(self) -> PairChange:
        """What was chosen."""
        return PairChange(
            rater_id=self.rater_id.data,
            subject_id=self.subject_id.data,
            kind=ChangeKind(self.kind.data),
        )


class HistoryForm(Form):
    """A quarter that was kept in another tool."""

    name = StringField("Name of the quarter", [InputRequired("Please name the quarter.")])
    closed_on = DateField("Closed on", [Optional()])
    version = SelectField("What was asked then", coerce=int)
    reviews = FileField("Ratings", [FileRequired("Please choose the file with the ratings.")])
    enps = FileField("Answers to the question from 0 to 10, if there are any")


LONGEST_SUBJECT = 120
LONGEST_OPENING = 1_000


class RemindersForm(EditForm):
    """The planned reminders; three fields for each kind are added below."""

    def fields_of(self, kind: PlannedKind) -> tuple[Any, Any, Any]:
        """Whether it is sent, its subject, its opening words."""
        return self[f"{kind}_is_on"], self[f"{kind}_subject"], self[f"{kind}_opening"]

    @property
    def words(self) -> dict[PlannedKind, ReminderWords]:
        """What was typed."""
        return {
            kind: ReminderWords(
                is_on=bool(self[f"{kind}_is_on"].data),
                subject=" ".join((self[f"{kind}_subject"].data or "").split()),
                opening=self[f"{kind}_opening"].data or "",
            )
            for kind in PlannedKind
        }

    @classmethod
    def of(cls, words: Mapping[PlannedKind, ReminderWords]) -> Self:
        """The form filled with what is kept, unless something else was posted."""
        kept = {
            f"{kind}_{name}": value
            for kind, one in words.items()
            for name, value in asdict(one).items()
        }
        return cls(data=kept)


for _kind in PlannedKind:
    setattr(RemindersForm, f"{_kind}_is_on", BooleanField("Send it"))
    setattr(
        RemindersForm,
        f"{_kind}_subject",
        StringField("Your own subject", [Length(max=LONGEST_SUBJECT)]),
    )
    setattr(
        RemindersForm,
        f"{_kind}_opening",
        TextAreaField("Your opening words", [Length(max=LONGEST_OPENING)]),
    )

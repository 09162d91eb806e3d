"""What HR types for the reminders of a review, and for those of every next plan."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any, Self

from wtforms import BooleanField, StringField, TextAreaField
from wtforms.validators import Length

from app.domain.reminder_times import PlannedKind
from app.infra.forms import EditForm
from app.reminders.schedule import ReminderWords

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

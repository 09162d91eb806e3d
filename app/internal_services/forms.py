"""The forms in which HR names services and words what is asked about them."""

import re

from wtforms import (
    BooleanField,
    EmailField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    widgets,
)
from wtforms.validators import DataRequired, Length

from app.infra.forms import EditForm
from app.internal_services.services import (
    LONGEST_HINT,
    LONGEST_NAME,
    LONGEST_STATEMENT,
    NamedService,
)


class ServiceForm(EditForm):
    """One service."""

    name = StringField(
        "Name", [DataRequired("The service needs a name."), Length(max=LONGEST_NAME)]
    )
    hint = StringField("What it does", [Length(max=LONGEST_HINT)])
    owner = EmailField("Owner", [DataRequired("The service needs an owner.")])
    members = TextAreaField("Who else runs it", [Length(max=20_000)])
    departments = SelectMultipleField(
        "Who may rate it",
        coerce=int,
        widget=widgets.ListWidget(prefix_label=False),
        option_widget=widgets.CheckboxInput(),
    )
    is_active = BooleanField("Ask about it in the next review")

    @property
    def named(self) -> NamedService:
        """What was typed."""
        members = re.split(r"[\s,;]+", (self.members.data or "").lower())
        return NamedService(
            name=self.name.data or "",
            hint=self.hint.data or "",
            owner=(self.owner.data or "").lower(),
            members=tuple(dict.fromkeys(one for one in members if one)),
            department_ids=tuple(self.departments.data or ()),
            is_active=self.is_active.data,
        )


class StatementsForm(EditForm):
    """The statements that are asked about every service; an empty line asks nothing."""

    first = StringField("First statement", [Length(max=LONGEST_STATEMENT)])
    second = StringField("Second statement", [Length(max=LONGEST_STATEMENT)])
    third = StringField("Third statement", [Length(max=LONGEST_STATEMENT)])

    @property
    def texts(self) -> list[str]:
        """What was typed, in order."""
        return [one.data for one in (self.first, self.second, self.third) if one.data]

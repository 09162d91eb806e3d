"""The forms of improvement projects."""

from wtforms import DateField, EmailField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields import SelectChoice  # type: ignore[attr-defined] # newer than its stubs
from wtforms.validators import DataRequired, Length

from app.infra.forms import EditForm, Form
from app.infra.settings import company_day
from app.projects.services import LONGEST_SAID, LONGEST_TEXT, LONGEST_TITLE, PlannedProject

EVERYBODY = 0


class ProjectForm(EditForm):
    """What is to become different, by whom, by when, and how it will be seen."""

    title = StringField(
        "Title", [DataRequired("The project needs a title."), Length(max=LONGEST_TITLE)]
    )
    you_said = TextAreaField(
        "You said", [DataRequired("Say what it comes from."), Length(max=LONGEST_SAID)]
    )
    we_did = TextAreaField(
        "What will be different",
        [DataRequired("Say what will be different."), Length(max=LONGEST_TEXT)],
    )
    owner = EmailField("Owner", [DataRequired("The project needs an owner.")])
    due_on = DateField("By when", [DataRequired("Say by when.")])
    figure = SelectField("The figure it is meant to move")
    wants = RadioField(
        "Which way",
        choices=[SelectChoice("more", "up"), SelectChoice("less", "down")],
    )
    department = SelectField("Who sees it", coerce=int)

    def planned(self, names: dict[str, str], *, source: str) -> PlannedProject:
        """What was typed; `names` are those of the figures offered."""
        return PlannedProject(
            title=self.title.data or "",
            you_said=self.you_said.data or "",
            we_did=self.we_did.data or "",
            owner=(self.owner.data or "").lower(),
            due_on=self.due_on.data or company_day(),
            figure=self.figure.data,
            figure_name=names[self.figure.data],
            wants_more=self.wants.data == "more",
            department_id=self.department.data or None,
            source=source,
        )


class NoteForm(Form):
    """One line about how a project goes."""

    text = StringField("Note", [DataRequired("Write a note first."), Length(max=LONGEST_TEXT)])

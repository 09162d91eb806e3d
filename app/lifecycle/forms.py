"""What HR fills in on a cycle's own pages."""

from flask_wtf.file import FileField, FileRequired
from wtforms import (
    DateField,
    RadioField,
    SelectField,
    StringField,
)
from wtforms.validators import InputRequired, Length, Optional

from app.assignments.models import ChangeKind
from app.assignments.services import PairChange
from app.cycles.forms import LocalMoment, options
from app.infra.forms import Form
from app.people.models import LONGEST_WORD


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
        "Rater",
        coerce=int,
        choices=[],
        validators=[InputRequired("Please choose a rater.")],
        validate_choice=False,  # planning refuses whoever does not take part
    )
    subject_id = SelectField(
        "Subject",
        coerce=int,
        choices=[],
        validators=[InputRequired("Please choose a subject.")],
        validate_choice=False,  # planning refuses whoever does not take part
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

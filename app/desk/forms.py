"""What HR fills in about the company."""

from collections.abc import Callable
from typing import Any
from zoneinfo import available_timezones

from flask_wtf.file import FileField
from wtforms import BooleanField, IntegerField, SelectField, SelectMultipleField, StringField
from wtforms.validators import InputRequired, Length, NumberRange, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from app.cycles.forms import options
from app.domain import colours
from app.infra import company
from app.infra.forms import EditForm, Form
from app.people.models import LONGEST_WORD
from config import FACTOR_ROLES
from environment import LONGEST_TEXT, Environment

MOST_YEARS = 100


class AgreeForm(Form):
    """A yes to what another person of HR asked for, with a word for them."""

    word = StringField("A word", [Length(max=LONGEST_WORD)])


class CompanyForm(EditForm):
    """The settings of the company, as the page shows them."""

    company_name = StringField("Name of the company")
    logo = FileField("Logo")
    drops_logo = BooleanField("Take the present logo away")
    colour = StringField("Colour", render_kw={"placeholder": "#14566a"})
    timezone = SelectField(
        "Time zone", choices=options((zone, zone) for zone in sorted(available_timezones()))
    )
    paper = SelectField("Paper", choices=options([("A4", "A4"), ("letter", "US letter")]))
    mail_from = StringField("Sender of e-mails")
    results_years = IntegerField(
        "Years that results are kept",
        [
            InputRequired("Please say for how many years."),
            NumberRange(1, MOST_YEARS, f"Please give a number from 1 to {MOST_YEARS}."),
        ],
    )

    second_factor = SelectMultipleField(
        "Who needs a second factor",
        choices=options(
            [("hr", "HR"), ("board", "The board"), ("managers", "Everybody who leads people")]
        ),
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )

    def validate_company_name(self, field: Any) -> None:
        """One line that pages and mails can print."""
        if _faults_of(field.data, lambda found, name: found.line(name, "")):
            raise ValidationError(f"Please use one line of at most {LONGEST_TEXT} characters.")

    def validate_mail_from(self, field: Any) -> None:
        """One mailbox, as the environment takes it too."""
        if field.data and _faults_of(field.data, lambda found, name: found.mailbox(name, "")):
            raise ValidationError(
                "Please give one mailbox, such as Full Circle <review@example.com>."
            )

    def validate_colour(self, field: Any) -> None:
        """A colour in which words can be read."""
        colour = (field.data or "").lower()
        if not colour:
            return
        if not colours.HEX.fullmatch(colour):
            raise ValidationError(
                "Please write the colour as # and six digits or letters, such as #14566a."
            )
        if not colours.is_readable(colour):
            found = colours.contrast(colour, colours.PAPER)
            raise ValidationError(
                f"Words in this colour could not be read: its contrast is {found:.1f}, and it "
                f"takes {colours.READABLE}. Please take a darker tone."
            )

    def lock_given(self) -> None:
        """Let nothing be typed that the environment sets."""
        for name in company.OF_CONFIG:
            if company.is_given(name):
                self[name].render_kw = {"disabled": True}
                self[name].validators = []
                self[name].data = self[name].object_data

    @property
    def changes(self) -> dict[str, str]:
        """What was typed, without what the environment sets."""
        names = (*company.OF_CONFIG, company.COLOUR)
        typed = {name: str(self[name].data or "").strip() for name in names}
        typed[company.COLOUR] = typed[company.COLOUR].lower()
        typed[company.FACTOR] = ",".join(
            role for role in FACTOR_ROLES if role in (self.second_factor.data or ())
        )
        return {name: text for name, text in typed.items() if not company.is_given(name)}


def _faults_of(value: str, read: Callable[[Environment, str], str]) -> list[str]:
    """What the environment would say to this value."""
    found = Environment({"IT": value or ""})
    read(found, "IT")
    return found.faults

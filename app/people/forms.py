"""What people and HR fill in about accounts and the directory."""

from collections.abc import Callable
from datetime import date
from typing import Any

from flask_wtf.file import FileField, FileRequired
from wtforms import (
    BooleanField,
    DateField,
    EmailField,
    Field,
    HiddenField,
    PasswordField,
    SelectField,
    StringField,
)
from wtforms.validators import DataRequired, InputRequired, Length, Optional, ValidationError

from app.domain.files.people_file import (
    LONGEST,
    department_path,
    expected_department,
    expected_joining,
)
from app.infra.forms import EditForm, Form
from app.people import passwords
from app.people.models import LONGEST_NAME
from app.people.services import PersonFields, is_email

LONGEST_EMAIL = Length(max=LONGEST["email"])
LONGEST_PASSWORD = Length(max=passwords.LONGEST)
PASSWORD_HINT = {"autocomplete": "new-password", "minlength": passwords.SHORTEST}


FindDepartment = Callable[[tuple[str, ...]], int | None]
"""Finds a department by its names from the root down."""


class EmailAddress:
    """Refuses what no mail can be addressed to."""

    def __call__(self, _form: Any, field: Field) -> None:
        if field.data and not is_email(field.data):
            raise ValidationError("Please enter an e-mail address such as anna@example.com.")


class SignInForm(Form):
    """E-mail and password."""

    email = EmailField(
        "E-mail",
        [InputRequired("Please enter your e-mail address."), LONGEST_EMAIL],
        render_kw={"autocomplete": "username"},
    )
    password = PasswordField(
        "Password",
        [InputRequired("Please enter your password."), LONGEST_PASSWORD],
        render_kw={"autocomplete": "current-password"},
    )
    next = HiddenField()


class ForgotForm(Form):
    """Whose password was forgotten."""

    email = EmailField(
        "E-mail",
        [InputRequired("Please enter your e-mail address."), LONGEST_EMAIL, EmailAddress()],
        render_kw={"autocomplete": "username"},
    )


class SetPasswordForm(Form):
    """A new password by link."""

    password = PasswordField(
        "New password",
        [InputRequired("Please choose a password.")],
        render_kw=PASSWORD_HINT,
    )
    again = PasswordField(
        "The same once more",
        [InputRequired("Please enter the password once more.")],
        render_kw=PASSWORD_HINT,
    )

    def validate_again(self, field: Field) -> None:
        if field.data != self.password.data:
            raise ValidationError("The two passwords differ.")


class ChangePasswordForm(SetPasswordForm):
    """A new password by its owner, who proves to know the old one."""

    old = PasswordField(
        "Present password",
        [InputRequired("Please enter your present password."), LONGEST_PASSWORD],
        render_kw={"autocomplete": "current-password"},
    )


class PersonForm(EditForm):
    """One person as HR writes them; departments are offered, a new one may be typed."""

    name = StringField(
        "Name",
        [DataRequired("Please enter a name."), Length(max=LONGEST["name"])],
        render_kw={"autocomplete": "off"},
    )
    email = EmailField(
        "E-mail",
        [DataRequired("Please enter an e-mail address."), LONGEST_EMAIL, EmailAddress()],
        render_kw={"autocomplete": "off"},
    )
    title = StringField("Title", [Length(max=LONGEST["title"])])
    department = StringField(
        "Department",
        [DataRequired("Please enter a department.")],
        render_kw={"list": "departments", "autocomplete": "off"},
    )
    is_new_department = BooleanField("This department is new: add it")
    manager = EmailField(
        "Manager’s e-mail",
        [LONGEST_EMAIL, EmailAddress()],
        render_kw={"list": "managers", "autocomplete": "off"},
    )
    second_manager = EmailField(
        "Second manager’s e-mail",
        [LONGEST_EMAIL, EmailAddress()],
        render_kw={"list": "managers", "autocomplete": "off"},
    )
    sits_out_for = StringField("Does not take part: why", [Length(max=LONGEST["title"])])
    sits_out_until = DateField(
        "Until, as the last day", [Optional()], format=["%Y-%m-%d", "%d.%m.%Y"]
    )
    joined_on = DateField(
        "Joined on", [InputRequired("Please enter a date.")], format=["%Y-%m-%d", "%d.%m.%Y"]
    )
    is_hr = BooleanField("HR: plans cycles, sees who has sent, looks after this directory")
    is_board = BooleanField("Board: reads the board page")

    def __init__(
        self, *args: Any, department_at: FindDepartment, today: date, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.department_at = department_at
        self.today = today

    def validate_department(self, field: Field) -> None:
        if expected := expected_department(field.data):
            raise ValidationError(f"Expected {expected}.")
        is_known = self.department_at(department_path(field.data)) is not None
        if not is_known and not self.is_new_department.data:
            raise ValidationError("There is no such department yet. Tick the box below to add it.")

    def validate_joined_on(self, field: Field) -> None:
        if field.data and (expected := expected_joining(field.data, self.today)):
            raise ValidationError(f"Expected {expected}.")

    def validate_sits_out_until(self, field: Field) -> None:
        if field.data and not self.sits_out_for.data:
            raise ValidationError("Please say why as well, or leave the day empty.")

    def person_fields(self) -> PersonFields:
        """What was typed, as the services take it."""
        return PersonFields(
            name=self.name.data or "",
            email=self.email.data or "",
            title=self.title.data or "",
            department=department_path(self.department.data or ""),
            manager=self.manager.data or "",
            joined_on=self.joined_on.data or self.today,
            is_hr=self.is_hr.data,
            is_board=self.is_board.data,
            second_manager=self.second_manager.data or "",
            sits_out_for=self.sits_out_for.data or "",
            sits_out_until=self.sits_out_until.data,
        )


class UploadForm(Form):
    """The people file."""

    file = FileField(
        "People file",
        [FileRequired("Please choose a file.")],
        render_kw={"accept": ".csv,.txt,.tsv,.xlsx,.ods,text/csv"},
    )


class ImportForm(Form):
    """The way on from a file: which file, which preview, and what HR answered.

    The answers themselves have names of their own ("answer.…", "map.…"), for the file decides
    which there are.
    """

    ticket = HiddenField(validators=[DataRequired()])
    outcome = HiddenField()
    leaving = StringField(
        "How many leave?", render_kw={"inputmode": "numeric", "autocomplete": "off"}
    )


class TimeCodesForm(Form):
    """A first code of the app that has just taken a secret over."""

    token = HiddenField()
    code = StringField(
        "Code that your app shows now",
        render_kw={"inputmode": "numeric", "autocomplete": "one-time-code"},
    )


class PasskeyForm(Form):
    """What a browser says about a passkey that it has made, and what its owner calls it."""

    made = HiddenField()
    name = StringField("What you call it", [Length(max=LONGEST_NAME)])


class ConfirmForm(Form):
    """A yes, with nothing but the token."""


class SearchForm(Form):
    """What HR looks for in the list of people."""

    class Meta(Form.Meta):
        csrf = False  # it only reads, and its address may be kept

    q = StringField("Name, e-mail or title", render_kw={"type": "search"})
    department = SelectField("Department", coerce=int, default=0, validate_choice=False)
    state = SelectField("State", default="active", validate_choice=False)

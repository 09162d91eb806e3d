"""What every form shares: the CSRF token, trimmed text, and kind messages."""

import hashlib
import unicodedata
from typing import Any, Final

from flask import request
from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict
from wtforms import EmailField, HiddenField, StringField, TextAreaField

from app.domain.names import HYPHENS, JOINERS, joins_letters

TEXT_FIELDS = (StringField, TextAreaField, EmailField)
"""Not passwords: a space there is part of the secret."""

CHANGED_MEANWHILE: Final = (
    "This was changed on another page since you opened yours. What you typed is still here; "
    "compare it with what is saved by now. Saving again replaces that."
)
NOT_OFFERED: Final = "Please choose one of those offered."
OWN_WORDS: Final = {
    "Not a valid choice.": NOT_OFFERED,
    "Invalid Choice: could not coerce.": NOT_OFFERED,
    "Invalid choice(s): one or more data inputs could not be coerced.": NOT_OFFERED,
    "'%(value)s' is not a valid choice for this field.": NOT_OFFERED,
    "'%(value)s' are not valid choices for this field.": NOT_OFFERED,
    "Field cannot be longer than %(max)d character.": "Please use at most %(max)d character.",
    "Field cannot be longer than %(max)d characters.": "Please use at most %(max)d characters.",
    "Not a valid date value.": "Please enter a date such as 2026-10-05.",
}
"""What WTForms says by itself, in words that tell what to do."""
ABOUT_ANY_FIELD: Final = tuple({words.partition("%")[0] for words in OWN_WORDS.values()})
"""How those words begin, up to a number in them."""


JOINER: Final = "\u200d"
"""Makes one picture of several, for example a family."""
PICTURE_STYLES: Final = "\ufe0f\U0001f3fb\U0001f3fc\U0001f3fd\U0001f3fe\U0001f3ff"
"""Stand between a picture and its joiner: in colour, and the colours of skin."""


class OwnWords:
    """WTForms' way to other words, where a field has none of its own."""

    def gettext(self, text: str) -> str:
        """`text`, said kindly."""
        return OWN_WORDS.get(text, text)

    def ngettext(self, singular: str, plural: str, number: int) -> str:
        """The same for a text that depends on a number."""
        return self.gettext(singular if number == 1 else plural)


def clean_text(value: str | None) -> str | None:
    """Trimmed text without control and zero-width characters or half ones; line breaks stay.

    Blanks of any width, and those that hold words together, become plain ones.
    """
    if value is None:
        return None
    if value.isprintable():  # nothing to leave out, and much faster to find out
        return unicodedata.normalize("NFC", value).strip()
    value = value.replace("\r\n", "\n")
    value = value.translate(HYPHENS)
    kept = (
        " " if unicodedata.category(letter) == "Zs" else letter
        for place, letter in enumerate(value)
        if _stays(value, place)
    )
    return unicodedata.normalize("NFC", "".join(kept)).strip()


def _stays(text: str, place: int) -> bool:
    """Whether the sign at `place` is kept; a joiner is where a script or picture needs it."""
    letter = text[place]
    if letter in JOINERS and joins_letters(text, place):
        return True
    if letter == JOINER:
        before = text[:place].rstrip(PICTURE_STYLES)[-1:]
        return all(is_picture(one) for one in (before, text[place + 1 : place + 2]))
    return letter in "\n\t" or unicodedata.category(letter) not in {"Cc", "Cf", "Cs"}


def is_picture(letter: str) -> bool:
    """Whether this is an emoji, or a sign that can become part of one."""
    return bool(letter) and unicodedata.category(letter) == "So"


def _uncut(field: Any) -> Any:
    """`field` with its limit for people and scripts to see; `maxlength` would cut a long text."""
    limit = field.flags.maxlength
    if limit:
        del field.flags.maxlength
        field.flags.limit = limit
        field.render_kw = {"data-limit": limit} | (field.render_kw or {})
    return field


class Form(FlaskForm):
    """A form whose text fields arrive trimmed."""

    class Meta(FlaskForm.Meta):
        def wrap_formdata(self, form: Any, formdata: Any) -> Any:
            # Flask-WTF would take JSON for a form, and fail where it is no object.
            if request and request.is_json and not isinstance(formdata, MultiDict):
                return request.form
            return super().wrap_formdata(form, formdata)

        def bind_field(self, form: Any, unbound_field: Any, options: Any) -> Any:
            filters = [clean_text] if unbound_field.field_class in TEXT_FIELDS else []
            options["filters"] = filters + list(unbound_field.kwargs.get("filters", ()))
            return _uncut(unbound_field.bind(form=form, **options))

        def get_translations(self, _form: Any) -> OwnWords:
            return OwnWords()

    @property
    def faults(self) -> list[str]:
        """Every fault as one sentence; one that could be about any field names its own."""
        return [
            f"{self[name].label.text.rstrip('?')}: {fault[0].lower()}{fault[1:]}"
            if str(fault).startswith(ABOUT_ANY_FIELD)
            else str(fault)
            for name, faults in self.errors.items()
            for fault in faults
        ]


class EditForm(Form):
    """A form over something that is saved; it notices when that has changed since it was shown.

    Whoever was slower is shown what the other one saved, keeps what they typed, and decides.
    """

    made_from = HiddenField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._posted_from = str(self.made_from.data or "") if self.is_submitted() else ""
        # Shown again, the form is made from what is saved now: to save once more is a decision.
        self.made_from.data = self._mark()

    def validate(self, extra_validators: Any = None) -> bool:
        """The same, and refused where it would replace what its page did not know."""
        is_valid = bool(super().validate(extra_validators))
        overwritten = self._overwritten()
        if not overwritten:
            return is_valid
        self.form_errors = [CHANGED_MEANWHILE, *overwritten]
        return False

    def _overwritten(self) -> list[str]:
        """What would be lost, a sentence for each field; nothing where the page was up to date."""
        if self._posted_from in {"", self.made_from.data}:
            return []
        return [
            f"{field.label.text.rstrip('?')}: saved by now is “{_in_words(field.object_data)}”."
            for field in self._over_saved()
            if field.object_data is not None and field.data != field.object_data
        ]

    def _over_saved(self) -> list[Any]:
        ours = {"made_from", "csrf_token"}
        return [field for name, field in self._fields.items() if name not in ours]

    def _mark(self) -> str:
        """A trace of everything that is saved."""
        saved = [(field.name, str(field.object_data)) for field in self._over_saved()]
        return hashlib.sha256(repr(saved).encode()).hexdigest()[:16]


def _in_words(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list | tuple | set):
        return f"{len(value)} chosen"
    return str(value or "nothing")

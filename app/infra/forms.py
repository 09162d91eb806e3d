"""What every form shares: the CSRF token, trimmed text, and kind messages."""

import unicodedata
from typing import Any

from flask_wtf import FlaskForm
from wtforms import EmailField, StringField, TextAreaField

TEXT_FIELDS = (StringField, TextAreaField, EmailField)
"""Not passwords: a space there is part of the secret."""


def clean_text(value: str | None) -> str | None:
    """Trimmed text without control and zero-width characters or half ones; line breaks stay."""
    if value is None:
        return None
    if value.isprintable():  # nothing to leave out, and much faster to find out
        return unicodedata.normalize("NFC", value).strip()
    kept = (
        letter
        for letter in value.replace("\r\n", "\n")
        if letter in "\n\t" or unicodedata.category(letter) not in {"Cc", "Cf", "Cs"}
    )
    return unicodedata.normalize("NFC", "".join(kept)).strip()


class Form(FlaskForm):
    """A form whose text fields arrive trimmed."""

    class Meta(FlaskForm.Meta):
        def bind_field(self, form: Any, unbound_field: Any, options: Any) -> Any:
            filters = [clean_text] if unbound_field.field_class in TEXT_FIELDS else []
            options["filters"] = filters + list(unbound_field.kwargs.get("filters", ()))
            return unbound_field.bind(form=form, **options)

    @property
    def faults(self) -> list[str]:
        """Every fault as one sentence."""
        return [str(fault) for faults in self.errors.values() for fault in faults]

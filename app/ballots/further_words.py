"""What posted words to further questions have in common: fingerprints, and chosen versions."""

import re
from typing import Final

from werkzeug.datastructures import MultiDict

from app.domain.ballot.versions import fingerprint

NOTHING: Final = fingerprint("")
"""What a page without a memory knew of a text."""
PRINT: Final = "[0-9a-f]{8}"
"""What a text's fingerprint looks like."""


def chosen_words(form: MultiDict[str, str]) -> tuple[str, str] | None:
    """The words to a further question whose version was chosen: their key and its mark."""
    pressed = form.get("use") or form.get("drop") or ""
    match = re.fullmatch(rf"(s\d{{1,9}}c|u\d{{1,9}})\.({PRINT})", pressed)
    return (match[1], match[2]) if match else None

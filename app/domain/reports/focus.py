"""What colleagues see of a behaviour that somebody works on, as a report tells it."""

from dataclasses import dataclass
from typing import Final

from app.domain.release.focus import FocusDirection
from app.domain.release.policy import Hidden

PHRASES: Final = {
    FocusDirection.MORE: "most say more",
    FocusDirection.LESS: "most say less",
    FocusDirection.UNCLEAR: "no clear direction",
}
LEANS: Final = (
    "Such impressions lean to the present: people compare with what they remember, and they know "
    "what is being worked on. The two scores were given without comparing."
)
"""Said wherever an impression is shown.

Sources: Ross (1989), "Relation of implicit theories to the construction of personal histories",
Psychological Review 96(2), 341-357; Norman (2003), "Hi! How are you? Response shift, implicit
theories and differing epistemologies", Quality of Life Research 12(3), 239-249.
"""


@dataclass(frozen=True)
class Impression:
    """What most colleagues say, and how many of those who cannot read the report answered."""

    direction: FocusDirection
    raters: int


def impression_words(impression: Impression | Hidden) -> str:
    """What colleagues see, or why that is not told, in one sentence."""
    if isinstance(impression, Hidden):
        return f"What colleagues see is not told: {impression.reason}."
    return (
        "Compared with last quarter, do they see it less, the same or more? "
        f"{impression.raters} colleagues answered: {PHRASES[impression.direction]}."
    )

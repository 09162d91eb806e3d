"""A yes to an import counts for exactly what was shown, and for nothing else."""

from dataclasses import dataclass
from typing import Final

from app.domain.plurals import counted
from app.people.imports.proposing import Proposal
from app.people.imports.writing import CHANGED_MEANWHILE

STILL_OPEN: Final = "Some things are still open. Nothing has been changed."
ANOTHER_RESULT: Final = "With these answers something else will happen. Please look once more."


@dataclass(frozen=True)
class Yes:
    """What somebody said yes to."""

    outcome: str
    """The outcome that was shown."""
    leaving: str
    """How many people leave, as it was typed."""


def refusal_of(yes: Yes, proposal: Proposal) -> str:
    """Why a yes does not count for what the file would do now, as a sentence; else nothing."""
    if not proposal.is_ready:
        return STILL_OPEN
    if yes.outcome != proposal.outcome:
        is_same = yes.outcome.partition("-")[0] == proposal.outcome.partition("-")[0]
        return ANOTHER_RESULT if is_same else CHANGED_MEANWHILE
    if proposal.is_harmful and _number(yes.leaving) != proposal.leaving_count:
        people = counted(proposal.leaving_count, "person", "people")
        return (
            f"{people} would leave. If that is right, please write this number into the field "
            "below."
        )
    return ""


def _number(typed: str) -> int | None:
    bare = "".join(letter for letter in typed if letter.isalnum())
    return int(bare) if bare.isdecimal() else None

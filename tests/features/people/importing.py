"""People lists taken over past the pages, for tests that are about something else."""

from collections.abc import Mapping
from datetime import date

from app.infra.db import transaction
from app.people.imports import proposing, writing

WHOLE = {"scope": "whole"}


def take_over(
    content: bytes, *, today: date, by: int | None = None, answers: Mapping[str, str] = WHOLE
) -> None:
    """Make the directory say what `content` says."""
    with transaction():
        proposal = proposing.propose(content, today=today, answers=answers)
        writing.import_people(proposal, today=today, by=by)

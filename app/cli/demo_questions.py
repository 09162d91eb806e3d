"""A department of the demo company asks its people something in each review."""

from collections.abc import Iterator, Sequence
from random import Random
from typing import Final

from app.ballots.queries import Review
from app.domain.ballot.document import Change, FurtherAnswer
from app.domain.scale import OPTIONS
from app.domain.unit_questions.asked import AnswerKind
from app.infra.db import db, transaction
from app.people.models import Person
from app.people.queries import hr_people
from app.unit_questions import queries, services
from app.unit_questions.services import WantedQuestion

ASKER: Final = 2
"""The line of the head of engineering in NORDLICHT."""
QUESTION: Final = "I can finish what I have begun before something else is asked of me"
USUAL: Final = 3.0
"""What people answer on the average in the first quarter."""
RISE: Final = 0.5
"""By how much more in each quarter after it."""


def ask_again(ids: Sequence[int]) -> None:
    """Put the same question for the next review, and let HR confirm it."""
    with transaction():
        asker = db.session.get_one(Person, ids[ASKER])
        department_id = asker.department_id or 0
        services.ask(WantedQuestion(department_id, AnswerKind.SCALE, QUESTION), by=asker)
        row = queries.planned(department_id)
        if row is not None:
            content, hr = services.content_of(row), hr_people()[0].id
            services.confirm(department_id, content=content, word="", by=hr)


def about_departments(review: Review, *, quarter: int, random: Random) -> Iterator[Change]:
    """What this rater answers to the questions of departments."""
    for question in review.unit_questions:
        felt = random.gauss(USUAL + quarter * RISE, 0.8)
        yield FurtherAnswer(question.key, min(OPTIONS, max(1, round(felt))))

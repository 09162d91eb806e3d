"""A plan's review as an employee will see it: with invented colleagues, and nothing is saved."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Final

from app.assignments.queries import AskedCount
from app.ballots import by_person, fill_in_steps, focus, pages, services_page, working_here
from app.ballots.colleagues import Colleague
from app.ballots.fill_in_steps import RatingOrder
from app.ballots.open_cycle import OpenCycle
from app.ballots.queries import Review
from app.ballots.transparency import background_of
from app.ballots.unit_part import unit_parts
from app.cycles.models import Cycle
from app.cycles.terms import StatementText, Terms
from app.domain.ballot.document import Ballot
from app.domain.durations import SETTLED
from app.domain.enps import direct
from app.domain.errors import NotFoundError
from app.domain.heard import TOLD
from app.domain.internal_services import asked
from app.domain.internal_services.asked import AskedService
from app.domain.pairing.assignment import Relationship
from app.domain.scale import STATEMENTS
from app.domain.unit_questions.asked import UnitQuestion
from app.infra import clock
from app.infra.pages import moment
from app.infra.settings import company_day
from app.internal_services.queries import planned_services
from app.leaders.queries import leader_names
from app.lifecycle.plan.drafting import young_people
from app.people.second_confirmation import turns_since
from app.unit_questions.queries import planned_questions

INVENTED: Final = (
    ("Ada Example", "Head of your team", "Your team", Relationship.REPORT),
    ("Ben Example", "Colleague", "Your team", Relationship.PEER),
    ("Carla Example", "Colleague", "Your team", Relationship.PEER),
    ("Deniz Example", "Colleague", "Another team", Relationship.PEER),
    ("Emil Example", "Colleague", "Another team", Relationship.PEER),
)
"""Name, title, team and bond: whom somebody really rates is nobody's business here."""
NOBODY: Final = 0


@dataclass(frozen=True)
class InventedReview(Review):
    """A review of somebody who is asked about every service, and by every department at once.

    Nobody is asked by all of them: each question says whom it is for.
    """

    @cached_property
    def unit_questions(self) -> tuple[UnitQuestion, ...]:
        return tuple(planned_questions())

    @cached_property
    def services(self) -> tuple[AskedService, ...]:
        return tuple(planned_services())


def invented_review(cycle: Cycle, people: int) -> Review:
    """The review of an invented person in the plan of `cycle` for so many `people`."""
    statements = tuple(
        StatementText(one.number, one.competency, one.text)
        for one in cycle.questionnaire.statements
    )
    labels = tuple(cycle.questionnaire.scale_labels)
    terms = Terms(cycle.name, cycle.policy, tuple(cycle.reasons), statements, people, labels)
    return InventedReview(
        cycle=OpenCycle(cycle.id, cycle.closes_at, terms),
        person_id=NOBODY,
        epoch=0,
        colleagues=tuple(
            Colleague(place, -place, name, title, team, bond, name, has_left=False)
            for place, (name, title, team, bond) in enumerate(INVENTED, start=1)
        ),
        ballot=Ballot(),
    )


def promise_of(cycle: Cycle, review: Review) -> dict[str, Any]:
    """What the page of the promise shows, as far as it is known before the opening."""
    policy = cycle.policy
    asked_count = AskedCount(review.size, 0)
    return {
        "cycle": cycle,
        "policy": policy,
        "is_rated": True,
        "is_stranger": False,
        "readers": [] if policy.subject_reads_alone else [INVENTED[0][0]],
        "keepers": replace(
            background_of(
                cycle,
                people=review.cycle.terms.people,
                new=len(young_people(cycle, max(clock.now(), cycle.opens_at))),
            ),
            turns=turns_since(company_day() - SETTLED),
        ),
        "asked_about": [(one.name, asked_count) for one in review.colleagues],
        "leaders": leader_names() if policy.leaders_hear else [],
        "told_of_leaders": TOLD,
        "unit_questions": unit_parts(review),
        "asked": asked,
    }


def page_of(review: Review, name: str, number: int) -> tuple[str, dict[str, Any]]:
    """The template of a page and what it shows. Raises NotFoundError for one that is not there."""
    make = PAGES.get(name)
    last = {"statements": len(review.statements), "people": review.size}.get(name, 0)
    if make is None or number > last or (last and number < 1):
        raise NotFoundError("The review has no such page.")
    way = fill_in_steps.steps(review, RatingOrder.BY_STATEMENT)
    template, shown = make(review, number)
    return f"ballots/{template}.html", {
        "review": review,
        "steps": way,
        "following": fill_in_steps.next_open(way),
        "progress": fill_in_steps.progress(review, RatingOrder.BY_STATEMENT),
        "view": RatingOrder.BY_STATEMENT,
        "earlier_note": pages.earlier_note(review),
        "promise": review.cycle.policy.promise(moment(review.cycle.closes_at)),
        "shown": "",
        **shown,
    }


Made = tuple[str, dict[str, Any]]


def _own(review: Review, _number: int) -> Made:
    alone = review.cycle.policy.subject_reads_alone
    return "own", {
        "page": pages.own_page(review),
        "readers": "you alone" if alone else f"you and {INVENTED[0][0]}",
    }


def _statement(review: Review, number: int) -> Made:
    page = pages.statement_page(review, number)
    return "statement", {"page": page, "statement": review.statements[number - 1]}


def _person(review: Review, number: int) -> Made:
    colleague = review.colleagues[number - 1]
    page = by_person.person_page(review, number)
    return "person", {"page": page, "colleague": colleague, "note": pages.note_on(colleague)}


def _check(review: Review, _number: int) -> Made:
    return "check", {
        "open_statements": pages.open_statements(review),
        "open_people": by_person.open_people(review),
        "nothing": False,
    }


def _done(review: Review, _number: int) -> Made:
    sent = replace(review, ballot=_invented_ballot(review))
    return "done", {
        "review": sent,
        "summary": pages.summary(sent),
        "table": pages.all_answers(sent),
        "folds": pages.comments_page(sent).folds,
        "focus": focus.all_questions(sent),
        "units": (),
    }


def _invented_ballot(review: Review) -> Ballot:
    """A ballot as somebody might have sent it: everything answered, nothing written."""
    answers: dict[int, list[int | None]] = {
        colleague.person_id: [3 + (place + number) % 3 for number in range(STATEMENTS)]
        for place, colleague in enumerate(review.colleagues)
    }
    return Ballot(own=[4] * STATEMENTS, answers=answers, enps_score=8, sent=True)


PAGES: Final[dict[str, Callable[[Review, int], Made]]] = {
    "": lambda _review, _number: ("index", {}),
    "colleagues": lambda review, _number: ("colleagues", {"page": pages.away_page(review)}),
    "self": _own,
    "statements": _statement,
    "people": _person,
    "comments": lambda review, _number: ("comments", {"page": pages.comments_page(review)}),
    "recommend": lambda review, _number: (
        "recommend",
        {"page": working_here.recommend_page(review), "direct": direct},
    ),
    "services": lambda review, _number: (
        "services",
        {"page": services_page.services_page(review), "asked": asked},
    ),
    "check": _check,
    "rather-not": lambda _review, _number: ("rather_not", {}),
    "done": _done,
}


def after(review: Review, name: str, number: int) -> str:
    """The page that follows, as the end of its address."""
    last = {"statements": len(review.statements), "people": review.size}.get(name, 0)
    if number < last:
        return f"{name}/{number + 1}"
    last_ones = "services" if review.services else "recommend"
    words = "comments" if review.asks_for_words else last_ones
    following = {
        "": "colleagues",
        "colleagues": "self",
        "self": "statements/1",
        "statements": words,
        "people": words,
        "comments": last_ones,
        "services": "recommend",
        "recommend": "check",
        "check": "done",
    }
    return following.get(name, "")

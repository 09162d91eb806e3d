"""What waits for a second person of HR, in words and with the page where it is looked at."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from sqlalchemy import select

from app.cycles.models import Cycle
from app.cycles.queries import lock
from app.domain.cycle import RUNNING, CycleState
from app.domain.errors import NotFoundError
from app.domain.plurals import counted
from app.infra.db import db
from app.lifecycle.count.restoring import TO, WHOLE_COMPANY
from app.lifecycle.plan import plan_check
from app.people import two_person_requests
from app.people.models import Act, Person
from app.people.services import lock_directory
from app.people.two_person_requests import Request
from app.unit_questions.services import question_in_words

ABOUT_PEOPLE = (Act.TAKE_BACK, Act.CHANGE_ADDRESS, Act.RESET_FACTOR)
STATES = {Act.CLOSE_EARLY: (CycleState.OPEN,), Act.END: RUNNING}


@dataclass(frozen=True)
class OpenRequest:
    """A request as HR reads it."""

    request: Request
    to: str
    """What is asked for, after "asked to"."""
    endpoint: str
    """The page on which it is looked at and agreed to."""
    place: dict[str, int]
    """What that page is about."""


def waiting() -> list[OpenRequest]:
    """Every request that still waits for a second person of HR, the oldest first."""
    return [_as_read(one) for one in two_person_requests.all_open() if _still_waits(one)]


def waiting_on_desk() -> list[OpenRequest]:
    """The same without working plans out, which takes seconds where very many take part.

    A plan that was confirmed and changed since in the directory is found on its own page.
    """
    confirmed = set(db.session.scalars(select(Cycle.id).where(Cycle.confirmed_hash != "")))
    return [
        _as_read(one)
        for one in two_person_requests.all_open()
        if (
            one.is_for_two and one.object_id not in confirmed
            if one.act is Act.PLAN
            else _still_waits(one)
        )
    ]


def _as_read(request: Request) -> OpenRequest:
    about = request.object_id
    if request.act in ABOUT_PEOPLE:
        return OpenRequest(request, in_words(request), "people.show", {"person_id": about})
    if request.act is Act.GO_ON_WITH_BACKUP:
        return OpenRequest(request, in_words(request), "lifecycle.backup.go_on", {})
    if request.act is Act.SHORTEN_RETENTION:
        return OpenRequest(request, in_words(request), "desk.company.shorten", {})
    if request.act is Act.UNIT_QUESTION:
        place = {"department_id": about}
        return OpenRequest(request, in_words(request), "unit_questions.confirm", place)
    pages = {Act.CLOSE_EARLY: "lifecycle.close", Act.END: "lifecycle.abandon"}
    page = pages.get(request.act, "lifecycle.show")
    return OpenRequest(request, in_words(request), page, {"cycle_id": about})


def by_id(request_id: int) -> Request:
    """A request that still waits. Raises NotFoundError: a confirmed plan is refused by nobody."""
    asked = two_person_requests.by_id(request_id)
    if not _still_waits(asked):
        raise NotFoundError(two_person_requests.GONE)
    return asked


def held(request_id: int) -> Request:
    """The same, and until our commit nobody agrees to it. Raises NotFoundError."""
    asked = by_id(request_id)
    if asked.act in ABOUT_PEOPLE:
        lock_directory()
    elif asked.act is not Act.UNIT_QUESTION and asked.object_id != WHOLE_COMPANY:
        lock(db.session.get_one(Cycle, asked.object_id))
    return by_id(request_id)


def in_words(request: Request) -> str:
    """What is asked for, after "asked to"."""
    if request.act in ABOUT_PEOPLE:
        person = db.session.get_one(Person, request.object_id)
        if request.act is Act.TAKE_BACK:
            return f"take {person.name} back"
        if request.act is Act.RESET_FACTOR:
            return f"reset the second factor of {person.name}"
        return f"change the e-mail address of {person.name} to {request.content}"
    if request.act in BESIDE_CYCLES:
        return BESIDE_CYCLES[request.act](request)
    name = db.session.get_one(Cycle, request.object_id).name
    return {
        Act.PLAN: f"confirm the plan of {name}",
        Act.CLOSE_EARLY: f"close {name} early",
        Act.END: f"end {name} without results",
    }[request.act]


def _shorter_retention(request: Request) -> str:
    return f"keep results for {counted(int(request.content), 'year')} only"


BESIDE_CYCLES: Final[Mapping[Act, Callable[[Request], str]]] = {
    Act.GO_ON_WITH_BACKUP: lambda _request: TO,
    Act.SHORTEN_RETENTION: _shorter_retention,
    Act.UNIT_QUESTION: lambda request: question_in_words(request.object_id),
}
"""What is asked for that is about neither a person nor a cycle, in words."""


def _still_waits(request: Request) -> bool:
    """Whether there is something left to agree to; a confirmed plan waits for nobody."""
    if not request.is_for_two:
        return False
    if request.act is Act.PLAN:
        found = plan_check.known_check(db.session.get_one(Cycle, request.object_id))
        return found is None or found.needs_confirmation
    if request.act in STATES:
        return db.session.get_one(Cycle, request.object_id).state in STATES[request.act]
    return True

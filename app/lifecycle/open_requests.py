"""What waits for a second person of HR, in words and with the page where it is looked at."""

from dataclasses import dataclass

from app.cycles.models import Cycle
from app.cycles.queries import lock
from app.domain.cycle import CycleState
from app.domain.errors import NotFoundError
from app.infra.db import db
from app.lifecycle.plan import plan_check
from app.people import two_person_requests
from app.people.models import Act, Person
from app.people.services import lock_directory
from app.people.two_person_requests import Request

ABOUT_PEOPLE = (Act.TAKE_BACK, Act.CHANGE_ADDRESS)
RUNNING = (CycleState.OPEN, CycleState.CLOSING)
STATES = {Act.CLOSE_EARLY: (CycleState.OPEN,), Act.END: RUNNING}


@dataclass(frozen=True)
class OpenRequest:
    """A request as HR reads it."""

    request: Request
    to: str
    """What is asked for, after "asked to"."""


def waiting() -> list[OpenRequest]:
    """Every request that still waits for a second person of HR, the oldest first."""
    found = two_person_requests.all_open()
    return [OpenRequest(one, in_words(one)) for one in found if _still_waits(one)]


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
    else:
        lock(db.session.get_one(Cycle, asked.object_id))
    return by_id(request_id)


def in_words(request: Request) -> str:
    """What is asked for, after "asked to"."""
    if request.act in ABOUT_PEOPLE:
        person = db.session.get_one(Person, request.object_id)
        if request.act is Act.TAKE_BACK:
            return f"take {person.name} back"
        return f"change the e-mail address of {person.name} to {request.content}"
    name = db.session.get_one(Cycle, request.object_id).name
    return {
        Act.PLAN: f"confirm the plan of {name}",
        Act.CLOSE_EARLY: f"close {name} early",
        Act.END: f"end {name} without results",
    }[request.act]


def _still_waits(request: Request) -> bool:
    """Whether there is something left to agree to; a confirmed plan waits for nobody."""
    if not request.is_for_two:
        return False
    if request.act is Act.PLAN:
        return plan_check.check_plan(
            db.session.get_one(Cycle, request.object_id)
        ).needs_confirmation
    if request.act in STATES:
        return db.session.get_one(Cycle, request.object_id).state in STATES[request.act]
    return True

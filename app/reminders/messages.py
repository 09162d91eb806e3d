"""Every e-mail about a cycle, one function each; composing returns data, sending is elsewhere."""

from collections.abc import Sequence
from typing import Any

from app.cycles.models import Cycle
from app.domain.pairing.load import rating_minutes
from app.domain.scale import STATEMENTS
from app.infra.mail import Message
from app.infra.pages import moment
from app.infra.settings import settings
from app.people.messages import first_password_link
from app.people.models import Person


def invitation(
    person: Person, cycle: Cycle, *, colleagues: int, done: Sequence[str] = ()
) -> Message:
    """Invite `person` to the open cycle: how much it is, how long it takes, until when.

    Whoever has no password finds a link to set one. `done` says what was done about what people
    said before.
    """
    first_link = first_password_link(person, until=cycle.closes_at)
    return _about(
        cycle,
        "invitation",
        to=person,
        path="/review",
        holds_link=_holds_link(cycle, first_link),
        first_link=first_link,
        providers=settings().provider_labels,
        colleagues=colleagues,
        minutes=rating_minutes(colleagues * STATEMENTS),
        has_comments=cycle.policy.shows_comments,
        promise=cycle.policy.promise(moment(cycle.closes_at)),
        promise_link=f"{settings().base_url}/review/promise",
        done=done,
        fingerprint=cycle.frozen_hash[:16],
        log_length=cycle.log_length,
        log_head=cycle.log_head[:16],
    )


def reminder(
    person: Person,
    cycle: Cycle,
    *,
    answered: int = 0,
    total: int = 0,
    is_complete: bool = False,
    own_subject: str = "",
    opening: str = "",
) -> Message:
    """Remind `person` that their review is not sent, and how far they have come.

    With HR's own subject behind the cycle's name, and HR's opening words before ours. Personal in
    any case: who is reminded, and who is not, tells who has sent or declined.
    """
    return _about(
        cycle,
        "reminder",
        to=person,
        path="/review",
        answered=answered,
        total=total,
        is_complete=is_complete,
        own_subject=own_subject,
        opening=opening,
        is_personal=True,
        to_everybody=cycle.policy.hr_sees_numbers_only,
    )


def last_call(
    person: Person,
    cycle: Cycle,
    *,
    is_complete: bool = False,
    own_subject: str = "",
    opening: str = "",
) -> Message:
    """Tell `person`, a day before the close, that their review is still unsent."""
    return _about(
        cycle,
        "last_call",
        to=person,
        path="/review",
        is_personal=True,
        is_complete=is_complete,
        own_subject=own_subject,
        opening=opening,
        to_everybody=cycle.policy.hr_sees_numbers_only,
    )


def extended(person: Person, cycle: Cycle) -> Message:
    """Tell `person` that the cycle closes later; a link to a first password works until then."""
    first_link = first_password_link(person, until=cycle.closes_at)
    return _about(
        cycle,
        "extended",
        to=person,
        path="/review",
        holds_link=_holds_link(cycle, first_link),
        first_link=first_link,
        providers=settings().provider_labels,
    )


def _holds_link(cycle: Cycle, first_link: str) -> bool:
    """Whether HR may not read it; where HR sees numbers only, whoever has a link has not sent."""
    return bool(first_link) or cycle.policy.hr_sees_numbers_only


def report_ready(person: Person, cycle: Cycle) -> Message:
    """Tell `person` that their report can be read."""
    # The same address for everybody; it leads each to their own report.
    return _about(cycle, "report_ready", to=person, path=f"/reports/{cycle.id}/own")


def plan_refused(person: Person, cycle: Cycle, faults: Sequence[str]) -> Message:
    """Tell `person` of HR that the cycle did not open, and every reason why."""
    return _about(cycle, "plan_refused", to=person, path=f"/cycles/{cycle.id}", faults=faults)


def _about(
    cycle: Cycle,
    name: str,
    *,
    to: Person,
    path: str,
    is_personal: bool = False,
    holds_link: bool = False,
    **more: Any,
) -> Message:
    config = settings()
    return Message.from_templates(
        name,
        to=to.email,
        reader_id=to.id,
        is_personal=is_personal,
        holds_link=holds_link,
        cycle_id=cycle.id,
        recipient=to.name,
        cycle=cycle.name,
        opens_at=cycle.opens_at,
        closes_at=cycle.closes_at,
        product=config.product,
        home=config.base_url,
        link=config.base_url + path,
        **more,
    )

"""What waits for a person of HR: questions for two, accounts, cycles, reported comments."""

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from app.cycles.models import Cycle
from app.cycles.queries import cycle_by_id
from app.desk.needs import SOON, Need, Urgency
from app.domain.cycle import CycleState
from app.domain.plurals import counted
from app.infra import clock
from app.infra.pages import moment
from app.infra.settings import settings
from app.infra.ways import Way
from app.lifecycle import open_requests
from app.lifecycle.open_requests import OpenRequest
from app.lifecycle.turnout import RunningTurnout
from app.people import password_secrecy
from app.people import queries as people
from app.people.models import Act
from app.people.queries import PersonState

ALONE: Final = 1
"""Whoever begins alone in an empty directory leads nobody and reports to nobody."""
MANY: Final = 4
"""Where more than one in so many would get no scores, that cannot wait."""


def questions(for_: int) -> Iterator[Need]:
    """What waits for a second person of HR; what `for_` asked themselves waits for others."""
    for one in open_requests.waiting_on_desk():
        yield _asked_by_me(one) if one.request.needs_second_person(for_) else _asks_me(one)


def _asks_me(one: OpenRequest) -> Need:
    return Need(
        key="second_person",
        urgency=Urgency.TODAY,
        title=f"{one.request.asker} needs your word: to {one.to}",
        text="Until a second person of HR agrees, nothing happens.",
        quote=one.request.reason,
        ways=(
            Way("Read and decide", one.endpoint, one.place),
            Way("Refuse …", "lifecycle.requests.refuse", {"request_id": one.request.id}),
        ),
    )


def _asked_by_me(one: OpenRequest) -> Need:
    opens_at = _opening_soon(one)
    return Need(
        key="second_person",
        urgency=Urgency.TODAY if opens_at else Urgency.LATER,
        title=f"You asked to {one.to}",
        text="It waits for somebody else of HR."
        + (f" Without that it does not open on {moment(opens_at)}." if opens_at else ""),
        ways=(Way("Look at the question", "lifecycle.requests.index"),),
    )


def _opening_soon(one: OpenRequest) -> datetime | None:
    """When a plan opens that still has to be confirmed, if that is soon."""
    if one.request.act is not Act.PLAN:
        return None
    opens_at = cycle_by_id(one.request.object_id).opens_at
    return opens_at if opens_at <= clock.now() + SOON else None


def about_cycle(cycle: Cycle | None, sums: RunningTurnout | None) -> Iterator[Need]:
    """What the cycle at hand needs HR for."""
    if cycle is None or cycle.is_abandoned:
        return
    if cycle.state is CycleState.CLOSED and cycle.forgotten_on is not None:
        yield Need(
            key="not_published",
            urgency=Urgency.TODAY,
            title=f"{cycle.name} is counted and not published",
            text="Nobody can read a report yet. Look at the company figures first, then publish.",
            ways=(
                Way("Publish …", "lifecycle.publish", {"cycle_id": cycle.id}),
                Way("Company figures", "enps.show", {"cycle_id": cycle.id}),
            ),
        )
    if cycle.state is CycleState.OPEN and sums and sums.tells_missing:
        yield from _few_raters(cycle, sums)


def _few_raters(cycle: Cycle, sums: RunningTurnout) -> Iterator[Need]:
    """Nobody where HR sees numbers only: who may get no scores follows from who has sent."""
    if missing := sums.missing_total:
        yield Need(
            key="few_raters",
            urgency=Urgency.TODAY if missing * MANY > sums.subjects else Urgency.LATER,
            title=f"{counted(missing, 'person', 'people')} may get no scores: too few of "
            "their raters have sent",
            text=f"Each needs {cycle.policy.blind_raters} who have sent by "
            f"{moment(cycle.closes_at)}. A reminder or a later close helps.",
            ways=(
                Way("Remind …", "lifecycle.remind", {"cycle_id": cycle.id}),
                Way("See who", "lifecycle.show", {"cycle_id": cycle.id}),
            ),
        )


def _links_for_whoever_needs_one() -> Need:
    """The same whether or not anybody lacks a password: whoever does cannot have sent."""
    return Need(
        key="no_password",
        urgency=Urgency.LATER,
        title="Some people may never have set a password",
        text="Who they are, and how many, is not shown while reviews show you numbers only.",
        ways=(Way("Send a link to all of them", "people.send_first_links", posts=True),),
    )


def _without_password() -> str:
    """What it means to have no password, and what helps."""
    others = settings().provider_labels
    means = f"They can sign in with {others} alone." if others else "They cannot sign in."
    return f"{means} A link by e-mail lets each of them choose one."


def _passwords() -> Iterator[Need]:
    """Who never set a password, where HR may know that."""
    if password_secrecy.are_hidden():
        yield _links_for_whoever_needs_one()
    elif without_password := people.count_without_password():
        many = counted(without_password, "person has", "people have")
        yield Need(
            key="no_password",
            urgency=Urgency.LATER,
            title=f"{many} never set a password",
            text=_without_password(),
            ways=(
                Way("Send all of them a link", "people.send_first_links", posts=True),
                Way("See who", "people.index", {"state": PersonState.NO_PASSWORD.value}),
            ),
        )


def accounts() -> Iterator[Need]:
    """Accounts that somebody of HR should look at."""
    if settings().has_passwords:
        yield from _passwords()
    is_alone = people.active_up_to(ALONE + 1) <= ALONE
    if not is_alone and (without_manager := people.count_without_manager()):
        many = counted(without_manager, "person has", "people have")
        yield Need(
            key="no_manager",
            urgency=Urgency.LATER,
            title=f"{many} no manager who works here",
            text="Nobody reads their report with them.",
            ways=(Way("See who", "people.index", {"state": PersonState.NO_MANAGER.value}),),
        )

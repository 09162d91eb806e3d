"""Acts that one person of HR asks for and another one agrees to or refuses.

There is one open request at most for an act and the cycle or person that it is about. Whoever
asked cannot agree; nor can the command line, which is nobody's second person.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from sqlalchemy import delete, select

from app.domain.durations import END_HOLDS, REQUEST_HOLDS
from app.domain.errors import NotAllowedError, NotFoundError
from app.infra import audit, mail
from app.infra.db import db
from app.infra.settings import company_day
from app.people import messages
from app.people.models import Act, Person, TwoPersonRequest
from app.people.queries import labels_of, people_by_ids
from app.people.second_confirmation import hr_people_that_count

COMMAND_LINE: Final = "Somebody at the command line"
GONE: Final = "Nobody asks for this any more: it was done, refused or withdrawn."


@dataclass(frozen=True)
class RequestKind:
    """How an act is written down, and how long a request for it waits."""

    tag: str
    """How its entries in the log of acts begin."""
    object_name: str
    """What the log calls the thing that it is about; empty for the whole company."""
    holds: timedelta | None
    """None for what waits as long as a plan does."""


KINDS: Final = {
    Act.PLAN: RequestKind("cycle:plan", "cycle_id", None),
    Act.CLOSE_EARLY: RequestKind("cycle:close", "cycle_id", REQUEST_HOLDS),
    Act.END: RequestKind("cycle:end", "cycle_id", END_HOLDS),
    Act.TAKE_BACK: RequestKind("person:return", "person_id", REQUEST_HOLDS),
    Act.CHANGE_ADDRESS: RequestKind("person:address", "person_id", REQUEST_HOLDS),
    Act.RESET_FACTOR: RequestKind("person:factor_reset", "person_id", REQUEST_HOLDS),
    Act.GO_ON_WITH_BACKUP: RequestKind("cycle:backup", "", END_HOLDS),
    Act.SHORTEN_RETENTION: RequestKind("company:retention", "", REQUEST_HOLDS),
    Act.UNIT_QUESTION: RequestKind("unit_question", "department_id", None),
}


@dataclass(frozen=True)
class Request:
    """What was asked for, by whom, and on which day."""

    id: int
    act: Act
    object_id: int
    content: str
    reason: str
    """What for, in the words of whoever asked; empty where they said nothing."""
    asked_on: date
    asked_by: int | None
    """None for the command line."""
    asker: str
    """The name of who asked."""
    is_for_two: bool
    """Whether whoever asked is not enough: HR has two people, or somebody else than HR asked."""

    def needs_second_person(self, actor_id: int | None) -> bool:
        """True for whoever asked and for the command line: somebody else has to agree."""
        return self.is_for_two and actor_id in (None, self.asked_by)


def find(act: Act, object_id: int) -> Request | None:
    """The open request for `act` on this cycle or person; None where nobody asks any more."""
    row = _row(act, object_id)
    return _as_requests([row])[0] if row is not None and _is_open(row) else None


def waiting_for(act: Act, object_ids: Iterable[int]) -> frozenset[int]:
    """For which of these cycles, people or departments somebody asks for `act`."""
    mine = TwoPersonRequest.act == act, TwoPersonRequest.object_id.in_(object_ids)
    rows = db.session.scalars(select(TwoPersonRequest).where(*mine))
    return frozenset(row.object_id for row in rows if _is_open(row))


def by_id(request_id: int) -> Request:
    """The open request with this number. Raises NotFoundError."""
    row = db.session.get(TwoPersonRequest, request_id)
    if row is None or not _is_open(row):
        raise NotFoundError(GONE)
    return _as_requests([row])[0]


def all_open() -> list[Request]:
    """Every open request, the oldest first."""
    rows = db.session.scalars(select(TwoPersonRequest).order_by(TwoPersonRequest.id))
    return _as_requests([row for row in rows if _is_open(row)])


def settle(
    act: Act,
    object_id: int,
    *,
    by: int | None,
    to: str,
    content: str = "",
    reason: str = "",
    word: str = "",
) -> bool:
    """Whether `by` may do this now; False when it is noted and waits for a second person.

    `to` says what is asked for, after "asked to". Whoever asks says the `reason`, whoever agrees a
    `word`; each is mailed to the other. A request for something else on the same cycle or person
    is replaced. Raises NotAllowedError for whoever asked already and for whoever is too new in HR.
    """
    hr = hr_people_that_count()
    hr.refuse_new(by)
    if not hr.need_two:
        close(act, object_id)
        return True
    asked = find(act, object_id)
    if asked is None or asked.content != content or hr.is_too_new(asked.asked_by):
        ask(act, object_id, by=by, content=content, reason=reason)
        _log(act, object_id, "asked", by=by)
        tell_others(act, object_id, by=by, to=to)
        return False
    if asked.needs_second_person(by):
        raise NotAllowedError(f"A second person of HR has to confirm this: to {to}.")
    close(act, object_id)
    tell_agreed(asked, by=by, to=to, word=word)
    return True


def ask(act: Act, object_id: int, *, by: int | None, content: str = "", reason: str = "") -> None:
    """Note what `by` asks for, and what for, in place of an earlier request for the same act."""
    row = _row(act, object_id)
    if row is None:
        row = TwoPersonRequest(act=act, object_id=object_id)
        db.session.add(row)
    row.content, row.reason = content, reason
    row.asked_on, row.asked_by_id = company_day(), by
    db.session.flush()


def close(act: Act, object_id: int) -> None:
    """Forget the request: it was agreed to, or nobody needs it any more."""
    mine = TwoPersonRequest.act == act, TwoPersonRequest.object_id == object_id
    db.session.execute(delete(TwoPersonRequest).where(*mine))


def forget_people(ids: Sequence[int]) -> None:
    """Forget requests about people who are not in the directory any more."""
    about_people = [act for act, kind in KINDS.items() if kind.object_name == "person_id"]
    mine = TwoPersonRequest.act.in_(about_people), TwoPersonRequest.object_id.in_(ids)
    db.session.execute(delete(TwoPersonRequest).where(*mine))


def refuse(request: Request, *, by: int, to: str, word: str) -> None:
    """Refuse what another person asked for, or withdraw one's own request.

    Who asked is mailed the refusal with its `word`. Raises NotAllowedError for whoever is too
    new in HR to agree: their refusal does not count either. Raises NotFoundError where somebody
    was faster.
    """
    if request.asked_by == by:
        _take_away(request)
        _log(request.act, request.object_id, "withdrawn", by=by)
        return
    hr_people_that_count().refuse_new(by)
    _take_away(request)
    _log(request.act, request.object_id, "refused", by=by)
    if request.asked_by is not None:
        people = people_by_ids([request.asked_by, by])
        asker, refuser = people[request.asked_by], people[by]
        mail.post(messages.request_refused(asker, by=refuser.name, to=to, word=word))


def _take_away(request: Request) -> None:
    mine = delete(TwoPersonRequest).where(TwoPersonRequest.id == request.id)
    if not db.session.execute(mine.returning(TwoPersonRequest.id)).all():
        raise NotFoundError(GONE)


def forget_old() -> None:
    """Delete requests that waited too long; they are open to nobody before that already."""
    for row in db.session.scalars(select(TwoPersonRequest)):
        if not _is_open(row):
            db.session.delete(row)


def _row(act: Act, object_id: int) -> TwoPersonRequest | None:
    mine = TwoPersonRequest.act == act, TwoPersonRequest.object_id == object_id
    return db.session.scalar(select(TwoPersonRequest).where(*mine))


def _is_open(row: TwoPersonRequest) -> bool:
    holds = KINDS[row.act].holds
    return holds is None or company_day() - row.asked_on <= holds


def _as_requests(rows: list[TwoPersonRequest]) -> list[Request]:
    people = people_by_ids(row.asked_by_id for row in rows if row.asked_by_id is not None)
    called = labels_of({key: person.name for key, person in people.items()})
    is_for_two = hr_people_that_count().need_two
    return [
        Request(
            id=row.id,
            act=row.act,
            object_id=row.object_id,
            content=row.content,
            reason=row.reason,
            asked_on=row.asked_on,
            asked_by=row.asked_by_id,
            asker=called[row.asked_by_id] if row.asked_by_id is not None else COMMAND_LINE,
            is_for_two=is_for_two or _is_of_others(people.get(row.asked_by_id or 0)),
        )
        for row in rows
    ]


def _is_of_others(asker: Person | None) -> bool:
    """Whether somebody asked who is not of HR."""
    return asker is not None and not asker.is_acting_hr


def ask_hr(act: Act, object_id: int, *, by: Person, to: str, content: str) -> bool:
    """Let HR look at what somebody wants; whether it needs no other person's word.

    That is so where the only person of HR wants it.
    """
    hr = hr_people_that_count()
    if by.is_acting_hr and not hr.need_two:
        close(act, object_id)
        return True
    ask(act, object_id, by=by.id, content=content)
    _log(act, object_id, "asked", by=by.id)
    asked = find(act, object_id)
    if asked:
        _mail_question(asked, [one for one in hr.trusted if one.id != by.id], to=to)
    return False


def tell_others(act: Act, object_id: int, *, by: int | None, to: str) -> None:
    """Mail those who may agree; a question that nobody hears of is never answered."""
    hr, asked = hr_people_that_count(), find(act, object_id)
    if not hr.need_two or asked is None:
        return
    _mail_question(asked, [one for one in hr.trusted if one.id != by], to=to)


def _mail_question(asked: Request, readers: list[Person], *, to: str) -> None:
    mail.post(
        *(
            messages.second_person_wanted(
                one, asker=asked.asker, to=to, reason=asked.reason, request_id=asked.id
            )
            for one in readers
        )
    )


def tell_agreed(asked: Request, *, by: int | None, to: str, word: str) -> None:
    """Mail who asked that another person of HR agreed, with their `word`."""
    if asked.asked_by is None or by is None or asked.asked_by == by:
        return
    people = people_by_ids([asked.asked_by, by])
    asker, other = people[asked.asked_by], people[by]
    mail.post(messages.request_agreed(asker, by=other.name, to=to, word=word))


def _log(act: Act, object_id: int, what: str, *, by: int | None) -> None:
    kind = KINDS[act]
    details: dict[str, object] = {kind.object_name: object_id} if kind.object_name else {}
    audit.record(f"{kind.tag}_{what}", actor_id=by, **details)

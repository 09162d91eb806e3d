"""Everything that is kept about one person, as one file for that person."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import date
from io import BytesIO
from typing import Any, Final
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from sqlalchemy import or_, select

from app.assignments.models import Participation
from app.cycles.models import Cycle, ReportReader
from app.domain.access import Actor
from app.domain.cycle import CycleState
from app.domain.reports.contents import PersonalReport
from app.home.log_sentences import sentence
from app.infra.audit import AuditEntry
from app.infra.db import db
from app.infra.mail import MailState, OutboxMail
from app.infra.settings import company_day
from app.pdf.letterhead import letterhead
from app.pdf.pages.personal import render
from app.people import device_sessions, second_factor, sign_ins
from app.people.department_tree import paths_of
from app.people.models import Person
from app.people.queries import people_by_ids
from app.people.single_sign_on import linking
from app.reports.queries import action_plan_of, reports_for
from app.results.dossiers import dossiers
from app.results.export import persons_of
from app.results.models import SubjectResult

Record = dict[str, Any]

NOT_IN_IT: Final = (
    "Not in this file: what you answered about others. While a review is open it lies here "
    "encrypted, and you read and change it on the pages of the review. Once it is counted nobody "
    "can say any more what you answered."
)
DATES: Final = (
    "joined_on",
    "sits_out_until",
    "account_made_on",
    "hr_since",
    "hr_until",
    "board_until",
    "led_until",
    "unproven_since",
    "handed_over_on",
    "password_by_link_on",
    "number_changed_on",
)
"""Days that are kept about an account."""


def own_data_file(person: Person, actor: Actor) -> bytes:
    """A ZIP for `person` alone: one text file with everything, and each report as a PDF."""
    content = {
        "made_on": company_day().isoformat(),
        "about": person.name,
        "not_in_it": NOT_IN_IT,
        "account": _account(person),
        "second_factors": _factors(person),
        "sign_in_providers": [
            {"issuer": one.issuer, "subject": one.subject, "linked_on": _plain(one.linked_on)}
            for one in linking.identities_of(person)
        ],
        "devices": [_plain(one._asdict()) for one in device_sessions.of(person, key="")],
        "sign_ins": [_plain(asdict(one)) for one in sign_ins.seen_by(person)],
        "cycles": list(_cycles(person)),
        "reports": list(_results(person)),
        "plans": list(_plans(person, actor)),
        "log_of_acts": list(_log_lines(person)),
        "mails_that_wait": list(_mails(person)),
    }
    out = BytesIO()
    with ZipFile(out, "w", ZIP_DEFLATED) as file:
        _write(file, "about-you.json", json.dumps(content, ensure_ascii=False, indent=2).encode())
        for report in _reports(person, actor):
            _write(file, report.file_name, render(report, letterhead=letterhead()))
    return out.getvalue()


def _write(file: ZipFile, name: str, content: bytes) -> None:
    entry = ZipInfo(name, date_time=(*company_day().timetuple()[:3], 0, 0, 0))
    entry.compress_type = ZIP_DEFLATED
    file.writestr(entry, content)


def _account(person: Person) -> Record:
    above = people_by_ids(filter(None, (person.manager_id, person.second_manager_id)))
    names = {key: one.name for key, one in above.items()}
    return {
        "name": person.name,
        "e-mail": person.email,
        "former e-mail": person.former_email,
        "personnel number": person.number,
        "title": person.title,
        "department": paths_of([person.department_id])[person.department_id],
        "manager": names.get(person.manager_id or 0),
        "second manager": names.get(person.second_manager_id or 0),
        "roles": [name for name, has in (("HR", person.is_hr), ("board", person.is_board)) if has],
        "works here": person.is_active,
        "takes no part because": person.sits_out_for or None,
        "has a password, kept as a hash": person.password_hash is not None,
        **{name: _plain(getattr(person, name)) for name in DATES},
    }


def _factors(person: Person) -> Record:
    """What is set up beside the password; what it is made of stays here."""
    found = second_factor.of(person)
    return {
        "passkeys": [{"name": one.name, "since": _plain(one.since)} for one in found.passkeys],
        "codes of an app since": _plain(found.time_codes_since),
        "recovery codes left": found.recovery_codes,
    }


def _cycles(person: Person) -> Iterator[Record]:
    """In which cycles they are known to have taken part, as long as that is kept."""
    rows = db.session.execute(
        select(Cycle.name, Participation.sent)
        .join(Participation, Participation.cycle_id == Cycle.id)
        .where(Participation.person_id == person.id, Cycle.state != CycleState.DRAFT)
        .order_by(Cycle.opens_at)
    )
    for name, has_sent in rows:
        yield {"cycle": name, "sent": has_sent}


def _with_results(person: Person) -> list[Cycle]:
    mine = select(SubjectResult.cycle_id).where(SubjectResult.subject_id == person.id)
    return list(
        db.session.scalars(select(Cycle).where(Cycle.id.in_(mine)).order_by(Cycle.opens_at))
    )


def _results(person: Person) -> Iterator[Record]:
    """What was released about them, and who may read it.

    Of unpublished cycles only that there is something: nobody reads a report before its time.
    """
    for cycle in _with_results(person):
        if cycle.published_on is None:
            yield {"cycle": cycle.name, "note": "counted, not published yet"}
            continue
        (found,) = persons_of(cycle, only=[person.id])
        yield {"cycle": cycle.name, "read_by": _readers(cycle, person), **found}


def _readers(cycle: Cycle, person: Person) -> list[str]:
    rows = select(Person.name).join(ReportReader, ReportReader.reader_id == Person.id)
    mine = ReportReader.cycle_id == cycle.id, ReportReader.subject_id == person.id
    return list(db.session.scalars(rows.where(*mine).order_by(Person.sort_key)))


def _reports(person: Person, actor: Actor) -> list[PersonalReport]:
    published = [cycle for cycle in _with_results(person) if cycle.published_on is not None]
    found = [one for cycle in published for one in dossiers(cycle.id, [person.id], reader=actor)]
    return reports_for(found, reader=actor)


def _plans(person: Person, actor: Actor) -> Iterator[Record]:
    """Marks and planned behaviours, the shared ones and those that nobody else sees."""
    for cycle in _with_results(person):
        if cycle.published_on is None:
            continue
        (found,) = dossiers(cycle.id, [person.id], reader=actor)
        plan = action_plan_of(found.part)
        marks: dict[str, list[str]] = {}
        for number, mark in sorted(plan.marks):
            marks.setdefault(str(number), []).append(mark.value)
        if marks:
            yield {
                "cycle": cycle.name,
                "marks": marks,
                "behaviours": [_plain(asdict(item)) for item in plan.items],
            }


def _log_lines(person: Person) -> Iterator[Record]:
    """What they did, and what was done about their account, as HR reads it."""
    about = AuditEntry.details["person_id"].as_integer() == person.id
    mine = select(AuditEntry).where(or_(AuditEntry.actor_id == person.id, about))
    for entry in db.session.scalars(mine.order_by(AuditEntry.id)):
        is_about = entry.details.get("person_id") == person.id
        yield {
            "day": entry.day.isoformat(),
            "by": "you" if entry.actor_id == person.id else "somebody of HR, or the program",
            "act": sentence(entry.tag, entry.details, person=person.name if is_about else ""),
        }


def _mails(person: Person) -> Iterator[Record]:
    waiting = select(OutboxMail).where(
        OutboxMail.to == person.email, OutboxMail.state == MailState.WAITING
    )
    for mail in db.session.scalars(waiting.order_by(OutboxMail.id)):
        yield {"since": mail.posted_on.isoformat(), "subject": mail.subject}


def _plain(value: Any) -> Any:
    """`value` as JSON takes it."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, dict):
        return {key: _plain(one) for key, one in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_plain(one) for one in value]
    return value

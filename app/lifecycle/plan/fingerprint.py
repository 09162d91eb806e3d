"""The fingerprints of what raters are promised: of a plan, and of what was frozen at the opening.

The first is what a second person of HR confirms. The second is what every rater sees; it is
taken again before the count, so that terms changed past the app count nobody.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from typing import Any, Final

from sqlalchemy import String, select, type_coerce

from app.assignments.models import Assignment
from app.cycles.models import (
    AnswerReader,
    Cycle,
    FocusQuestion,
    ReportReader,
    RosterEntry,
    Unit,
)
from app.domain.errors import SealBrokenError
from app.domain.internal_services.asked import AskedService
from app.domain.pairing.assignment import Member, Pair
from app.domain.unit_questions.asked import UnitQuestion
from app.infra.bulk import plain_rows
from app.internal_services.queries import frozen_services, planned_services
from app.leaders.queries import leader_ids
from app.unit_questions.queries import frozen_questions, planned_questions

BROKEN: Final = (
    "Roster, pairs, readers or rules are no longer what raters were promised at the opening: "
    "somebody changed them in the database. Bring back what was there, and the count goes on."
)


def plan_digest(
    cycle: Cycle,
    *,
    members: Iterable[Member],
    pairs: Iterable[Pair],
    readers: Mapping[int, AbstractSet[int]],
) -> str:
    """SHA-256 over everything HR decided, as 64 hexadecimal digits."""
    content = terms_with_dates(cycle) | {
        "roster": [member.person_id for member in members],
        "pairs": [[pair.rater, pair.subject, pair.relationship.value] for pair in pairs],
        "readers": [[subject, sorted(ids)] for subject, ids in sorted(readers.items())],
    }
    return hashlib.sha256(_line(content)).hexdigest()


def terms_with_dates(cycle: Cycle) -> dict[str, Any]:
    """What HR decided beside people and pairs."""
    dates = {
        "opens_at": cycle.opens_at.isoformat(),
        "closes_at": cycle.closes_at.isoformat(),
    }
    leaders = sorted(leader_ids()) if cycle.policy.leaders_hear else []
    asked = [_question_line(one) for one in planned_questions()]
    return _terms(cycle, planned_services()) | dates | {"leaders": leaders, "unit_questions": asked}


def frozen_digest(cycle: Cycle, *, questions: Iterable[UnitQuestion] | None = None) -> str:
    """SHA-256 over terms, units, roster with new accounts, pairs, readers and focus questions.

    The closing date is left out: it may be extended. `questions` are those of units that will be
    frozen, where that is still to come.
    """
    unit_questions = frozen_questions(cycle.id) if questions is None else questions
    asked = {"unit_questions": [_question_line(one) for one in unit_questions]}
    digest = hashlib.sha256(_line(_terms(cycle, frozen_services(cycle.id)) | asked))
    for rows in _frozen_rows(cycle.id):
        digest.update(_line(rows))
    return digest.hexdigest()


def refuse_broken(cycle: Cycle) -> None:
    """Raises SealBrokenError when what was frozen is not what raters were shown."""
    if cycle.frozen_hash != frozen_digest(cycle):
        raise SealBrokenError(BROKEN)


def _terms(cycle: Cycle, services: Iterable[AskedService]) -> dict[str, Any]:
    return {
        "name": cycle.name,
        "questionnaire": [
            [one.number, one.identity, one.competency, one.text, one.short_name, one.hint]
            for one in cycle.questionnaire.statements
        ],
        "scale": [cycle.questionnaire.scale_identity, *cycle.questionnaire.scale_labels],
        "pairing": cycle.pairing.value,
        "sample_size": cycle.sample_size,
        "policy": cycle.policy_terms,  # as stored: a later version may know more terms
        "reasons": cycle.reasons,
        "services": [_line_of(one) for one in services],
    }


def _line_of(service: AskedService) -> list[Any]:
    """Everything that is asked about a service, who runs it, and who is asked."""
    return [
        *(service.id, service.name, service.hint, service.statements, service.owner_id),
        *(sorted(service.member_ids), sorted(service.units)),
    ]


def _question_line(question: UnitQuestion) -> list[Any]:
    """Everything that a department is asked, who asks, and who is asked."""
    return [
        *(question.unit, question.unit_name, question.kind.value, question.text),
        *(question.manager_id, sorted(question.units)),
    ]


def _frozen_rows(cycle_id: int) -> Iterator[list[tuple[Any, ...]]]:
    """Every frozen row in an order of its own, in batches; the order on disk must not matter.

    The batches are part of the hash: changing their size would break cycles that are open.
    """
    unit = (Unit.number, Unit.parent_number)
    entry = (RosterEntry.person_id, RosterEntry.unit_number, RosterEntry.manager_id)
    pair = (Assignment.rater_id, Assignment.subject_id)
    reader = (ReportReader.subject_id, ReportReader.reader_id)
    yield from plain_rows(select(*unit).where(Unit.cycle_id == cycle_id).order_by(Unit.number))
    roster = select(*entry, RosterEntry.is_new, RosterEntry.is_rated)
    mine = roster.where(RosterEntry.cycle_id == cycle_id).order_by(RosterEntry.person_id)
    for rows in plain_rows(mine):
        yield [(*rest, bool(is_new), bool(is_rated)) for *rest, is_new, is_rated in rows]
    asked_as = type_coerce(Assignment.relationship, String)  # a million need no enum
    asked = select(*pair, asked_as).where(Assignment.cycle_id == cycle_id)
    yield from plain_rows(asked.order_by(*pair))
    readers = select(*reader).where(ReportReader.cycle_id == cycle_id)
    yield from plain_rows(readers.order_by(*reader))
    as_stored = type_coerce(AnswerReader.role, String)
    of_answers = select(AnswerReader.person_id, as_stored).where(AnswerReader.cycle_id == cycle_id)
    yield from plain_rows(of_answers.order_by(AnswerReader.person_id, as_stored))
    focus = (FocusQuestion.subject_id, FocusQuestion.statement)
    questions = select(*focus).where(FocusQuestion.cycle_id == cycle_id)
    yield from plain_rows(questions.order_by(*focus))


def _line(content: object) -> bytes:
    return json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=True).encode()

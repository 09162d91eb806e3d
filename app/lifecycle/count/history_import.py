"""Quarters kept in another tool: counted and released like ours, and nothing else of them kept.

The ratings never touch our disk. They are read into memory, go through the same count under
the same release policy, and one transaction writes the cycle with what may be shown.
"""

import os
import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from random import Random, SystemRandom
from typing import Final
from zoneinfo import ZoneInfo

import numpy as np
from sqlalchemy import select

from app.assignments.models import Participation
from app.cycles import services as drafts
from app.cycles.models import COMPANY_UNIT, Cycle, Pairing, RosterEntry
from app.cycles.services import DraftPlan
from app.domain.ballot.document import Ballot
from app.domain.count.collecting import AskedPairs
from app.domain.count.contents import Contents
from app.domain.cycle import CycleState
from app.domain.enps.units import EnpsAnswer
from app.domain.errors import PlanRefusedError, ReviewError
from app.domain.files.checked_table import Fault, shown
from app.domain.files.history_file import EnpsRow, History, PastRatingsRow, parse
from app.domain.pairing.assignment import Member, relationship_of
from app.domain.plurals import counted
from app.domain.release.noise import Randomness
from app.domain.scale import NOT_OBSERVED, UNANSWERED
from app.infra import audit
from app.infra.db import db
from app.infra.settings import company_day, settings
from app.lifecycle.count.counting import Progress, keep, released_from
from app.lifecycle.count.frozen_terms import Frozen, frozen_rows
from app.lifecycle.count.unsealing import Opened, cleaned_words, take
from app.lifecycle.plan.drafting import readers_of, roster_members
from app.lifecycle.plan.fingerprint import frozen_digest
from app.lifecycle.plan.freezing import freeze_readers, freeze_roster, freeze_units
from app.lifecycle.plan.obstacles import FEWEST_PEOPLE
from app.people.models import Person
from app.people.queries import hr_people
from app.people.services import is_email
from app.questionnaires.models import Questionnaire
from app.questionnaires.queries import all_versions, version_of
from app.questionnaires.services import ensure_default, freeze

QUARTER_LASTS: Final = timedelta(days=14)
EARLIEST: Final = date(1970, 1, 1)
"""No review is older; before, a calendar may not hold the days around it."""
CLOSING_HOUR: Final = time(18)
QUARTER: Final = re.compile(r"(?:(\d{4})\s*[-/ ]?\s*Q([1-4])|Q([1-4])\s*[-/ ]?\s*(\d{4}))")


class HistoryRefusedError(ReviewError):
    """Files with faults, told all at once; nothing was changed."""

    def __init__(self, sentences: list[str], *, count: int) -> None:
        self.sentences, self.count = sentences, count
        super().__init__("\n".join(sentences))


@dataclass(frozen=True)
class PastQuarter:
    """A past quarter: its name, the day it closed there, and the version that was asked.

    Without a version there is only one it can be.
    """

    name: str
    closed_on: date
    version: int | None = None


def closing_day(name: str) -> date | None:
    """The last day of the quarter that `name` names, such as "2025 Q3" or "Q3 2025"."""
    found = QUARTER.search(name)
    if found is None or not EARLIEST.year <= int(found[1] or found[4]) < date.max.year:
        return None
    year, quarter = int(found[1] or found[4]), int(found[2] or found[3])
    first = date(year + quarter // 4, quarter * 3 % 12 + 1, 1)
    return first - timedelta(days=1)


def read_history(reviews: bytes, enps: bytes | None = None) -> History:
    """Read both files. Raises HistoryRefusedError with every fault of both."""
    ids = db.session.scalars(select(Person.email)).all()
    history = parse(reviews, enps, known=frozenset(ids), is_email=is_email)
    if history.review_faults or history.enps_faults:
        sentences = _told(history.review_faults, "") + _told(history.enps_faults, "0-10 file, ")
        count = len(history.review_faults) + len(history.enps_faults)
        raise HistoryRefusedError(sentences, count=count)
    return history


def _told(faults: Collection[Fault], where: str) -> list[str]:
    return [where + sentence for sentence in shown(list(faults))]


def import_quarter(
    quarter: PastQuarter,
    history: History,
    *,
    by: int | None = None,
    say: Progress = lambda _step: None,
    random: Random | None = None,
    randomness: Randomness = os.urandom,
) -> Cycle:
    """Count a past quarter and keep what may be shown, within the current transaction.

    Raises PlanRefusedError when it lies in the future, has a name that is taken, or has fewer
    than 7 people.
    """
    random = random or SystemRandom()
    ids = _ids(history.people)
    cycle = _cycle(quarter, history, ids)
    say("Freezing people, departments and readers")
    _freeze(cycle, raters=frozenset(ids[rater] for rater in history.raters))
    frozen = frozen_rows(cycle)
    say(f"Counting {len(history.reviews):,} reviews")
    frozen = _with_pairs(frozen, cycle, history, ids)
    opened = _opened(frozen, history, ids, random)
    released = released_from(cycle, frozen, opened, randomness=randomness)
    say("Writing the results")
    for state in (CycleState.OPEN, CycleState.CLOSING, CycleState.CLOSED):
        cycle.move_to(state)
    keep(cycle, released, random=random)
    cycle.forgotten_on = company_day()  # there were no ballots
    totals = released.results.totals
    audit.record("cycle:imported", actor_id=by, cycle_id=cycle.id, ballots=totals.counted)
    return cycle


def _cycle(quarter: PastQuarter, history: History, ids: Mapping[str, int]) -> Cycle:
    faults = []
    if quarter.closed_on >= company_day():
        faults.append("A quarter that is imported has closed before today.")
    if quarter.closed_on < EARLIEST:
        faults.append(f"A quarter that is imported has closed in {EARLIEST.year} or later.")
    if len(history.people) < FEWEST_PEOPLE:
        faults.append(
            f"{counted(len(history.people), 'person takes', 'people take')} part; "
            f"a cycle needs at least {FEWEST_PEOPLE}."
        )
    if faults:
        raise PlanRefusedError(faults)
    closes_at = _evening_of(quarter.closed_on, settings().zone)
    return drafts.keep_draft(
        DraftPlan(
            name=quarter.name,
            questionnaire_id=_asked_version(quarter.version).id,
            opens_at=closes_at - QUARTER_LASTS,
            closes_at=closes_at,
            roster=frozenset(ids.values()),
            pairing=Pairing.EVERYONE,
            reasons=history.reasons or drafts.REASONS,
        ),
        by=None,
        from_history=True,
    )


def _asked_version(version: int | None) -> Questionnaire:
    """The questionnaire that was asked then. Raises PlanRefusedError where nobody says which."""
    newest = ensure_default()
    versions = sorted(one.version for one in all_versions() if one.name == newest.name)
    if version is None and len(versions) == 1:
        return newest
    found = version_of(newest.name, version) if version is not None else None
    if found is None:
        listed = ", ".join(map(str, versions))
        raise PlanRefusedError(
            [
                f"Say which version of {newest.name} was asked then: there are versions {listed}. "
                "Only statements with the same meaning are compared with other quarters."
                if version is None
                else f"There is no version {version} of {newest.name}; there are: {listed}."
            ]
        )
    return found


def _evening_of(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, CLOSING_HOUR, zone)


def _ids(emails: Iterable[str]) -> dict[str, int]:
    """The id of each e-mail; all are read, since a statement takes only so many values."""
    wanted = set(emails)
    found = db.session.execute(select(Person.email, Person.id))
    return {email: person_id for email, person_id in found if email in wanted}


def _freeze(cycle: Cycle, *, raters: Collection[int]) -> None:
    """Fix units, roster and readers as the directory has them today; who rated whom is not kept."""
    cycle.opened_on = cycle.opens_at.date()
    freeze_units(cycle)
    freeze_roster(cycle, new=frozenset())
    for one in db.session.scalars(select(Participation).filter_by(cycle_id=cycle.id)):
        one.sent = one.person_id in raters
    always = hr_people() if cycle.policy.hr_reads_reports else []
    freeze_readers(cycle, readers_of(roster_members(cycle), always=always))
    freeze(cycle.questionnaire)
    db.session.flush()
    cycle.frozen_hash = frozen_digest(cycle)


def _with_pairs(frozen: Frozen, cycle: Cycle, history: History, ids: Mapping[str, int]) -> Frozen:
    """`frozen` with who rated whom, which is known from the file alone.

    Nobody counts as new: whose accounts were young then is not known, nor does it matter to
    answers that nobody can steer any more.
    """
    entries = db.session.scalars(select(RosterEntry).where(RosterEntry.cycle_id == cycle.id))
    members = {
        entry.person_id: Member(entry.person_id, entry.unit_number or 0, entry.manager_id)
        for entry in entries
    }
    pairs = {(ids[row.rater], ids[row.subject]) for row in history.reviews if not row.is_own}
    asked = AskedPairs.of(
        (rater, subject, relationship_of(members[rater], members[subject]))
        for rater, subject in pairs
    )
    no_new = replace(frozen.roster, new=np.zeros(0, dtype=np.int64))
    return replace(frozen, asked=asked, roster=no_new, new=frozenset())


def _opened(frozen: Frozen, history: History, ids: Mapping[str, int], random: Random) -> Opened:
    """Both files as the count takes sent ballots: in random order."""
    opened, contents = Opened(), Contents()
    ballots = _ballots(history, ids)
    raters = list(ballots)
    random.shuffle(raters)
    for rater in raters:
        contents.add(rater, ballots[rater])
    take(opened, contents, frozen)
    nameless = [row for row in history.enps if not row.rater]
    random.shuffle(nameless)
    for row in nameless:
        opened.enps.append(EnpsAnswer(row.score, row.reasons, COMPANY_UNIT))
        if cleaned := cleaned_words(row.comment):
            opened.enps_comments.append(cleaned)
    return opened


def _ballots(history: History, ids: Mapping[str, int]) -> dict[int, Ballot]:
    """What each rater answered, as the ballot they would have sent here."""
    ballots: dict[int, Ballot] = defaultdict(lambda: Ballot(sent=True))
    for row in history.reviews:
        _answer(ballots[ids[row.rater]], row, ids[row.subject])
    for answer in history.enps:
        if answer.rater:
            _recommend(ballots[ids[answer.rater]], answer)
    return ballots


def _answer(ballot: Ballot, row: PastRatingsRow, subject: int) -> None:
    given = [None if rating == UNANSWERED else rating for rating in row.ratings]
    if row.is_own:
        ballot.own = [rating if rating != NOT_OBSERVED else None for rating in given]
        return
    ballot.answers[subject] = given
    ballot.comments[subject] = dict(row.comments)


def _recommend(ballot: Ballot, answer: EnpsRow) -> None:
    ballot.enps_score, ballot.enps_reasons = answer.score, list(answer.reasons)
    ballot.enps_comment = answer.comment

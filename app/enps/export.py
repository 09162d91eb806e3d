"""The released eNPS of a cycle as plain records, for other programs. docs/results.md has names."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import select

from app.cycles.models import Cycle
from app.domain.enps.direct import DirectCounts
from app.domain.enps.score import StanceCounts
from app.domain.release.policy import Hidden
from app.enps.models import EnpsComment, EnpsScore
from app.enps.queries import answers_of, direct_of, mentions_of
from app.infra.db import db

Record = dict[str, Any]


def enps_of(cycle: Cycle) -> Record:
    """Every unit's answers, the company's reasons and direct answers, comments in random order."""
    comments = select(EnpsComment.text).where(EnpsComment.cycle_id == cycle.id)
    return {
        "units": list(_units(cycle)),
        "reasons": list(_reasons(cycle)),
        "direct": _direct(direct_of(cycle)),
        "comments": list(db.session.scalars(comments.order_by(EnpsComment.id))),
    }


def _units(cycle: Cycle) -> Iterator[Record]:
    scores = select(EnpsScore).where(EnpsScore.cycle_id == cycle.id)
    for score in db.session.scalars(scores.order_by(EnpsScore.unit_number)):
        yield {"unit": score.unit_number, **_answers(answers_of(score, cycle.policy))}


def _answers(answers: StanceCounts | Hidden) -> Record:
    names = ("promoters", "passives", "detractors")
    if isinstance(answers, Hidden):
        blank = dict.fromkeys(("respondents", *names, "score", "low", "high"))
        return {**blank, "hidden": answers.reason}
    low, high = answers.interval
    return {
        "respondents": answers.respondents,
        **dict(zip(names, answers.shares, strict=True)),
        "score": answers.score,
        "low": low,
        "high": high,
        "hidden": None,
    }


def _direct(answers: DirectCounts | Hidden | None) -> Record | None:
    names = ("more", "same", "less")
    if answers is None:
        return None
    if isinstance(answers, Hidden):
        blank = dict.fromkeys(("respondents", *names, "score", "low", "high"))
        return {**blank, "hidden": answers.reason}
    low, high = answers.interval
    shares = dict(zip(names, answers.shares, strict=True))
    numbers = {"respondents": answers.respondents, **shares, "score": answers.score}
    return {**numbers, "low": low, "high": high, "hidden": None}


def _reasons(cycle: Cycle) -> Iterator[Record]:
    for side, mentions in mentions_of([cycle.id]).get(cycle.id, {}).items():
        for reason, count in mentions.items():
            yield {"side": side.value, "reason": reason, "mentions": count}

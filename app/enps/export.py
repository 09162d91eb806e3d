"""The released eNPS of a cycle as plain records, for other programs. docs/results.md has names."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from sqlalchemy import select

from app.cycles.models import Cycle
from app.domain.enps.score import ReleasedShares
from app.domain.release.policy import Hidden
from app.enps.models import EnpsComment, EnpsReason, EnpsScore
from app.enps.queries import histogram_of, shares_of
from app.infra.db import db

Record = dict[str, Any]


def enps_of(cycle: Cycle) -> Record:
    """Every unit's shares, score and reasons, and the company's comments in random order."""
    comments = select(EnpsComment.text).where(EnpsComment.cycle_id == cycle.id)
    return {
        "units": list(_units(cycle)),
        "histogram": list(histogram_of(cycle.id)),
        "comments": list(db.session.scalars(comments.order_by(EnpsComment.id))),
    }


def _units(cycle: Cycle) -> Iterator[Record]:
    reasons: dict[int, list[Record]] = defaultdict(list)
    points = select(EnpsReason).where(EnpsReason.cycle_id == cycle.id)
    for row in db.session.scalars(points.order_by(EnpsReason.points.desc(), EnpsReason.reason)):
        reasons[row.unit_number].append({"reason": row.reason, "points": row.points})
    scores = select(EnpsScore).where(EnpsScore.cycle_id == cycle.id)
    for score in db.session.scalars(scores.order_by(EnpsScore.unit_number)):
        shares = _shares(shares_of(score, cycle.policy))
        yield {"unit": score.unit_number, **shares, "reasons": reasons[score.unit_number]}


def _shares(shares: ReleasedShares | Hidden) -> Record:
    names = ("respondents", "promoters", "passives", "detractors", "score")
    if isinstance(shares, Hidden):
        return {**dict.fromkeys((*names, "low", "high")), "hidden": shares.reason}
    low, high = shares.interval
    values = {name: getattr(shares, name) for name in names}
    return {**values, "low": low, "high": high, "hidden": None}

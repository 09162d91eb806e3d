"""What the fill-in knows of the open cycle."""

from dataclasses import dataclass
from datetime import datetime

from app.cycles.terms import Terms
from app.domain.release.policy import ReleasePolicy


@dataclass(frozen=True)
class OpenCycle:
    """What the fill-in has to know of the cycle; only the close can change, put off."""

    id: int
    closes_at: datetime
    terms: Terms
    frozen_hash: str = ""

    @property
    def name(self) -> str:
        return self.terms.name

    @property
    def policy(self) -> ReleasePolicy:
        return self.terms.policy

    @property
    def reasons(self) -> tuple[str, ...]:
        return self.terms.reasons

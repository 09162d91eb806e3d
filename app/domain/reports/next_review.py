"""When colleagues are asked again, in words for whoever plans until then."""

from dataclasses import dataclass
from datetime import date

from app.domain.reports.words import day


@dataclass(frozen=True)
class NextReview:
    """The review after a report, as far as its days are known."""

    opens_on: date
    closes_on: date | None = None
    """None while nothing is confirmed: `opens_on` is then what a quarter's pace would make it."""
    is_open: bool = False

    def words(self, today: date) -> str:
        """In one sentence or two; empty where nothing true can be said."""
        if self.is_open and self.closes_on:
            return f"The next review is open, until {day(self.closes_on)}."
        if self.opens_on <= today:
            return ""
        if self.closes_on:
            return f"The next review opens on {day(self.opens_on)}, if nothing changes."
        return (
            "The next review has no date yet. At a quarter’s pace it would open about "
            f"{day(self.opens_on)}."
        )

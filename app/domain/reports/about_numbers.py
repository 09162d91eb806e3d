"""How far to trust a cycle's numbers, in words that HR can pass on; docs/statistics.md.

Everything is worked out from what was released. Nobody's strictness, rank or reliability is in
it, and nothing here could say it: there are only figures of the whole cycle.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import sqrt

from app.domain.count.adjusted import Adjustment
from app.domain.reports.words import one_decimal
from app.domain.statistics.reliability import Reliability, word_for

Split = tuple[int, int, int]
"""Percent of the variance that is the rater, the person and the rest; sums to 100."""

PARTS = ("who rates", "who is rated", "everything else")
MEANINGS = (
    "Some colleagues rate everybody a little higher or lower. Correcting takes this out.",
    "What people do differently, as far as colleagues agree on it. This is what a report is about.",
    "How two people get on, what the one saw of the other, and the day. More raters even it out.",
)
ADJUSTED = {
    Adjustment.MADE: (
        "Overall scores are corrected for how strict or generous each colleague usually is, so a "
        "strict group of raters does not pull somebody down."
    ),
    Adjustment.NOT_CONNECTED: (
        "Overall scores are not corrected for strictness: the people fall into groups that did "
        "not rate one another, so strict raters cannot be told from low scores."
    ),
    Adjustment.FEW_ACROSS: (
        "Overall scores are not corrected for strictness: too few people rated colleagues of "
        "other departments, and correcting would take true differences between teams away."
    ),
    Adjustment.NO_SAMPLE: (
        "Overall scores are not corrected for strictness: most people rate most others, so strict "
        "raters pull everybody down alike, and the correction would tell how strict each person is."
    ),
}
RELIABLE = {
    Reliability.SOLID: "solid: another group of colleagues would give much the same picture",
    Reliability.INDICATIVE: "indicative: it shows a direction, and another group might differ",
    Reliability.TOO_FEW: "too weak to compare people with each other",
}


@dataclass(frozen=True)
class AboutNumbers:
    """What HR's page says about one published cycle."""

    cycle_name: str
    adjustment: Adjustment
    split: Split | None
    """None where too few took part to tell."""
    reliability: float | None
    """Of a typical person's overall score, 0 to 1 in tenths."""
    half_width: float | None
    """Half the interval of a typical statement score, in points; None when none was released."""
    careless: tuple[str, ...]

    @property
    def parts(self) -> tuple[tuple[str, int, str], ...]:
        """The split in words: part, percent, what it means."""
        if self.split is None:
            return ()
        return tuple(zip(PARTS, self.split, MEANINGS, strict=True))

    @property
    def finding(self) -> str:
        """The first sentence of the page."""
        if self.reliability is None:
            return "Too few people took part to say how far these numbers reach."
        return f"A typical overall score is {RELIABLE[word_for(self.reliability)]}."

    @property
    def summary(self) -> tuple[str, ...]:
        """The same in a few sentences, for the report of the whole cycle."""
        return tuple(self._summary())

    @property
    def tells(self) -> tuple[str, ...]:
        """What these numbers can tell."""
        return tuple(self._tells())

    @property
    def does_not_tell(self) -> tuple[str, ...]:
        """What they cannot."""
        return tuple(self._does_not_tell())

    def _summary(self) -> Iterator[str]:
        yield ADJUSTED[self.adjustment]
        if self.parts:
            shares = ", ".join(f"{percent} % is {name}" for name, percent, _ in self.parts)
            yield f"Of what makes single ratings differ, {shares}."
        if self.reliability is not None:
            yield self.finding
        yield from self.careless

    def _tells(self) -> Iterator[str]:
        yield "What colleagues as a group see a person do often, and what rarely."
        if self.half_width is not None:
            yield (
                f"A typical statement score is good to about ±{one_decimal(self.half_width)} "
                "points; each report shows its own interval."
            )
            change = one_decimal(self.half_width * sqrt(2))
            yield f"From one quarter to the next, a change from about {change} points on is real."
        yield ADJUSTED[self.adjustment]

    def _does_not_tell(self) -> Iterator[str]:
        yield "Who is better than whom: people in the middle change places by chance alone."
        yield "Why somebody is seen as they are. Comments and a conversation can."
        yield (
            "About 1 in 10 reports of people without any real difference would still show a mark "
            "somewhere. One mark is a question, not a verdict."
        )
        if self.adjustment in (Adjustment.NOT_CONNECTED, Adjustment.FEW_ACROSS):
            yield "Whether a low overall score is the person or a strict group of raters."


def typical_half_width(widths: Mapping[float, int]) -> float | None:
    """Half the median of intervals counted by their width in points; None without any."""
    seen, half = 0, sum(widths.values()) / 2
    for width in sorted(widths):
        seen += widths[width]
        if seen >= half:
            return width / 2
    return None


def careless_sentences(*, uniform: int | None, inconsistent: int | None) -> tuple[str, ...]:
    """Noised counts from five on; fewer could point at somebody, and so would a zero."""
    counts = (
        (uniform, "ballots were nearly uniform"),
        (inconsistent, "ballots differ from all others more than is usual"),
    )
    told = (
        f"About {count} {words}. They were counted like all others."
        for count, words in counts
        if count
    )
    return tuple(told) or (
        "No more than a few ballots were careless in the same way; fewer than five are never told.",
    )

"""How far to trust a cycle's numbers, in words that HR can pass on; docs/statistics.md.

Everything is worked out from what was released. Nobody's strictness, rank or reliability is in
it, and nothing here could say it: there are only figures of the whole cycle.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate

from app.domain.release.fairness import Adjustment
from app.domain.reports.findings import smallest_change_words
from app.domain.reports.measured import competencies_of
from app.domain.reports.noteworthy import LONGEST, Smallest, smallest_in_typical
from app.domain.reports.words import one_decimal
from app.domain.statistics.comparable import Reliability, word_for
from app.domain.statistics.intervals import Z
from app.domain.statistics.spread import Spread, standard_error_of_mean

Split = tuple[int, int, int]
"""Percent of the variance that is the rater, the person and the rest; sums to 100. What varies is
one colleague's average over all statements about one person, not the single rating."""

PARTS = ("who rates", "who is rated", "everything else")
MEANINGS = (
    "Some colleagues give everybody a little more or less. Where a sample rates, correcting takes "
    "this out.",
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
class Typical:
    """What a report tells in which every statement was rated by the usual number of colleagues."""

    raters: int
    half_width: float
    """Half the interval of a statement's score, in points."""
    smallest: Smallest


def typical_of(
    raters: Mapping[int, int], spread: Spread, *, earlier: int, competencies: Sequence[str]
) -> Typical | None:
    """The typical report of a cycle; `raters` counts scores by how many rated. None without any.

    `earlier` is how many quarters there are to compare with, `competencies` those of the
    statements.
    """
    if not raters:
        return None
    usual = _lower_median(raters)
    _, groups = competencies_of(competencies)
    return Typical(
        usual,
        Z * standard_error_of_mean(usual, spread),
        smallest_in_typical(usual, spread, earlier=min(earlier, LONGEST), competencies=groups),
    )


def _lower_median(counts: Mapping[int, int]) -> int:
    """The lower middle value of numbers of which each occurs as often as `counts` says."""
    middle = (sum(counts.values()) + 1) // 2
    below = accumulate(counts[one] for one in sorted(counts))
    return next(one for one, so_far in zip(sorted(counts), below, strict=True) if so_far >= middle)


@dataclass(frozen=True)
class AboutNumbers:
    """What HR's page says about one published cycle."""

    cycle_name: str
    adjustment: Adjustment
    split: Split | None
    """None where too few took part to tell."""
    reliability: float | None
    """Of a typical person's overall score, 0 to 1 in tenths."""
    typical: Typical | None
    """None when no score was released."""
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
            yield f"Of what makes colleagues’ views of a person differ, {shares}."
        if self.reliability is not None:
            yield self.finding
        yield from self.careless

    def _tells(self) -> Iterator[str]:
        yield "What colleagues as a group see a person do often, and what rarely."
        if self.typical is not None:
            yield (
                f"A typical statement score, rated by {self.typical.raters} colleagues, is good to "
                f"about ±{one_decimal(self.typical.half_width)} points; each report shows its own "
                "interval."
            )
            smallest = self.typical.smallest
            if smallest.change is not None and smallest.overall is not None:
                yield smallest_change_words(smallest.change, smallest.overall)
        yield ADJUSTED[self.adjustment]

    def _does_not_tell(self) -> Iterator[str]:
        yield "Who is better than whom: people in the middle change places by chance alone."
        yield "Why somebody is seen as they are. Comments and a conversation can."
        yield (
            "Up to 1 in 10 reports of people without any real difference would still show a mark "
            "somewhere. One mark is a question, not a verdict."
        )
        if self.adjustment in (Adjustment.NOT_CONNECTED, Adjustment.FEW_ACROSS):
            yield "Whether a low overall score is the person or a strict group of raters."


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

"""A report's findings in words: the whole first, then single behaviours, and nothing twice."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from app.domain.release.policy import Shown
from app.domain.reports.contents import StatementLine
from app.domain.reports.noteworthy import Comparison, Noteworthy, is_clear
from app.domain.reports.words import agreement_word, one_decimal
from app.domain.statistics.differences import Direction

MOST_QUOTED: Final = 3
LAST: Final = "than last quarter"
LONGER: Final = "than on average in the quarters before"
NOTHING_APART: Final = "No single behaviour stands out clearly from the others."
OFTEN: Final = {Direction.UP: "more often", Direction.DOWN: "less often"}
POSITIVELY: Final = {Direction.UP: "more positively", Direction.DOWN: "less positively"}


@dataclass(frozen=True)
class FindingsBasis:
    """What the sentences are made from."""

    lines: Sequence[StatementLine]
    competencies: Sequence[str]
    """Names, in the order of the marks."""
    marks: Noteworthy
    knows_company: bool
    """Whether the company's means were taken off where a statement stands out."""


def findings(seen: FindingsBasis) -> list[str]:
    """Every claim the data supports, one sentence for all statements with the same mark."""
    found = [
        *_on_the_whole(seen.marks),
        *_moved(seen),
        *_apart(seen),
        *_own_views(seen),
    ]
    if differing := [line for line in seen.lines if _differs(line)]:
        found.append(f"Colleagues’ opinions differ: {listed(_texts(differing))}.")
    return found


def sentences(seen: FindingsBasis) -> list[str]:
    """The finding first, then everything else worth a word."""
    found = findings(seen)
    still = _nothing_moved(seen.marks)
    if not found:
        found = [f"{still}, and no single behaviour stands out." if still else NOTHING_APART]
    elif still:
        found.append(f"{still}.")
    return [*found, *filter(None, [unseen(seen.marks)])]


def _nothing_moved(marks: Noteworthy) -> str:
    """That nothing moved, without a full stop; empty where something did or nothing could."""
    if marks.smallest.change is None or marks.has_change:
        return ""
    return f"Nothing moved clearly since {marks.since}"


def unseen(marks: Noteworthy) -> str:
    """The smallest difference that would have been marked; empty where there is nothing to say."""
    smallest = marks.smallest
    if marks.has_change:
        return ""
    if smallest.change is not None and smallest.overall is not None:
        return smallest_change_words(smallest.change, smallest.overall)
    if smallest.apart is None or any(map(is_clear, marks.by_kind.get(Comparison.APART, ()))):
        return ""
    return (
        f"A statement about {one_decimal(smallest.apart)} points apart from all others would have "
        "been marked in 8 of 10 cases."
    )


def smallest_change_words(statement: float, overall: float) -> str:
    """How large a change has to be before it is mostly seen; in the report and on HR's page."""
    return (
        f"A change of about {one_decimal(statement)} points in one statement, or of "
        f"{one_decimal(overall)} in all together, would be marked in 8 of 10 cases; smaller ones "
        "are mostly missed."
    )


def overall_change_words(marks: Noteworthy) -> Iterator[str]:
    """How all statements together moved; nothing where they did not clearly."""
    for way, since in _ways(marks.of(Comparison.OVERALL), marks.of(Comparison.OVERALL_LONGER)):
        yield f"On the whole, colleagues see these behaviours {OFTEN[way]} {since}."


def _on_the_whole(marks: Noteworthy) -> Iterator[str]:
    yield from overall_change_words(marks)
    if marks.of(Comparison.LOW) is Direction.DOWN:
        yield (
            "On the whole, colleagues see these behaviours clearly less often than is usual in "
            "the company."
        )


def _ways(last: Direction, longer: Direction) -> Iterator[tuple[Direction, str]]:
    """Which way something moved, and since when; both in one where they agree."""
    if is_clear(last) and last is longer:
        yield last, f"{LAST} and {LONGER}"
        return
    yield from ((way, since) for way, since in ((last, LAST), (longer, LONGER)) if is_clear(way))


def _moved(seen: FindingsBasis) -> Iterator[str]:
    """What moved by itself, beside how everything moved."""
    ways = [list(_ways(line.change, line.change_longer)) for line in seen.lines]
    covered = {
        (way, line.competency)
        for line, found in zip(seen.lines, ways, strict=True)
        for way, _ in found
    }
    yield from _grouped(
        "Set against your other behaviours, colleagues saw this {} {}",
        [(key, line.text) for line, found in zip(seen.lines, ways, strict=True) for key in found],
    )
    whole = [
        (key, name)
        for place, name in enumerate(seen.competencies)
        for key in _ways(
            seen.marks.of(Comparison.COMPETENCY, place),
            seen.marks.of(Comparison.COMPETENCY_LONGER, place),
        )
        if (key[0], name) not in covered
    ]
    yield from _grouped("Taken as a whole, colleagues saw this competency {} {}", whole)


def _apart(seen: FindingsBasis) -> Iterator[str]:
    beside = "Set beside the company’s averages, colleagues" if seen.knows_company else "Colleagues"
    lines = {
        way: _texts([line for line in _clearest(seen.lines, way) if line.stands_out is way])
        for way in OFTEN
    }
    if said := _both_ways(lines, "than your other behaviours"):
        yield f"{beside} see this {said}."
    covered = {(line.stands_out, line.competency) for line in seen.lines}
    names = {
        way: [
            name
            for place, name in enumerate(seen.competencies)
            if seen.marks.of(Comparison.COMPETENCY_APART, place) is way
            and (way, name) not in covered
        ]
        for way in OFTEN
    }
    if said := _both_ways(names, "than the others"):
        yield f"{beside} see this competency as a whole {said}."


def _both_ways(found: Mapping[Direction, Sequence[str]], than: str) -> str:
    """What is seen more often and what less, in one breath; empty without either."""
    parts: list[str] = []
    for way, texts in found.items():
        if texts:
            how = OFTEN[way] if parts else f"{OFTEN[way]} {than}"
            parts.append(f"{how}: {listed(texts)}")
    return "; and this ".join(parts)


def _own_views(seen: FindingsBasis) -> Iterator[str]:
    """The pattern over all statements, then single ones that go another way."""
    whole = colleagues_view(seen.marks.of(Comparison.SELF_OVERALL))
    if is_clear(whole):
        gaps = [line.gap for line in seen.lines if line.gap is not None]
        many = sum(gap < 0 if whole is Direction.UP else gap > 0 for gap in gaps)
        yield (
            f"Colleagues see {many} of {len(gaps)} behaviours {POSITIVELY[whole]} than you do, "
            "beyond the usual difference."
        )
    for way in (Direction.UP, Direction.DOWN):
        found = [line for line in _clearest(seen.lines, way) if line.own_view is way]
        if found and way is not whole:
            yield f"Colleagues see this {POSITIVELY[way]} than you do: {listed(_texts(found))}."


def colleagues_view(own_answer: Direction) -> Direction:
    """An own answer above the colleagues' is a view of theirs that is less positive."""
    return {Direction.UP: Direction.DOWN, Direction.DOWN: Direction.UP}.get(own_answer, own_answer)


def _grouped(opening: str, found: Sequence[tuple[tuple[Direction, str], str]]) -> Iterator[str]:
    """One sentence for all that moved the same way since the same time."""
    for key in dict.fromkeys(key for key, _ in found):
        way, since = key
        what = listed([name for other, name in found if other == key])
        yield f"{opening.format(OFTEN[way], since)}: {what}."


def _clearest(lines: Sequence[StatementLine], direction: Direction) -> list[StatementLine]:
    """Highest scores first for what is up, lowest first for what is down."""
    sign = -1 if direction is Direction.UP else 1
    shown = [(line.colleagues, line) for line in lines if isinstance(line.colleagues, Shown)]
    return [line for score, line in sorted(shown, key=lambda pair: sign * pair[0].mean)]


def _differs(line: StatementLine) -> bool:
    shares = line.colleagues.shares if isinstance(line.colleagues, Shown) else None
    return shares is not None and agreement_word(shares) == "opinions differ"


def _texts(lines: Sequence[StatementLine]) -> list[str]:
    return [line.text for line in lines]


def listed(texts: Sequence[str]) -> str:
    """Up to three texts in quotes; of more, two and how many others carry the same mark."""
    quoted = [f"“{text.rstrip('.')}”" for text in texts]
    if len(quoted) > MOST_QUOTED:
        quoted = [*quoted[: MOST_QUOTED - 1], f"{len(quoted) - MOST_QUOTED + 1} others"]
    return " and ".join(filter(None, (", ".join(quoted[:-1]), quoted[-1])))

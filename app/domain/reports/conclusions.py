"""What a report concludes: each statement once, with everything that is clear about it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from app.domain.plurals import spelled
from app.domain.release.policy import Shown
from app.domain.reports.contents import Conclusion, Kind, StatementLine
from app.domain.reports.noteworthy import FAR, Comparison, Noteworthy, is_clear
from app.domain.reports.voice import Voice, capitalised
from app.domain.reports.words import agreement_word, interval_words, score_words, shares_words
from app.domain.statistics.differences import Direction

LAST: Final = "than last quarter"
LONGER: Final = "than on average in the quarters before"
OFTEN: Final = {Direction.UP: "more often", Direction.DOWN: "less often"}
POSITIVELY: Final = {Direction.UP: "more positively", Direction.DOWN: "less positively"}


@dataclass(frozen=True)
class Basis:
    """What conclusions are drawn from."""

    lines: Sequence[StatementLine]
    competencies: Sequence[str]
    """Names, in the order of the marks."""
    marks: Noteworthy
    knows_company: bool
    """Whether the company's means were taken off where a statement stands out."""
    own_higher: int
    own_lower: int
    """On how many statements the own answer lies above, or below, by more than is usual."""
    voice: Voice

    @property
    def usually(self) -> str:
        """What "stands out" leaves out: what is usual in the company, where that is known."""
        return ", beyond what is usual in the company" if self.knows_company else ""


def conclusions(seen: Basis) -> list[Conclusion]:
    """Everything that is clear; a statement has one conclusion, whatever is said of it."""
    return [
        *_whole(seen),
        *_of_statements(seen),
        *_pattern(seen),
        *_competencies(seen),
        *_opinions(seen),
    ]


def ways(last: Direction, longer: Direction) -> Iterator[tuple[Direction, str]]:
    """Which way something moved, and since when; both in one where they agree."""
    if is_clear(last) and last is longer:
        yield last, f"{LAST} and {LONGER}"
        return
    yield from ((way, since) for way, since in ((last, LAST), (longer, LONGER)) if is_clear(way))


def colleagues_view(own_answer: Direction) -> Direction:
    """An own answer above the colleagues' is a view of theirs that is less positive."""
    return {Direction.UP: Direction.DOWN, Direction.DOWN: Direction.UP}.get(own_answer, own_answer)


def _whole(seen: Basis) -> Iterator[Conclusion]:
    moved = list(ways(seen.marks.of(Comparison.OVERALL), seen.marks.of(Comparison.OVERALL_LONGER)))
    for way, since in moved:
        clause = f"colleagues see these behaviours {OFTEN[way]} {since}"
        yield Conclusion(Kind.WHOLE, "On the whole", f"{capitalised(clause)}.", "", clause)
    if seen.marks.of(Comparison.LOW) is Direction.DOWN:
        clause = "colleagues see these behaviours less often than is usual in the company"
        words = f"All statements together lie clearly more than {FAR} below the company’s average."
        yield Conclusion(Kind.WHOLE, "On the whole", f"{capitalised(clause)}.", words, clause)


def _of_statements(seen: Basis) -> Iterator[Conclusion]:
    """The clearest first: the highest of what stands out, the lowest of what is low."""
    shown = [line for line in seen.lines if isinstance(line.colleagues, Shown)]
    found = [(kind, line) for line in shown if (kind := _kind(line, seen)) is not None]
    for kind, line in sorted(found, key=lambda pair: (pair[0], _order(*pair))):
        yield _of_statement(kind, line, seen)


def _order(kind: Kind, line: StatementLine) -> float:
    mean = line.colleagues.mean if isinstance(line.colleagues, Shown) else 0.0
    return -mean if kind is Kind.STRENGTH else mean


def _kind(line: StatementLine, seen: Basis) -> Kind | None:
    """What a statement's conclusion is mainly about; None where nothing is clear."""
    if is_clear(line.change) or is_clear(line.change_longer):
        return Kind.CHANGE
    if line.stands_out is Direction.UP:
        return Kind.STRENGTH
    if line.stands_out is Direction.DOWN or _is_below(line, seen):
        return Kind.LOW
    return Kind.TWO_VIEWS if _has_own_view(line, seen) else None


def _is_below(line: StatementLine, seen: Basis) -> bool:
    """Far below the company by itself; where all of them are low, that is said once."""
    is_low = seen.marks.of(Comparison.LOW) is Direction.DOWN
    return line.below_company is Direction.DOWN and not is_low


def _has_own_view(line: StatementLine, seen: Basis) -> bool:
    """Clearly seen in two ways, unless the pattern over all statements says it already."""
    whole = colleagues_view(seen.marks.of(Comparison.SELF_PATTERN))
    return is_clear(line.own_view) and line.own_view is not whole


def _of_statement(kind: Kind, line: StatementLine, seen: Basis) -> Conclusion:
    kicker, clause = _named(kind, line)
    parts = [_numbers(line, seen), *_remarks(line, seen)]
    words = " ".join(parts)
    return Conclusion(kind, kicker, line.title, words, clause, line.number, line.called)


def _named(kind: Kind, line: StatementLine) -> tuple[str, str]:
    """What is clear in two or three words, and as a clause of the headline."""
    name = line.called
    if kind is Kind.CHANGE:
        rose = Direction.UP in (line.change, line.change_longer)
        return "A clear change", f"{name} has {'risen' if rose else 'fallen'}"
    if kind is Kind.STRENGTH:
        return "A clear strength", f"{name} stands out"
    if kind is Kind.LOW and _is_low(line):
        return "A low score", f"{name} is low"
    if kind is Kind.LOW:
        return "Lower than the rest", f"{name} is seen less often than the rest"
    way = POSITIVELY.get(line.own_view, "")
    return "Two views", f"colleagues see {name} {way} than the own answer"


def _is_low(line: StatementLine) -> bool:
    """Whether what is low for the person is below the company's as well."""
    if isinstance(line.company, Shown) and isinstance(line.colleagues, Shown):
        return line.colleagues.mean < line.company.mean
    return line.below_company is Direction.DOWN


def _numbers(line: StatementLine, seen: Basis) -> str:
    """The score with its likely range, the company's and the own answer beside it."""
    parts = [f"{score_words(line.colleagues)}, likely {interval_words(line.colleagues)}"]
    if isinstance(line.company, Shown):
        parts.append(f"company {line.company.text}")
    if line.own is not None:
        parts.append(f"{seen.voice.you} {line.own}")
    return f"{'; '.join(parts)}."


def _remarks(line: StatementLine, seen: Basis) -> Iterator[str]:
    """What the numbers and the kicker do not say yet."""
    for way, since in ways(line.change, line.change_longer):
        before = ""
        if LAST in since and isinstance(line.previous, Shown):
            before = f" (then {line.previous.text})"
        yield f"Seen {OFTEN[way]} {since}{before}."
        if is_clear(line.stands_out):
            yield f"It is seen {OFTEN[line.stands_out]} than {seen.voice.your} other behaviours."
    if _has_own_view(line, seen):
        yield f"Colleagues see it clearly {POSITIVELY[line.own_view]} than the own answer."


def _pattern(seen: Basis) -> Iterator[Conclusion]:
    """The pattern over all statements: who sees more in the person, colleagues or they."""
    own = seen.marks.of(Comparison.SELF_PATTERN)
    if not is_clear(own):
        return
    is_higher = own is Direction.UP
    many = seen.own_higher if is_higher else seen.own_lower
    of = sum(line.gap is not None for line in seen.lines)
    how = "higher" if is_higher else "lower"
    clause = seen.voice.choose(
        f"you rate yourself {how} than colleagues do on {many} of {of} statements",
        f"{{names}} own answers are {how} than colleagues’ on {many} of {of} statements",
    )
    words = (
        "So many, and so far apart, is more than chance and the usual distance in the company "
        "would make it."
    )
    yield Conclusion(Kind.PATTERN, "Two views", f"{capitalised(clause)}.", words, clause)


def _competencies(seen: Basis) -> Iterator[Conclusion]:
    """A competency of several statements, where none of them carries the mark itself."""
    for place, name in enumerate(seen.competencies):
        lines = [line for line in seen.lines if line.competency == name]
        for kinds, at, how in _COMPETENCY:
            way = seen.marks.of(kinds, place)
            is_of_one = any(getattr(line, at) is way for line in lines) or len(lines) == 1
            if is_clear(way) and not is_of_one:
                beyond = seen.usually if kinds is Comparison.COMPETENCY_APART else ""
                yield _competency(name, len(lines), f"{OFTEN[way]} {how}", beyond)
                break


def _competency(name: str, statements: int, seen_how: str, beyond: str) -> Conclusion:
    """What is true of `statements` together, and of none of them alone."""
    clause = f"the {spelled(statements)} behaviours of “{name}” together are seen {seen_how}"
    alone = "neither of them is" if statements == 2 else "none of them is"
    words = (
        f"Taken one by one, {alone} clear. Taken together they are{beyond}: an average of "
        "more answers is surer."
    )
    return Conclusion(Kind.COMPETENCY, "Taken together", f"{capitalised(clause)}.", words, clause)


_COMPETENCY: Final = (
    (Comparison.COMPETENCY, "change", LAST),
    (Comparison.COMPETENCY_LONGER, "change_longer", LONGER),
    (Comparison.COMPETENCY_APART, "stands_out", "than the rest"),
)


def _opinions(seen: Basis) -> Iterator[Conclusion]:
    for line in seen.lines:
        shares = line.colleagues.shares if isinstance(line.colleagues, Shown) else None
        if shares is not None and agreement_word(shares) == "opinions differ":
            words = f"{capitalised(shares_words(shares))}."
            title = f"Opinions differ on “{line.text}”"
            clause = f"opinions differ on {line.called}"
            yield Conclusion(
                Kind.OPINIONS, "Opinions differ", title, words, clause, line.number, line.called
            )

"""Released values in words: one text for the screen, the paper and the alternative of a chart."""

from collections import Counter
from collections.abc import Iterable
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from itertools import groupby
from typing import Final

from app.domain import limits
from app.domain.plurals import spelled
from app.domain.release.policy import (
    Hidden,
    Reason,
    ReleasePolicy,
    Score,
    Shares,
    Shown,
)
from app.domain.reports.action_plan import ActionPlan
from app.domain.reports.contents import CompetencyLine, PersonalReport, StatementLine
from app.domain.reports.voice import Voice
from app.domain.reports.wording import NOT_COMPARABLE
from app.domain.statistics.differences import CHANGE_IN_WORDS, Direction

DASH: Final = "–"
AGREE_ABOVE: Final = 80
DIFFER_FROM: Final = 20
"""Shares in percent, see `agreement_word`."""
SMALLEST_GAP: Final = 0.05
WORTH_A_LINE: Final = 0.5
HALF: Final = "half a point"
CHANGE_WORDS: Final = {
    Direction.UP: CHANGE_IN_WORDS[Direction.UP],
    Direction.DOWN: CHANGE_IN_WORDS[Direction.DOWN],
    Direction.NONE: "",
    Direction.UNKNOWN: "",
}
LONGER_WORDS: Final = {
    Direction.UP: "risen since the quarters before",
    Direction.DOWN: "fallen since the quarters before",
    Direction.NONE: "",
    Direction.UNKNOWN: "",
}
STANDS_OUT_WORDS: Final = {
    Direction.UP: "stands out",
    Direction.DOWN: "lower than the rest",
    Direction.NONE: "",
    Direction.UNKNOWN: "",
}


def day(value: date) -> str:
    """A date as people write it: 30 September 2026; English, for nothing here sets a locale."""
    return f"{value.day} {value:%B %Y}"


@lru_cache(maxsize=1024)
def one_decimal(value: float) -> str:
    """Return `value` rounded half up to one decimal, the way people round."""
    return str(Decimal(str(value)).quantize(Decimal("0.1"), ROUND_HALF_UP))


def agreement_word(shares: Shares) -> str:
    """How alike colleagues answered, from the released bins; empty when neither is plain."""
    if max(shares) > AGREE_ABOVE:
        return "colleagues agree"
    if min(shares.low, shares.high) >= DIFFER_FROM:
        return "opinions differ"
    return ""


def reason_words(hidden: Hidden) -> str:
    """Why a value is not there; a reason already in words is kept as it is."""
    if hidden.reason in set(Reason):
        return ReleasePolicy().words(Reason(hidden.reason))
    return hidden.reason


def score_words(score: Score | float | None) -> str:
    """A score as people read it, or why there is none."""
    if score is None:
        return DASH
    if isinstance(score, Hidden):
        return reason_words(score)
    if isinstance(score, Shown):
        return score.text
    return str(score) if isinstance(score, int) else one_decimal(score)


def number_words(score: Score | float | None) -> str:
    """A score for a narrow column: a dash where there is none."""
    return DASH if isinstance(score, Hidden) else score_words(score)


def numbers_in_words(line: StatementLine, voice: Voice) -> str:
    """All numbers of a statement in one line: colleagues, own, last quarter, company, and more."""
    if isinstance(line.colleagues, Hidden):
        said = [f"Not shown: {reason_words(line.colleagues)}"]
    else:
        said = [f"{line.colleagues.text}, likely {interval_words(line.colleagues)}"]
    if line.own is not None:
        said.append(f"{voice.you} {line.own}")
    if isinstance(line.previous, Shown):
        said.append(f"last quarter {line.previous.text}")
        said.append(CHANGE_WORDS[line.change])
    if isinstance(line.company, Shown):
        said.append(f"company {line.company.text}")
    if isinstance(line.colleagues, Shown):
        said.append(shares_words(line.colleagues.shares))
        said.append(remark_words(line))
    return " · ".join(part for part in said if part)


def competency_words(line: CompetencyLine, voice: Voice) -> str:
    """The numbers of a competency in one line."""
    said = [number_words(line.colleagues)]
    said += [] if line.own is None else [f"{voice.you} {one_decimal(line.own)}"]
    said += [] if line.company is None else [f"company {one_decimal(line.company)}"]
    return " · ".join(said)


def marks_in_words(lines: Iterable[StatementLine]) -> str:
    """What is clear in a competency, for its folded row: "stands out", "one: clear rise, …"."""
    said = [
        words
        for line in lines
        for words in (
            STANDS_OUT_WORDS[line.stands_out],
            CHANGE_WORDS[line.change] or LONGER_WORDS[line.change_longer],
        )
        if words
    ]
    counts = Counter(said)
    if len(counts) < 2:
        return ", ".join(counts)
    # Side by side "lower than the rest, stands out" would be said of one and the same thing.
    return ", ".join(f"{spelled(count)}: {words}" for words, count in counts.items())


def planned_names(report: PersonalReport, plan: ActionPlan) -> list[str]:
    """Short names of the planned statements, empty ones where the questionnaire gives none."""
    return _short_names(report, [item.statement for item in plan.items])


def chosen_words(report: PersonalReport, plan: ActionPlan) -> str:
    """What is chosen, by name; a count where a name would be a whole sentence."""
    names = [*planned_names(report, plan), *_short_names(report, plan.to_plan)]
    if not names:
        return "Nothing chosen yet"
    if all(names):
        return f"Chosen: {', '.join(names)}"
    return f"{len(names)} of {limits.PLANNED} chosen"


def _short_names(report: PersonalReport, numbers: Iterable[int]) -> list[str]:
    return [line.short_name for number in numbers if (line := report.line(number))]


def to_choose_from(
    report: PersonalReport, plan: ActionPlan
) -> list[tuple[str, list[StatementLine]]]:
    """What may still be chosen: what is clear in the report, then the rest; no empty group."""
    clear = {one.statement for one in (*report.said, *report.also)}
    free = [line for line in report.statements if line.number not in plan.chosen]
    groups = (
        ("Clear in this report", [line for line in free if line.number in clear]),
        ("All others", [line for line in free if line.number not in clear]),
    )
    return [(label, lines) for label, lines in groups if lines]


def hidden_words(scores: Iterable[Score | float | None]) -> str:
    """One sentence on every reason why a dash stands in place of a number; empty without any."""
    reasons = dict.fromkeys(reason_words(score) for score in scores if isinstance(score, Hidden))
    return f"{DASH} not shown: {'; '.join(reasons)}." if reasons else ""


def interval_words(score: Score | None) -> str:
    """The interval around a shown score; empty where there is none."""
    if not isinstance(score, Shown):
        return ""
    return f"{one_decimal(score.low)} to {one_decimal(score.high)}"


def score_with_range(score: Score) -> str:
    """A score with its likely range, "3.2, likely 2.8 to 3.6", or why there is none."""
    if isinstance(score, Hidden):
        return f"not shown: {reason_words(score)}"
    return f"{score.text}, likely {interval_words(score)}"


def shares_words(shares: Shares | None) -> str:
    """A distribution in one sentence; empty where there is none."""
    if shares is None:
        return ""
    return f"{shares.low} % rated 1 or 2, {shares.middle} % rated 3, {shares.high} % rated 4 or 5"


def shares_figures(shares: Shares | None) -> str:
    """A distribution as three figures for a narrow column: 1-2, 3 and 4-5."""
    if shares is None:
        return ""
    return f"{' / '.join(map(str, shares))} %"


def gap_words(line: StatementLine) -> str:
    """How far the own answer lies from colleagues', with the direction in words."""
    if line.gap is None or isinstance(line.colleagues, Hidden):
        return DASH
    if abs(line.gap) < SMALLEST_GAP:
        return "the same"
    direction = "higher" if line.gap > 0 else "lower"
    return f"{one_decimal(abs(line.gap))} {direction}"


def statements_by_competency(report: PersonalReport) -> list[tuple[str, list[StatementLine]]]:
    """The statements in their order, under the name of their competency."""
    groups = groupby(report.statements, key=lambda line: line.competency)
    return [(name, list(lines)) for name, lines in groups]


def difference_groups(report: PersonalReport) -> list[tuple[str, list[StatementLine]]]:
    """Statements on which both views lie apart, by direction, the largest first; no empty group.

    Apart are half a point or more, and what is clear.
    """
    voice = report.voice
    headings = (
        voice.choose("You rate yourself higher than colleagues do", "{names} answers are higher"),
        voice.choose("Colleagues rate you higher than you do", "{names} answers are lower"),
    )
    groups = (
        (heading, [line for line in report.differences if _is_apart(line, sign)])
        for heading, sign in zip(headings, (1, -1), strict=True)
    )
    return [(heading, lines) for heading, lines in groups if lines]


def near_words(report: PersonalReport) -> str:
    """On how many statements both views lie close together; empty where on none."""
    near = sum(not any(_is_apart(line, sign) for sign in (1, -1)) for line in report.differences)
    if not near:
        return ""
    if near == len(report.differences):
        return f"On no statement do both lie {HALF} or more apart."
    others = "the other statement" if near == 1 else f"the other {spelled(near)} statements"
    return f"On {others} both lie less than {HALF} apart."


def _is_apart(line: StatementLine, sign: int) -> bool:
    gap = sign * (line.gap or 0.0)
    is_clear = line.own_view in (Direction.UP, Direction.DOWN)
    return gap >= WORTH_A_LINE or (is_clear and gap > 0)


def remark_words(line: StatementLine) -> str:
    """What else is known about a row: why it is hidden, or what is special about it."""
    if isinstance(line.colleagues, Hidden):
        return reason_words(line.colleagues)
    said = (
        STANDS_OUT_WORDS[line.stands_out],
        LONGER_WORDS[line.change_longer],
        agreement_word(line.colleagues.shares) if line.colleagues.shares else "",
        raters_words(line),
        NOT_COMPARABLE.reason if line.previous == NOT_COMPARABLE else "",
    )
    return " · ".join(part for part in said if part)


def raters_words(line: StatementLine) -> str:
    """How many of those who answered did not rate a statement; empty where all did."""
    if not line.unrated_by:
        return ""
    return f"{line.unrated_by} of {line.answered} did not rate it"


def team_remark(line: StatementLine) -> str:
    """The same about a team's row: it is the team's average that a statement stands apart from."""
    if isinstance(line.colleagues, Hidden):
        return line.colleagues.reason
    apart = {
        Direction.UP: "high for this team",
        Direction.DOWN: "low for this team",
    }
    said = (
        apart.get(line.stands_out, ""),
        LONGER_WORDS[line.change_longer],
        agreement_word(line.colleagues.shares) if line.colleagues.shares else "",
        NOT_COMPARABLE.reason if line.previous == NOT_COMPARABLE else "",
    )
    return " · ".join(part for part in said if part)


def statement_words(line: StatementLine) -> str:
    """A whole row in one sentence: the text alternative of its chart."""
    colleagues = score_words(line.colleagues)
    if interval := interval_words(line.colleagues):
        colleagues += f" (likely {interval})"
    parts = [f"Colleagues: {colleagues}"]
    if line.own is not None:
        parts.append(f"own answer: {line.own}")
    if before := _before_words(line):
        parts.append(before)
    if isinstance(line.company, Shown):
        parts.append(f"company: {line.company.text}")
    if isinstance(line.colleagues, Shown) and line.colleagues.shares:
        parts.append(shares_words(line.colleagues.shares))
    return "; ".join(parts)


def _before_words(line: StatementLine) -> str:
    if isinstance(line.previous, Shown):
        return f"last quarter: {line.previous.text}"
    return NOT_COMPARABLE.reason if line.previous == NOT_COMPARABLE else ""


def outcome_words(line: StatementLine | None, whole: Direction = Direction.UNKNOWN) -> str:
    """What became of a planned statement, in one sentence that passes no verdict.

    `whole` is how all statements together have moved: a statement's own change is what it moved
    beside them, and a score that rose with all others did not stay where it was.
    """
    if line is None:
        return "This statement is no longer asked with that meaning: not comparable."
    if isinstance(line.colleagues, Hidden):
        return f"Not shown this quarter: {reason_words(line.colleagues)}."
    now = f"Colleagues: {line.colleagues.text} this quarter"
    if not isinstance(line.previous, Shown):
        return f"{now}; there is nothing to compare it with."
    changed = LONGER_WORDS[line.change_longer] or _CHANGED[line.change]
    if line.change in (Direction.UP, Direction.DOWN):
        changed = _CHANGED[line.change]
    elif not LONGER_WORDS[line.change_longer] and whole in _WITH_ALL:
        changed = _WITH_ALL[whole]
    return f"{now}, {line.previous.text} last quarter: {changed}."


_WITH_ALL: Final = {
    Direction.UP: "all statements together have clearly risen, and this one with them",
    Direction.DOWN: "all statements together have clearly fallen, and this one with them",
}
_CHANGED: Final = {
    Direction.UP: "a clear rise",
    Direction.DOWN: "a clear fall",
    Direction.NONE: "no change beyond what chance explains",
    Direction.UNKNOWN: "no change can be told",
}

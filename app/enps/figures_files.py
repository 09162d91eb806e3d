"""The company's figures of a quarter as files: what stands on its page, table by table."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import IO, Final

from app.cycles.models import Cycle
from app.domain.enps.direct import DirectCounts
from app.domain.enps.score import StanceCounts
from app.domain.release.policy import Hidden, Score
from app.domain.reports.company import CompanyFigures, Rankings
from app.enps.models import EnpsComment
from app.enps.queries import comments_of, company_figures
from app.infra.db import db
from app.infra.spreadsheets import Cell, FileTable, write_sheets, write_values
from app.projects.queries import ProjectLine, said_and_done
from app.service_results.queries import public_lines

ANSWERS: Final = ("Answers", "eNPS", "Low", "High")
NOTHING: Final = (None, None, None)


def tables_of(cycle: Cycle) -> Iterator[FileTable]:
    """Every table of the company's page, in its order. Raises WrongStateError before the count."""
    figures = company_figures(cycle)
    yield _score(figures)
    if figures.direct:
        yield _direct(figures.direct)
    if figures.rankings:
        yield _reasons(figures.rankings)
    yield _services(cycle)
    yield _projects(said_and_done(until=cycle))
    yield _statements(figures)
    yield _units(figures)
    yield FileTable("Comments", ("Comment",), [(one,) for one in _comments(cycle)])


def _score(figures: CompanyFigures) -> FileTable:
    heads = ("Quarter", *ANSWERS, "Promoters %", "Passives %", "Detractors %", "Not shown")
    rows = [(one.cycle_name, *_answers(one.answers)) for one in figures.trend]
    if figures.together:
        rows.append((figures.together_name, *_answers(figures.together)))
    return FileTable("Score", heads, rows)


def _answers(answers: StanceCounts | Hidden) -> Sequence[Cell]:
    if isinstance(answers, Hidden):
        return (*[None] * 7, answers.reason)
    shares = answers.shares
    return (answers.respondents, answers.score, *answers.interval, *shares, None)


def _direct(counts: DirectCounts | Hidden) -> FileTable:
    heads = ("Question", "Answers", "More less", "Low", "High", "More %", "Same %", "Less %")
    name = "Less or more than three months ago?"
    if isinstance(counts, Hidden):
        return FileTable("Direct question", ("Question", "Not shown"), [(name, counts.reason)])
    row = (name, counts.respondents, counts.score, *counts.interval, *counts.shares)
    return FileTable("Direct question", heads, [row])


def _reasons(rankings: Rankings) -> FileTable:
    sides = (("9 or 10", rankings.promoters), ("0 to 6", rankings.detractors))
    rows = [(one.reason, side, one.text, one.share) for side, places in sides for one in places]
    return FileTable("Reasons", ("Reason", "Named by who answers", "Place", "Share %"), rows)


def _services(cycle: Cycle) -> FileTable:
    """Those that everybody sees, none that is really a person."""
    heads = ("Service", "Statement", "Score", "Low", "High", "Change", "Not shown")
    rows: list[Sequence[Cell]] = []
    for line in public_lines(cycle):
        for text, score, change in zip(line.statements, line.means, line.words, strict=True):
            rows.append((line.name, text, *_mean(score)[:3], change, _mean(score)[3]))
        helped = line.helped
        figures = NOTHING if isinstance(helped, Hidden) else (helped.score, *helped.interval)
        why = helped.reason if isinstance(helped, Hidden) else None
        rows.append((line.name, "How much did they help? (−100 to +100)", *figures, None, why))
    return FileTable("Services", heads, rows)


def _mean(score: Score) -> tuple[Cell, Cell, Cell, Cell]:
    """Mean, range, and why there are none."""
    if isinstance(score, Hidden):
        return (*NOTHING, score.reason)
    return (score.mean, round(score.low, 1), round(score.high, 1), None)


def _projects(lines: Sequence[ProjectLine]) -> FileTable:
    heads = ("Improvement", "You said", "What is different", "State", "Figure", "What became of it")
    rows = [
        (
            one.project.title,
            one.project.you_said,
            one.project.we_did,
            one.project.state.value,
            one.project.figure_name,
            one.verdict or None,
        )
        for one in lines
    ]
    return FileTable("You said, we did", heads, rows)


def _statements(figures: CompanyFigures) -> FileTable:
    heads = ("Statement", "Competency", "Mean", "Low", "High", "Not shown")
    rows = [
        (line.text, group.name, *_mean(line.score))
        for group in figures.competencies
        for line in group.statements
    ]
    return FileTable("Statements", heads, rows)


def _units(figures: CompanyFigures) -> FileTable:
    heads = ("Department", "Level", *ANSWERS, "Promoters %", "Passives %", "Detractors %")
    rows = [(one.name, one.depth, *_answers(one.answers)) for one in figures.units]
    return FileTable("Departments", (*heads, "Not shown"), rows)


def _comments(cycle: Cycle) -> Iterator[str]:
    """All of them, in the order of their random ids."""
    most = db.session.query(EnpsComment).filter_by(cycle_id=cycle.id).count()
    return (one.text for one in comments_of(cycle, most=max(most, 1)))


WRITERS: Final[Mapping[str, Callable[[Iterable[FileTable], IO[bytes]], None]]] = {
    "csv": write_values,
    "xlsx": write_sheets,
}
"""By the end of the file's name."""

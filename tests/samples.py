"""Five personal reports as they may come from a count: for papers, pages and charts alike."""

from dataclasses import replace
from datetime import date

from app.domain.release.policy import Hidden, Reason, Shares, Shown
from app.domain.reports.action_plan import Action, LookBack
from app.domain.reports.contents import (
    CommentText,
    CompetencyLine,
    Conclusion,
    Kind,
    PersonalReport,
    SecondView,
    StatementLine,
    TrendLine,
    TrendPoint,
)
from app.domain.statistics.differences import Direction

STATEMENTS = (
    ("Customer first", "Asks what a change means for the customer before deciding"),
    ("Customer first", "Answers customers and colleagues within the agreed time"),
    ("Reliability", "Keeps promises and says early when one is at risk"),
    ("Reliability", "Finishes what was committed to"),
    ("Quality and ownership", "Delivers work that others can use without repairing it"),
    ("Quality and ownership", "Owns mistakes openly and raises problems early"),
    ("Helpfulness", "Helps unasked when a colleague is stuck"),
    ("Helpfulness", "Shares knowledge so that others can work without them"),
    ("Communication", "Speaks openly and respectfully, also about difficult things"),
    ("Communication", "Listens to other views before deciding"),
    ("Learning", "Acts on feedback"),
    ("Learning", "Improves how the work is done, not only the work"),
    ("Respect", "Treats everyone with respect, whatever their role"),
    ("Respect", "Lifts the people around them"),
)
MEANS = (3.8, 4.2, 3.4, 3.6, 4.0, 3.2, 4.8, 4.4, 2.8, 3.0, 3.6, 3.8, 4.6, 4.2)
OWN = (4, 4, 5, 4, 4, 4, 4, 3, 4, 4, 4, None, 5, 3)
PREVIOUS = (3.6, 4.2, 3.6, 3.4, 3.8, 3.4, 4.2, 4.2, 3.2, 3.0, 3.4, 3.8, 4.4, 4.2)
SHARES = (
    (10, 20, 70), (0, 10, 90), (20, 30, 50), (10, 30, 60), (0, 20, 80), (30, 30, 40), (0, 0, 90),
    (0, 10, 90), (40, 40, 20), (30, 40, 30), (10, 30, 60), (10, 20, 70), (0, 10, 90), (0, 20, 80),
)  # fmt: skip
KEEP = (
    "You answer within the hour when a customer is down, and you tell us what you found. "
    "It makes the night shift calmer.",
    "Thank you for the pairing sessions on the billing migration. I understood more in two "
    "afternoons than in the month before.",
    "Keep asking “what does this mean for the customer?” in the planning round.",
    "Always friendly, even on a Monday.",
)
TRY = (
    "Say earlier when a date will slip. Twice this quarter we heard it on the day itself.",
    "In the Thursday meeting let the quieter people finish. You often have the answer already, "
    "but we would get there too.",
    "Write down decisions. I had to ask three people what we agreed about the backup window.",
)
CYCLES = ("2025 Q4", "2026 Q1", "2026 Q2", "2026 Q3")
NOTES = (
    "The range beside a mean shows where the mean would likely lie if other colleagues had been "
    "asked; it rests on the spread of ratings in the whole company.",
    "About 1 in 10 reports with no real differences would still show a mark.",
    "Competencies, differences and changes are computed from the printed numbers on these pages.",
)


def shown(mean: float, shares: tuple[int, int, int] | None = None, *, half: float = 0.6) -> Shown:
    """A released mean of twelve colleagues."""
    return Shown(
        mean=mean,
        raters=12,
        standard_error=half / 1.96,
        shares=Shares(*shares) if shares else None,
    )


def statement(number: int, **over: object) -> StatementLine:
    """One row of the typical report, by its number from 1."""
    place = number - 1
    competency, text = STATEMENTS[place]
    line = StatementLine(
        number=number,
        competency=competency,
        text=text,
        colleagues=shown(MEANS[place], SHARES[place]),
        own=OWN[place],
        company=Shown(3.7, raters=300, standard_error=0.1),
        previous=shown(PREVIOUS[place], SHARES[place]),
        change=Direction.UP if number == 7 else Direction.NONE,
        answered=13 if number == 2 else 12,
        stands_out={7: Direction.UP, 9: Direction.DOWN}.get(number, Direction.NONE),
        own_view={3: Direction.DOWN, 8: Direction.UP}.get(number, Direction.NONE),
    )
    return replace(line, **over)  # type: ignore[arg-type]


def competencies(lines: tuple[StatementLine, ...]) -> tuple[CompetencyLine, ...]:
    """Each pair of statements as one line."""
    found = []
    for first, second in zip(lines[::2], lines[1::2], strict=True):
        pair = [line.colleagues for line in (first, second)]
        means = [score.mean for score in pair if isinstance(score, Shown)]
        own = [line.own for line in (first, second) if line.own is not None]
        found.append(
            CompetencyLine(
                name=first.competency,
                colleagues=sum(means) / 2 if len(means) == 2 else Hidden(Reason.FEW_RATERS),
                own=sum(own) / 2 if len(own) == 2 else None,
                company=3.7,
            )
        )
    return tuple(found)


def typical() -> PersonalReport:
    """Twelve colleagues, four quarters, comments of both kinds."""
    lines = tuple(statement(number) for number in range(1, 15))
    return PersonalReport(
        company="Nordlicht Hosting",
        cycle_name="2026 Q3",
        published_on=date(2026, 10, 5),
        name="Alice Example",
        title="Support engineer",
        department="Customer support",
        raters=12,
        finding="“Helps unasked when a colleague is stuck” stands out and has risen, and “Speaks "
        "openly and respectfully, also about difficult things” is low.",
        said=(
            Conclusion(
                Kind.CHANGE,
                "A clear change",
                "“Helps unasked when a colleague is stuck”",
                "4.8, likely 4.2 to 5.0; company 3.7. Set against your other behaviours it is seen "
                "more often than last quarter (then 4.2). Your own answer is 4.",
                "“Helps unasked when a colleague is stuck” has risen",
                7,
            ),
            Conclusion(
                Kind.LOW,
                "A low score",
                "“Speaks openly and respectfully, also about difficult things”",
                "2.8, likely 2.2 to 3.4; company 3.7. Colleagues see this less often than your "
                "other behaviours, beyond what is usual in the company. Your own answer is 4.",
                "“Speaks openly and respectfully, also about difficult things” is low",
                9,
            ),
            Conclusion(
                Kind.TWO_VIEWS,
                "Two views",
                "“Keeps promises and says early when one is at risk”",
                "3.4, likely 2.8 to 4.0; company 3.7. Your own answer is 5: colleagues see it "
                "clearly less positively.",
                "colleagues see “Keeps promises and says early when one is at risk” less "
                "positively than the own answer",
                3,
            ),
        ),
        also=(
            Conclusion(
                Kind.TWO_VIEWS,
                "Two views",
                "“Shares knowledge so that others can work without them”",
                "4.4, likely 3.8 to 5.0; company 3.7. Your own answer is 3: colleagues see it "
                "clearly more positively.",
                "colleagues see “Shares knowledge so that others can work without them” more "
                "positively than the own answer",
                8,
            ),
        ),
        unseen="The other ten statements neither stand out nor have clearly changed. Smaller "
        "differences may be real; with 12 colleagues, this report cannot show them.",
        readers="You read this report, and so does Jonas Feldmann. HR does not.",
        statements=lines,
        competencies=competencies(lines),
        trend=tuple(_trend(number, line.name) for number, line in enumerate(competencies(lines))),
        keep=tuple(CommentText(f"k{n}", text) for n, text in enumerate(KEEP)),
        try_next=tuple(CommentText(f"t{n}", text) for n, text in enumerate(TRY)),
        comments_hidden=None,
        notes=NOTES,
    )


def _trend(number: int, name: str) -> TrendLine:
    values = [3.2 + number % 3 * 0.2, 3.3 + number % 4 * 0.1, None, 3.5 + number % 5 * 0.2]
    if number % 2:
        values[2] = 3.4
    points = (TrendPoint(cycle, value) for cycle, value in zip(CYCLES, values, strict=True))
    return TrendLine(name, tuple(points), 0.4)


def first_quarter() -> PersonalReport:
    """Seven colleagues, no distribution, nothing to look back on."""
    lines = tuple(
        statement(
            number,
            colleagues=shown((1.5, 2.5, 3.5, 4.0, 4.5)[number % 5], half=1.0),
            previous=None,
            change=Direction.UNKNOWN,
            company=Hidden(Reason.FEW_RESPONDENTS) if number == 14 else shown(3.5),
        )
        for number in range(1, 15)
    )
    return replace(
        typical(),
        name="Łukasz Ćwikliński-O’Doherty",
        raters=7,
        finding="No single behaviour stands out from the others.",
        said=(),
        also=(),
        unseen="No difference is larger than chance explains. Smaller differences may be real; "
        "with 7 colleagues, this report cannot show them.",
        statements=lines,
        competencies=competencies(lines),
        trend=tuple(
            TrendLine(line.name, (TrendPoint("2026 Q3", 3.5),), 0.4) for line in competencies(lines)
        ),
        keep=(),
        try_next=(),
    )


def all_hidden() -> PersonalReport:
    """Four colleagues only: nothing may be shown but the own answers."""
    few = Hidden(Reason.FEW_RATERS)
    lines = tuple(
        statement(number, colleagues=few, previous=None, change=Direction.UNKNOWN)
        for number in range(1, 15)
    )
    return replace(
        typical(),
        raters=few,
        finding="No scores this quarter: fewer than 5 colleagues answered.",
        said=(),
        also=(),
        unseen="",
        statements=lines,
        competencies=competencies(lines),
        trend=(),
        keep=(),
        try_next=(),
        comments_hidden=few,
    )


def extreme() -> PersonalReport:
    """Sixty comments of 1,000 characters, words of 1,000 letters, names of many scripts."""
    sentence = "The quick brown fox jumps over the lazy dog and says why it did so. "
    long = (sentence * 20)[:1000]
    comments = [long] * 26 + [
        "W" * 1000,
        "Ω" * 1000,
        "first line\n\nthird line",
        "谢谢 👍🏽 Спасибо",
    ]
    return replace(
        typical(),
        company="The Extraordinarily Long-Winded Hosting and Telecommunication Company of Europe",
        name="Wolfeschlegelsteinhausenbergerdorff-Κωνσταντινόπουλος Александра Иванова 王小明 "
        "María del Carmen",
        title="Senior principal engineer for everything that has ever been asked of anybody here",
        department="Department of departments, international relations and further matters",
        keep=tuple(CommentText(f"k{n}", text) for n, text in enumerate(comments)),
        try_next=tuple(CommentText(f"t{n}", text) for n, text in enumerate(comments)),
    )


def two_views() -> PersonalReport:
    """A manager with enough direct reports for a second view."""
    return replace(
        typical(),
        name="Bob Example",
        title="Head of customer support",
        plan=(
            Action(
                statement=9,
                text=STATEMENTS[8][1],
                behaviour="I say at once when the plan for the week looks wrong to me, and propose "
                "another one.",
                situation="In the Thursday meeting, with the heads of the other teams.",
                first_step="Ask Hanna to give me a sign when I hold back.",
                helper="Hanna Brandt",
                sign="Somebody answers my objection before the meeting ends.",
                review_on=date(2026, 12, 14),
            ),
        ),
        looking_back=(
            LookBack(
                cycle_name="2026 Q2",
                item=Action(
                    statement=7,
                    text=STATEMENTS[6][1],
                    behaviour="Each morning I ask in the channel who is stuck.",
                    situation="When the shift changes.",
                    first_step="Put it into my calendar.",
                    helper="",
                    sign="People begin to ask me.",
                    review_on=date(2026, 9, 14),
                ),
                outcome="Colleagues saw this more often than last quarter (4.8, then 4.2).",
            ),
        ),
        second_view=SecondView(
            reports=tuple(shown(value) for value in (3.5, 4.5, 3.0, 2.5, 4.0, 1.5, 4.5) * 2),
            others=(
                *(shown(value, (0, 30, 70)) for value in (3.8, 4.2, 3.4, 3.6, 4.0, 3.2, 4.4)),
                *(shown(value, (0, 30, 70)) for value in (4.4, 2.8, 3.0, 3.6, 3.8, 4.6)),
                Hidden(Reason.FEW_RATERS),
            ),
        ),
    )


SAMPLES = {
    "typical": typical,
    "first_quarter": first_quarter,
    "all_hidden": all_hidden,
    "extreme": extreme,
    "two_views": two_views,
}

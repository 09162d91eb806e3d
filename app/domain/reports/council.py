"""What a works council is given about a plan: every sentence follows from the plan itself."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from app.domain import durations, limits
from app.domain.durations import lasting
from app.domain.heard import TOLD
from app.domain.release.policy import FLOORS, THRESHOLDS, ReleasePolicy
from app.domain.reports.contents import safe_name
from app.domain.scale import STATEMENTS, key

NO_MODEL: Final = (
    "No model judges anybody: every number is a count or an average of what colleagues answered, "
    "by formulas that are written down and can be read. No artificial intelligence is used, no "
    "behaviour is predicted, and people are not ranked."
)
NO_ADVICE: Final = (
    "A draft, filled from the plan. It is no legal advice: have your own counsel read it, and fill "
    "in what stands in square brackets."
)
IN_SHORT: Final = (
    "Each in a sentence of ours. Read the decisions themselves before you rely on them; the names "
    "of laws are those of Germany and the European Union."
)
SOURCES: Final = (
    (
        "Federal Labour Court of Germany (BAG), decision of 17 March 2015, 1 ABR 48/13",
        "Where an employer introduces general principles of appraisal, the works council decides "
        "with it on their content and on the procedure (section 94 (2) BetrVG).",
    ),
    (
        "Federal Labour Court of Germany (BAG), decision of 13 December 2016, 1 ABR 7/15",
        "A page on which others post about the conduct and performance of employees is a technical "
        "device that monitors them; the works council has a say (section 87 (1) number 6 BetrVG).",
    ),
    (
        "Regional Labour Court of Baden-Württemberg, judgment of 20 December 2018, 17 Sa 11/18",
        "Employees are to be given information about data on their conduct and performance, and a "
        "copy; what is owed to others is weighed case by case (article 15 GDPR).",
    ),
    (
        "German Federal Commissioner for Data Protection (BfDI) on surveys of employees",
        "[The edition that you rely on, and its date.]",
    ),
    (
        "Regulation (EU) 2016/679 (GDPR) of 27 April 2016",
        "Articles 5 and 6 (principles, legal basis), 15 (access), 25 (protection by design), "
        "30 (records), 35 (impact assessment) and 88 (data of employees).",
    ),
    (
        "Regulation (EU) 2024/1689 (AI Act) of 13 June 2024, annex III, number 4",
        "Artificial intelligence that evaluates people at work is high-risk. This program has "
        "none.",
    ),
)
"""What each of them says, in our words, checked against the published headnotes."""


@dataclass(frozen=True)
class PlanFacts:
    """A plan in words and numbers, as far as a works council has to know it."""

    company: str
    cycle_name: str
    opens: str
    closes: str
    people: int
    pairing: str
    """Who rates whom, as the middle of a sentence."""
    questionnaire: str
    competencies: Sequence[tuple[str, Sequence[str]]]
    labels: Sequence[str]
    policy: ReleasePolicy
    results_years: int
    needs_two: bool
    """Whether two people of HR have to agree on a plan and on an early close."""

    @property
    def file_name(self) -> str:
        """For example "Full Circle 2026 Q3 - works council.pdf"."""
        return f"Full Circle {safe_name(f'{self.cycle_name} - works council')}.pdf"


Row = tuple[str, str]


@dataclass(frozen=True)
class Part:
    """A part of a chapter: sentences, and rows of a term with what it means."""

    heading: str
    sentences: tuple[str, ...] = ()
    rows: tuple[Row, ...] = ()
    heads: Row = ("", "")


@dataclass(frozen=True)
class Chapter:
    """One of the papers: what it is, what it says, and its parts."""

    label: str
    title: str
    parts: tuple[Part, ...]


def papers_of(plan: PlanFacts) -> tuple[Chapter, ...]:
    """Every paper, in the order in which they are read."""
    return (
        _description(plan),
        _who_sees_what(plan),
        _kept(plan),
        _agreement(plan),
        _assessment(plan),
        _sources(),
    )


def _description(plan: PlanFacts) -> Chapter:
    comments = "and may write comments" if plan.policy.shows_comments else "without comments"
    asked = tuple((name, " ".join(texts)) for name, texts in plan.competencies)
    return Chapter(
        "Description of processing",
        f"What happens in {plan.cycle_name}",
        (
            Part(
                "Purpose",
                (
                    "Everybody learns what colleagues see them do, to develop from quarter to "
                    "quarter. Results are no basis for pay, promotion or dismissal.",
                    NO_MODEL,
                ),
            ),
            Part(
                "How it goes",
                (
                    f"{plan.people:,} people take part, from {plan.opens} to {plan.closes}. "
                    f"{plan.pairing} They answer {STATEMENTS} statements about each colleague "
                    f"{comments}, the same statements about themselves, and from 0 to 10 whether "
                    "they would recommend working here.",
                    f"Answers are {key(', ', plan.labels)}, or “not observed”.",
                    "While the review is open, answers are stored encrypted. When it closes they "
                    "are counted once; answers, the key and the list of who rated whom are "
                    "destroyed with it.",
                    _voluntary(plan.policy),
                    "Before the opening everybody may say on their own start page that they do not "
                    "want to be rated. Nobody has to agree; then no colleague is asked about them "
                    "and no report is made. HR sees it in the plan, and nobody else is told.",
                ),
            ),
            Part(f"What is asked: {plan.questionnaire}", rows=asked, heads=("", "Statements")),
        ),
    )


def _voluntary(policy: ReleasePolicy) -> str:
    return (
        "Taking part is voluntary. The invitation, the list of tasks and the page before sending "
        "say so. Who would rather not simply does not send: nobody is told the difference, and "
        f"HR sees {policy.hr_sees}. "
        + (
            "Reminders go to everybody in the same words."
            if policy.hr_sees_numbers_only
            else "Whoever says on their own page that they would rather not gets no reminder; that "
            "wish lies in the sealed ballot and is destroyed with it."
        )
    )


def _leader_sees(policy: ReleasePolicy) -> str:
    if policy.subject_reads_alone:
        return "Nothing of a report. There are no team reports."
    return (
        "The reports of their people, and averages of a team from "
        f"{policy.team_subjects} reports on."
    )


def _hr_sees(policy: ReleasePolicy) -> str:
    hr = "Every personal report." if policy.hr_reads_reports else "No personal report."
    taking_part = (
        f"How many have sent, of departments from {limits.TEAM} people beside HR up, near nobody "
        "and near everybody as a range."
        if policy.hr_sees_numbers_only
        else "The names of those who have not sent; not who has begun."
    )
    pairs = (
        "In the draft, who rates whom."
        if policy.hr_sees_pairs
        else "No list of who rates whom; one rater of a person may be changed, and that is logged."
    )
    return (
        f"{hr} {taking_part} {pairs} The plan, the people in it, the company’s figures and "
        "the log of acts. Never an answer."
    )


def _who_sees_what(plan: PlanFacts) -> Chapter:
    policy = plan.policy
    rows = (
        ("The person", "Their own report, with their own answers beside it."),
        ("Their manager", _leader_sees(policy)),
        ("HR", _hr_sees(policy)),
        ("The board", "One page about the company as a whole."),
        *((("Leaders whom HR has chosen", TOLD),) if policy.leaders_hear else ()),
        ("Everybody", "The company’s figures, once they are published."),
        (
            "Whoever runs the computer",
            "With full control of the application’s computer, and only while the review is open, "
            "answers could be read there. Afterwards not even then.",
        ),
        ("Anybody else", "Nothing. Who answered what is known to nobody after the count."),
    )
    return Chapter(
        "Who sees what",
        f"A report is read by {policy.readers}",
        (Part("", rows=rows, heads=("Who", "What they see")),),
    )


def _kept(plan: PlanFacts) -> Chapter:
    thresholds = tuple(
        (THRESHOLDS[name].capitalize(), _threshold(plan.policy, name)) for name in FLOORS
    )
    years = f"{plan.results_years} years" if plan.results_years > 1 else "1 year"
    retention = (
        ("Answers and their key", "until the close; destroyed in the count"),
        ("Who rated whom", "until the close; destroyed in the count"),
        ("Who has sent", f"until {lasting(durations.NAMES_KEPT)} after publishing"),
        ("Personal reports, company figures", f"{years}; a report earlier when its person asks"),
        ("That a mail was sent", f"{lasting(durations.MAILS_KEPT)}, without its words"),
        ("Days of own sign-ins", f"{lasting(durations.SIGN_INS_KEPT)}, for the person alone"),
        (
            "The log of acts",
            "what people of HR did, without answers; as long as the program is used",
        ),
    )
    return Chapter(
        "Thresholds and retention",
        "What is too few is never shown, and what is not shown is not kept",
        (
            Part(
                "Thresholds",
                (plan.policy.about_noise,),
                thresholds,
                ("Shown from so many", "Number"),
            ),
            Part("Retention", rows=retention, heads=("What", "How long")),
        ),
    )


def _threshold(policy: ReleasePolicy, name: str) -> str:
    """The number of this plan, beside what plans have that change nothing, and the least of all."""
    number, usual = getattr(policy, name), getattr(ReleasePolicy(), name)
    why = f"raised in this plan from {usual}" if number > usual else "as in every new plan"
    return f"{number}, {why}; no plan may have fewer than {FLOORS[name]}"


def _agreement(plan: PlanFacts) -> Chapter:
    policy = plan.policy
    two = (
        "Two people of HR agree on every plan and on an early close."
        if plan.needs_two
        else "As soon as there is a second person of HR, two agree on every plan and early close."
    )
    clauses = (
        f"1. Subject. {plan.company} uses Full Circle for reviews among colleagues, as the "
        "description of processing says, for [all employees of …].",
        "2. Purpose. The review serves development. Its results are not used for pay, promotion, "
        "warnings, dismissal or any other measure about a person, nor to compare people.",
        "3. Taking part is voluntary. Nobody has a disadvantage from not taking part, or from "
        "asking not to be rated.",
        f"4. Readers. A report is read by {policy.readers}. HR sees {policy.hr_sees}.",
        f"5. Thresholds. What is said about a person is shown from {policy.blind_raters} answering "
        "colleagues on who cannot read the report. Thresholds may be raised, never lowered.",
        "6. Forgetting. Answers, key and who rated whom are destroyed in the count. Retention is "
        "as in the table of this paper.",
        f"7. {NO_MODEL}",
        "8. What is fixed at the opening (people, pairs, readers, thresholds, statements) has a "
        f"number that stands in every invitation. {two}",
        "9. The works council may read the plan before each review, the log of acts at any time, "
        "and the documentation of the program. A change of items 2 to 7 needs its consent.",
        "10. In force from [date]; ends with three months’ notice to the end of a quarter. It "
        "holds on until a new agreement is made.",
        "[Place, date]          [For the company]          [For the works council]",
    )
    return Chapter(
        "Draft agreement",
        "An agreement between company and works council",
        (Part("", (NO_ADVICE, *clauses)),),
    )


def _risks(policy: ReleasePolicy) -> tuple[tuple[str, str], ...]:
    return (
        (
            "Somebody learns what one person answered",
            f"At least {policy.blind_raters} colleagues behind every score, random noise "
            "in every number, encryption until the count, destruction after it. What remains: a "
            "comment may give its author away by its words."
            if policy.shows_comments
            else f"At least {policy.blind_raters} colleagues behind every score, random noise, "
            "encryption until the count, destruction after it, no comments.",
        ),
        (
            "Somebody feels pressed to take part",
            f"It is voluntary and said so; HR sees {policy.hr_sees}"
            + (
                ", a reminder goes to everybody in the same words."
                if policy.hr_sees_numbers_only
                else ". What remains: HR can see who has not sent."
            ),
        ),
        (
            "A report is used against its person",
            f"It is read by {policy.readers}; the agreement forbids every other purpose. What "
            "remains: readers are bound by the agreement, not by the program.",
        ),
        (
            "A number is taken for more than it is",
            "Every score says how far chance may have moved it; nobody is ranked.",
        ),
        (
            "The data are stolen",
            "A copy of the database holds ciphertext; its key lies in a file outside and is "
            "destroyed in the count. What remains: a thief of both, while the review is open.",
        ),
    )


def _assessment(plan: PlanFacts) -> Chapter:
    return Chapter(
        "Data protection assessment",
        "Risks for people, what is done about them, and what remains",
        (
            Part(
                "Necessity",
                (
                    NO_ADVICE,
                    "Legal basis: [the agreement with the works council, article 88 GDPR]. "
                    "Controller: [name, address]. Data protection officer: [name].",
                    f"Only what the purpose needs is asked: {STATEMENTS} statements about "
                    "behaviour at work, no health, no beliefs, no private life. Less would "
                    "not do: with fewer answering colleagues chance would decide.",
                ),
            ),
            Part(
                "Risks", rows=_risks(plan.policy), heads=("Risk", "What is done, and what remains")
            ),
            Part(
                "Rights",
                (
                    "Everybody may read their report, have it erased, and be given what is kept "
                    "about them. An answer cannot be given out or erased after the count: nobody "
                    "knows any more whose it was.",
                ),
            ),
        ),
    )


def _sources() -> Chapter:
    return Chapter(
        "Sources",
        "Where the demands on these papers come from",
        (Part("", (IN_SHORT,), SOURCES, ("Source", "What it says")),),
    )

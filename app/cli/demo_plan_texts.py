"""What people of the demo company plan, a plan for every statement they are asked about."""

from typing import Final, NamedTuple


class PlanText(NamedTuple):
    """A plan in its words: what they will do, where and when, the first step, and the sign."""

    behaviour: str
    situation: str
    first_step: str
    sign: str


PLAN_TEXTS: Final = (
    PlanText(
        "I ask three questions before I propose anything.",
        "In the first talk with a customer.",
        "Write the three questions down for the call on Thursday.",
        "Customers say: yes, that is what we need.",
    ),
    PlanText(
        "I say at once when something will be later than promised.",
        "With promises to other teams.",
        "Put every promise of this week on one list.",
        "Nobody has to ask me where something is.",
    ),
    PlanText(
        "I agree on a date that I believe in, and look at it every Monday.",
        "When a task takes longer than a week.",
        "Go through the dates of my open tasks and correct two of them.",
        "Three tasks in a row are done on their day.",
    ),
    PlanText(
        "I ask the next person what they need before I hand something over.",
        "When work goes on to another team.",
        "Ask Peter what he had to look up after the last handover.",
        "Nobody calls me back about it.",
    ),
    PlanText(
        "I tell those concerned about a mistake on the same day.",
        "When something of mine goes wrong in production.",
        "Tell the team about the wrong export of last week.",
        "Others do the same.",
    ),
    PlanText(
        "I say what could go wrong, also when I am not sure yet.",
        "In the Monday round.",
        "Take two minutes before the next round to write it down.",
        "We change a plan because of it, in time.",
    ),
    PlanText(
        "I ask one colleague a week where things are stuck.",
        "On Tuesdays, after the stand-up.",
        "Ask the two people who started in summer.",
        "Somebody takes the offer.",
    ),
    PlanText(
        "I write down how I do something the second time I do it.",
        "With everything that only I can do so far.",
        "Write one page about the monthly run.",
        "Somebody else does the run with it.",
    ),
    PlanText(
        "I say what I see, and ask how the other sees it.",
        "When I disagree in a meeting.",
        "Do it once in the planning round, also on a small thing.",
        "We come to a decision that both of us can explain.",
    ),
    PlanText(
        "I ask those who will live with a decision before I make it.",
        "Before I change how our team works.",
        "Ask the three people on the late shift about the new plan.",
        "They find something of theirs in the decision.",
    ),
    PlanText(
        "I try one thing that I was told, for a month.",
        "After each talk about my work.",
        "Choose one of the comments in this report.",
        "I can say what has become of it.",
    ),
    PlanText(
        "I ask what we would do differently.",
        "At the end of each project.",
        "Put half an hour into the calendar for the project that ends next.",
        "We change one thing because of it.",
    ),
    PlanText(
        "I let everybody finish their sentence.",
        "When a meeting gets late and loud.",
        "Ask a colleague to give me a sign when I do not.",
        "The quiet ones speak more.",
    ),
    PlanText(
        "I name who did what when I present our work.",
        "In the review at the end of the month.",
        "Put the names on the first slide of the next one.",
        "The customer thanks them, not only me.",
    ),
)
"""In the order of the default questionnaire."""

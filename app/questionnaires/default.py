"""The questionnaire every company starts with: 14 behaviours in 7 competencies."""

from dataclasses import dataclass
from typing import Final

NAME: Final = "Full Circle"

COMPETENCIES: Final = (
    "Customers and promises",
    "Delivery",
    "Ownership",
    "Helping",
    "Conversation",
    "Improvement",
    "Respect",
)


@dataclass(frozen=True)
class DefaultStatement:
    """A behaviour, what it is called, and how it is done ("People who do this …")."""

    text: str
    short_name: str
    hint: str


STATEMENTS: Final = (
    DefaultStatement(
        "Asks what a customer needs before offering a solution.",
        "Asking what customers need",
        "open with questions and repeat the need in their own words before they propose anything.",
    ),
    DefaultStatement(
        "Keeps the promises they make to customers and colleagues.",
        "Keeping promises",
        "write down what they promise, and say at once when something will be later.",
    ),
    DefaultStatement(
        "Finishes what they have committed to by the agreed date.",
        "Finishing on time",
        "agree on a date they believe in, and look at it every week until the work is done.",
    ),
    DefaultStatement(
        "Hands over work that others can use without having to correct it.",
        "Handing over finished work",
        "ask the next person what they need, and check their work against that before sending it.",
    ),
    DefaultStatement(
        "Says so openly when they have made a mistake.",
        "Admitting mistakes",
        "tell those concerned on the same day, and say what they will do about it.",
    ),
    DefaultStatement(
        "Raises a problem while there is still time to solve it.",
        "Raising problems early",
        "speak up at the first doubt, with what they know so far and what they need.",
    ),
    DefaultStatement(
        "Offers help before being asked for it.",
        "Offering help",
        "ask colleagues once a week where things are stuck, and take one task off them.",
    ),
    DefaultStatement(
        "Shares what they know with those who can use it.",
        "Sharing knowledge",
        "write down what others will need, and show it to them where they work.",
    ),
    DefaultStatement(
        "Speaks openly and respectfully, also when they disagree.",
        "Disagreeing respectfully",
        "say what they see and why it matters to them, and ask how the other sees it.",
    ),
    DefaultStatement(
        "Listens to the people concerned before deciding.",
        "Listening before deciding",
        "name the decision in advance, ask those it touches, and say afterwards what they took up.",
    ),
    DefaultStatement(
        "Changes how they work after hearing feedback.",
        "Acting on feedback",
        "choose one thing from what they heard, try it for a month, and ask whether it is better.",
    ),
    DefaultStatement(
        "Makes the way we work simpler or better.",
        "Improving how we work",
        "pick one step that costs everybody time, and change it together with those who do it.",
    ),
    DefaultStatement(
        "Treats everyone with respect, whatever their position.",
        "Respecting everyone",
        "greet, let people finish, and thank them in the same way whoever they are.",
    ),
    DefaultStatement(
        "Gives others credit for what they have contributed.",
        "Giving credit",
        "name who did what when they present work, above all when those people are absent.",
    ),
)
"""Two in each competency, in their order."""

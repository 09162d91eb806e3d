"""The questionnaire every company starts with: 14 behaviours in 7 competencies."""

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

STATEMENTS: Final = (
    "Asks what a customer needs before offering a solution.",
    "Keeps the promises they make to customers and colleagues.",
    "Finishes what they have committed to by the agreed date.",
    "Hands over work that others can use without having to correct it.",
    "Says so openly when they have made a mistake.",
    "Raises a problem while there is still time to solve it.",
    "Offers help before being asked for it.",
    "Shares what they know with those who can use it.",
    "Speaks openly and respectfully, also when they disagree.",
    "Listens to the people concerned before deciding.",
    "Changes how they work after hearing feedback.",
    "Makes the way we work simpler or better.",
    "Treats everyone with respect, whatever their position.",
    "Gives others credit for what they have contributed.",
)
"""Two in each competency, in their order."""

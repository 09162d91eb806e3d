"""What an answer from 0 to 10 makes of its respondent."""

from enum import StrEnum
from typing import Final

PROMOTERS_FROM: Final = 9
DETRACTORS_TO: Final = 6


class Stance(StrEnum):
    """What an answer from 0 to 10 makes of its respondent."""

    PROMOTER = "promoter"
    PASSIVE = "passive"
    DETRACTOR = "detractor"


def stance_of(answer: int) -> Stance:
    """9-10 promoter, 7-8 passive, 0-6 detractor. Raises ValueError outside 0-10."""
    if not 0 <= answer <= 10:
        raise ValueError("an answer lies between 0 and 10")
    if answer >= PROMOTERS_FROM:
        return Stance.PROMOTER
    return Stance.DETRACTOR if answer <= DETRACTORS_TO else Stance.PASSIVE

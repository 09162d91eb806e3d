"""Who rates whom: relationships, the everyone policy and the balanced sample."""

from enum import StrEnum


class Relationship(StrEnum):
    """What the rater is to the subject."""

    SELF = "self"
    MANAGER = "manager"
    PEER = "peer"
    REPORT = "report"

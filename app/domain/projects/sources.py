"""What a project comes from, by a key: `comment:<id>`, `reason:<side>:<reason>` and the like."""

from enum import StrEnum
from typing import Final


class SourceKind(StrEnum):
    """What somebody said, or what was measured."""

    COMMENT = "comment"
    SERVICE_COMMENT = "service_comment"
    REASON = "reason"
    STATEMENT = "statement"
    TEAM = "team"
    SERVICE = "service"


LONGEST_KEY: Final = 160
IN_WORDS: Final = {
    SourceKind.COMMENT: "A comment about the company",
    SourceKind.SERVICE_COMMENT: "A comment about a service",
    SourceKind.REASON: "A reason that people name",
    SourceKind.STATEMENT: "A statement about how we work together",
    SourceKind.TEAM: "A statement about a team",
    SourceKind.SERVICE: "What users say of a service",
}


def source_key(kind: SourceKind, rest: str) -> str:
    """For example "comment:0f3a…"."""
    return f"{kind.value}:{rest}"


def service_figure(service_id: int, statement: str) -> str:
    """The key of a service’s score on a statement."""
    return source_key(SourceKind.SERVICE, f"{service_id}:{statement}")[:LONGEST_KEY]


def kind_of(key: str) -> SourceKind | None:
    """What kind of source a key names; None for an empty or unknown one."""
    name = key.partition(":")[0]
    return next((one for one in SourceKind if one.value == name), None)


def source_in_words(key: str) -> str:
    """What a project comes from, as a page says it; empty where nobody has noted that."""
    kind = kind_of(key)
    return IN_WORDS[kind] if kind else ""


def is_of_a_team(figure: str) -> bool:
    """Whether a figure is a team’s own, which whoever leads it reads."""
    return kind_of(figure) is SourceKind.TEAM


def leads_team_of(figure: str, person_id: int | None) -> bool:
    """Whether it is that person’s team which a figure is about."""
    return is_of_a_team(figure) and figure.split(":")[1] == str(person_id)

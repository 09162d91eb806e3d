"""Whether new words make a new statement: the same words, another spelling, another meaning."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from app.questionnaires.models import Questionnaire, Statement, new_identity


class Rewording(StrEnum):
    """What HR says about words that no version has asked before."""

    SPELLING = "spelling"
    MEANING = "meaning"


@dataclass(frozen=True)
class Wording:
    """One statement as it shall read; `rewording` only where its words are new."""

    competency: str
    text: str
    rewording: Rewording | None = None
    short_name: str = ""
    hint: str = ""


def asks_about_scale(
    draft: Questionnaire, labels: Sequence[str], known: Mapping[tuple[str, ...], str]
) -> bool:
    """Whether the labels are new: HR has to say what that means."""
    return [*labels] != draft.scale_labels and tuple(labels) not in known


def identities_on_new_scale(statements: Sequence[Wording], known: Mapping[str, str]) -> list[str]:
    """Of statements answered on another scale than before; `known` were asked on this one."""
    return [known.get(one.text) or new_identity() for one in statements]


def undecided(
    statements: Sequence[Statement], wordings: Sequence[Wording], known: Mapping[str, str]
) -> list[int]:
    """Numbers of the statements whose words are new: HR has to say what that means."""
    return [
        one.number
        for one, wording in zip(statements, wordings, strict=True)
        if wording.text not in (one.text, *known)
    ]


def identities(
    statements: Sequence[Statement], wordings: Sequence[Wording], known: Mapping[str, str]
) -> list[str]:
    """The identity of each statement under its new words; `known` maps words to identities.

    Words that a version has asked already are that statement again, wherever it stands now. For
    others HR's answer counts: the spelling leaves the identity, a new meaning gets a new one.
    """
    found = []
    for one, wording in zip(statements, wordings, strict=True):
        if wording.text == one.text:
            found.append(one.identity)
        elif wording.text in known:
            found.append(known[wording.text])
        else:
            keeps = wording.rewording is Rewording.SPELLING
            found.append(one.identity if keeps else new_identity())
    return found


def rewording_faults(
    statements: Sequence[Statement], wordings: Sequence[Wording], known: Mapping[str, str]
) -> list[str]:
    """What HR has not said yet, and statements that would be the same one twice."""
    new = undecided(statements, wordings, known)
    faults = [
        f"Statement {number} has new words. Say whether only its spelling changes or its meaning."
        for number in new
        if wordings[number - 1].rewording is None
    ]
    first: dict[str, int] = {}
    for number, identity in enumerate(identities(statements, wordings, known), start=1):
        earlier = first.setdefault(identity, number)
        if earlier != number:
            faults.append(
                f"Statements {earlier} and {number} would be the same statement in two "
                "spellings. Give one of them a new meaning."
            )
    return faults

"""Writing questionnaires: the default, draft copies, wording, freezing."""

from collections.abc import Sequence
from typing import Final

from app.domain.errors import ReviewError
from app.infra import audit
from app.infra.db import db
from app.questionnaires import default, queries
from app.questionnaires.models import Questionnaire, Statement, new_identity
from app.questionnaires.rewording import (
    Rewording,
    Wording,
    asks_about_scale,
    identities,
    identities_on_new_scale,
    rewording_faults,
)
from app.questionnaires.wording_rules import scale_faults, wording_faults

PER_COMPETENCY: Final = 2
"""In the default questionnaire."""
SCALE_UNDECIDED: Final = (
    "The answers have new labels. Say whether only their spelling changes or their meaning."
)


class WordingRefusedError(ReviewError):
    """The wording breaks one or more rules; `faults` lists every one as a sentence."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__(" ".join(faults))
        self.faults = faults


def ensure_default() -> Questionnaire:
    """The newest questionnaire; where there is none yet, the default one is made."""
    found = queries.newest()
    if found is not None:
        return found
    made = Questionnaire(name=default.NAME, version=1)
    made.statements = [
        Statement(
            number=number,
            competency=default.COMPETENCIES[(number - 1) // PER_COMPETENCY],
            text=one.text,
            short_name=one.short_name,
            hint=one.hint,
        )
        for number, one in enumerate(default.STATEMENTS, start=1)
    ]
    db.session.add(made)
    db.session.flush()
    return made


def draft_copy(questionnaire: Questionnaire, *, by: int | None = None) -> Questionnaire:
    """A new version with the same wording, to be changed before a cycle uses it.

    Raises WordingRefusedError while another version of it is still a draft.
    """
    if draft := queries.open_draft(questionnaire.name):
        raise WordingRefusedError(
            [f"Version {draft.version} of {draft.name} is still a draft: change that one."]
        )
    copy = Questionnaire(
        name=questionnaire.name,
        version=queries.highest_version(questionnaire.name) + 1,
        scale_labels=[*questionnaire.scale_labels],
        scale_identity=questionnaire.scale_identity,
    )
    copy.statements = [
        Statement(
            number=one.number,
            identity=one.identity,
            competency=one.competency,
            text=one.text,
            short_name=one.short_name,
            hint=one.hint,
        )
        for one in questionnaire.statements
    ]
    db.session.add(copy)
    db.session.flush()
    audit.record("questionnaire:copied", actor_id=by, questionnaire_id=copy.id)
    return copy


def change_wording(
    draft: Questionnaire,
    statements: Sequence[Wording],
    labels: Sequence[str] | None = None,
    *,
    scale_rewording: Rewording | None = None,
    by: int | None = None,
) -> None:
    """Give a draft new words, and its statements with them the identity that fits.

    `labels` are those of the scale; without them they stay. Where they mean something else, no
    statement is compared with one that was answered on another scale. Each change of words is
    logged with the old and the new ones. Raises WordingRefusedError, with every fault, and then
    nothing is changed.
    """
    if draft.is_frozen:
        raise WordingRefusedError(
            ["A cycle uses this version, so its wording stays as it is. Make a draft copy."]
        )
    labels = draft.scale_labels if labels is None else [*labels]
    if faults := scale_faults(labels) + wording_faults(statements):
        raise WordingRefusedError(faults)
    found = _identities(draft, statements, _scale_of(draft, labels, scale_rewording))
    _log_words(draft, statements, found, by=by)
    # Two statements may change places, and no identity may stand twice even for a moment.
    for statement in draft.statements:
        statement.identity = new_identity()
    db.session.flush()
    for statement, wording, identity in zip(draft.statements, statements, found, strict=True):
        statement.competency, statement.text = wording.competency, wording.text
        statement.short_name, statement.hint = wording.short_name, wording.hint
        statement.identity = identity
    draft.scale_labels = labels
    db.session.flush()
    audit.record("questionnaire:reworded", actor_id=by, questionnaire_id=draft.id)


def _scale_of(draft: Questionnaire, labels: list[str], said: Rewording | None) -> str:
    """The identity of the scale with these labels. Raises WordingRefusedError if that is open."""
    known = queries.scales_by_labels(draft)
    if labels == draft.scale_labels or said is Rewording.SPELLING:
        return draft.scale_identity
    if not asks_about_scale(draft, labels, known):
        return known[tuple(labels)]
    if said is None:
        raise WordingRefusedError([SCALE_UNDECIDED])
    return new_identity()


def _identities(draft: Questionnaire, statements: Sequence[Wording], scale: str) -> list[str]:
    """The identity of each statement on that scale, which becomes the draft's."""
    known = queries.identities_by_words(draft.name, scale)
    if scale != draft.scale_identity:
        draft.scale_identity = scale
        return identities_on_new_scale(statements, known)
    if faults := rewording_faults(draft.statements, statements, known):
        raise WordingRefusedError(faults)
    return identities(draft.statements, statements, known)


def _log_words(
    draft: Questionnaire, wordings: Sequence[Wording], found: Sequence[str], *, by: int | None
) -> None:
    """Log old and new words of each statement that keeps its identity or gets another."""
    for one, wording, identity in zip(draft.statements, wordings, found, strict=True):
        if wording.text != one.text:
            kept = identity == one.identity
            audit.record(
                "questionnaire:respelled" if kept else "questionnaire:replaced",
                actor_id=by,
                questionnaire_id=draft.id,
                statement=one.number,
                before=one.text,
                after=wording.text,
            )


def freeze(questionnaire: Questionnaire) -> None:
    """Keep the wording for good: a cycle uses it from now on."""
    questionnaire.is_frozen = True

"""Writing questionnaires: the default, draft copies, wording, freezing."""

from collections.abc import Sequence
from typing import Final

from app.domain.errors import ReviewError
from app.domain.scale import STATEMENTS
from app.infra import audit
from app.infra.db import db
from app.questionnaires import default, queries
from app.questionnaires.models import Questionnaire, Statement, new_identity
from app.questionnaires.rewording import Wording, identities, rewording_faults

PER_COMPETENCY: Final = 2
LONGEST_TEXT: Final = 110
LONGEST_COMPETENCY: Final = 60


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
    draft: Questionnaire, statements: Sequence[Wording], *, by: int | None = None
) -> None:
    """Give a draft's 14 statements new words, and with them the identity that fits.

    Each change of words is logged with the old and the new ones. Raises WordingRefusedError,
    with every fault, and then nothing is changed.
    """
    if draft.is_frozen:
        raise WordingRefusedError(
            ["A cycle uses this version, so its wording stays as it is. Make a draft copy."]
        )
    known = queries.identities_by_words(draft)
    faults = wording_faults(statements)
    if faults or (faults := rewording_faults(draft.statements, statements, known)):
        raise WordingRefusedError(faults)
    found = identities(draft.statements, statements, known)
    _log_words(draft, statements, found, by=by)
    # Two statements may change places, and no identity may stand twice even for a moment.
    for statement in draft.statements:
        statement.identity = new_identity()
    db.session.flush()
    for statement, wording, identity in zip(draft.statements, statements, found, strict=True):
        statement.competency, statement.text = wording.competency, wording.text
        statement.identity = identity
    db.session.flush()
    audit.record("questionnaire:reworded", actor_id=by, questionnaire_id=draft.id)


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


def wording_faults(statements: Sequence[Wording]) -> list[str]:
    """Everything that is wrong with a wording, one sentence each."""
    if len(statements) != STATEMENTS:
        return [f"A questionnaire has exactly {STATEMENTS} statements, not {len(statements)}."]
    faults = [
        fault
        for number, wording in enumerate(statements, start=1)
        for fault in _statement_faults(number, wording)
    ]
    return faults + _competency_faults(statements) + _repetition_faults(statements)


def _statement_faults(number: int, wording: Wording) -> list[str]:
    if not wording.text:
        return [f"Statement {number} is empty."]
    if len(wording.text) > LONGEST_TEXT:
        return [f"Statement {number} is longer than {LONGEST_TEXT} characters."]
    return []


def _competency_faults(statements: Sequence[Wording]) -> list[str]:
    faults: list[str] = []
    names = [wording.competency for wording in statements[::PER_COMPETENCY]]
    for number, name in enumerate(names, start=1):
        pair = statements[(number - 1) * PER_COMPETENCY : number * PER_COMPETENCY]
        if any(wording.competency != name for wording in pair):
            faults.append(f"The two statements of competency {number} name different competencies.")
        if not name:
            faults.append(f"Competency {number} has no name.")
        if len(name) > LONGEST_COMPETENCY:
            faults.append(f"Competency {number} is longer than {LONGEST_COMPETENCY} characters.")
    if len({name.casefold() for name in names if name}) < len([name for name in names if name]):
        faults.append("Two competencies have the same name.")
    return faults


def _repetition_faults(statements: Sequence[Wording]) -> list[str]:
    first: dict[str, int] = {}
    faults = []
    for number, wording in enumerate(statements, start=1):
        earlier = first.setdefault(wording.text.casefold(), number)
        if wording.text and earlier != number:
            faults.append(f"Statements {earlier} and {number} say the same.")
    return faults

"""Reads of questionnaires."""

from sqlalchemy import func, select

from app.domain.errors import NotFoundError
from app.infra.db import db
from app.questionnaires.models import Questionnaire, Statement


def all_versions() -> list[Questionnaire]:
    """Every version, by name, newest first."""
    ordered = select(Questionnaire).order_by(Questionnaire.name, Questionnaire.version.desc())
    return list(db.session.scalars(ordered))


def questionnaire_by_id(questionnaire_id: int) -> Questionnaire:
    """The version with this id. Raises NotFoundError."""
    found = db.session.get(Questionnaire, questionnaire_id)
    if found is None:
        raise NotFoundError("This questionnaire does not exist.")
    return found


def newest() -> Questionnaire | None:
    """The version made last, or None before there is any."""
    return db.session.scalar(select(Questionnaire).order_by(Questionnaire.id.desc()).limit(1))


def version_of(name: str, version: int) -> Questionnaire | None:
    """One version of the questionnaire `name`, or None."""
    wanted = select(Questionnaire).where(
        Questionnaire.name == name, Questionnaire.version == version
    )
    return db.session.scalar(wanted)


def identities_by_words(name: str, scale: str) -> dict[str, str]:
    """The identity of every wording that a version of `name` has on this scale; newest last."""
    rows = db.session.execute(
        select(Statement.text, Statement.identity)
        .join(Questionnaire, Questionnaire.id == Statement.questionnaire_id)
        .where(Questionnaire.name == name, Questionnaire.scale_identity == scale)
        .order_by(Questionnaire.version)
    )
    return dict(rows.all())


def scales_by_labels(questionnaire: Questionnaire) -> dict[tuple[str, ...], str]:
    """The identity of the scale with each row of labels that any version has; newest last."""
    rows = db.session.execute(
        select(Questionnaire.scale_labels, Questionnaire.scale_identity)
        .where(Questionnaire.name == questionnaire.name)
        .order_by(Questionnaire.version)
    )
    return {tuple(labels): identity for labels, identity in rows}


def highest_version(name: str) -> int:
    """The highest version number of the questionnaire `name`; 0 when there is none."""
    highest = select(func.max(Questionnaire.version)).where(Questionnaire.name == name)
    return db.session.scalar(highest) or 0


def open_draft(name: str) -> Questionnaire | None:
    """The version of `name` whose wording may still change, or None."""
    drafts = select(Questionnaire).where(
        Questionnaire.name == name, Questionnaire.is_frozen.is_(False)
    )
    return db.session.scalar(drafts.order_by(Questionnaire.version.desc()).limit(1))

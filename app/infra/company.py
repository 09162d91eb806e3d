"""What HR sets for the whole company on a page; the environment wins wherever it says something.

The values lie in the database. Every process keeps them in memory: read when it starts, when HR
saves, and once a minute, as other processes may have saved.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any, Final, cast

from flask import Flask, current_app
from sqlalchemy import String, Text, delete, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Mapped, mapped_column

from app.domain import colours
from app.infra.db import Base, after_commit, db
from app.infra.logos import Logo
from config import OF_COMPANY, Config

COLOUR, LOGO, YEARS, COMPANY_NAME = "colour", "logo", "results_years", "company_name"
REMINDERS: Final = "reminder_texts"
"""The words with which the reminders of every new plan begin, as JSON."""
FACTOR: Final = "second_factor"
OF_CONFIG: Final = tuple(OF_COMPANY)
"""Fields of the settings that HR may set, where the environment does not."""
NAMES: Final = (*OF_CONFIG, COLOUR, LOGO, REMINDERS)


class CompanySetting(Base):
    """One value that HR set; what is not set is as the program comes."""

    __tablename__ = "company_setting"
    __table_args__ = ({"sqlite_with_rowid": False},)

    name: Mapped[str] = mapped_column(String(30), primary_key=True)
    value: Mapped[str] = mapped_column(Text)


@dataclass(frozen=True)
class Look:
    """The company's own colour and logo; the program's own where there are none."""

    colour: str = ""
    logo: Logo | None = None
    style: str = ""
    """The style sheet of the colour; empty without one."""
    mark: str = ""
    """Another one for every other look, so that browsers may keep what they got."""


def init_company(app: Flask) -> None:
    """Keep what the environment said, and put what HR set over it."""
    app.extensions["environment_settings"] = app.config["SETTINGS"]
    app.extensions["look"] = Look()
    app.jinja_env.globals["look"] = lambda: app.extensions["look"]
    with app.app_context():
        refresh()
        db.engine.dispose()  # a server may fork now; connections must not be shared


def look() -> Look:
    """The company's look, as this process knows it."""
    return cast(Look, current_app.extensions["look"])


def from_environment() -> Config:
    """The settings as the environment has them, without what HR set."""
    return cast(Config, current_app.extensions["environment_settings"])


def is_given(name: str) -> bool:
    """Whether the environment sets this one, so that HR cannot."""
    return name in from_environment().given


def values() -> dict[str, str]:
    """Everything that HR has set."""
    rows = db.session.execute(select(CompanySetting.name, CompanySetting.value))
    return {row.name: row.value for row in rows}


def save(changes: Mapping[str, str]) -> None:
    """Set these values within the current transaction; an empty one is as the program comes."""
    if unknown := changes.keys() - set(NAMES):
        raise ValueError(f"no settings of the company: {', '.join(sorted(unknown))}")
    db.session.execute(delete(CompanySetting).where(CompanySetting.name.in_(changes)))
    kept = {key: text for key, text in changes.items() if text}
    db.session.add_all(CompanySetting(name=key, value=text) for key, text in kept.items())
    db.session.flush()
    after_commit(refresh)


def refresh() -> None:
    """Take over what the database has by now; one that cannot be asked changes nothing."""
    try:
        with db.engine.connect() as connection:
            table = CompanySetting.__table__
            known = {row.name: row.value for row in connection.execute(select(table))}
            connection.rollback()
    except SQLAlchemyError:
        return
    current_app.config["SETTINGS"] = over_environment(from_environment(), known)
    current_app.extensions["look"] = _look(known)


def over_environment(base: Config, known: Mapping[str, str]) -> Config:
    """The settings `base` with what HR set wherever the environment said nothing."""
    kinds = {field.name: field.type for field in fields(Config)}
    mine: dict[str, Any] = {
        name: int(known[name]) if kinds[name] is int else known[name]
        for name in OF_CONFIG
        if name in known and name not in base.given
    }
    return replace(base, **mine) if mine else base


def _look(known: Mapping[str, str]) -> Look:
    colour, logo = known.get(COLOUR, ""), known.get(LOGO, "")
    if not colours.HEX.fullmatch(colour):
        colour = ""
    mark = hashlib.sha256(f"{colour} {logo}".encode()).hexdigest()[:12] if colour or logo else ""
    return Look(colour, Logo.from_text(logo) if logo else None, style_of(colour), mark)


def style_of(colour: str) -> str:
    """A style sheet that puts `colour` in the place of the program's own; empty without one."""
    if not colour:
        return ""
    dark = colours.for_the_dark(colour)
    pairs = {
        "--accent": (colour, dark),
        "--accent-strong": (
            colours.stronger(colour, is_dark=False),
            colours.stronger(dark, is_dark=True),
        ),
        "--on-accent": (colours.on_top_of(colour), colours.on_top_of(dark)),
        "--wash": (colours.washed(colour, is_dark=False), colours.washed(dark, is_dark=True)),
    }
    lines = (f"{name}:light-dark({light},{night})" for name, (light, night) in pairs.items())
    return f":root{{{';'.join(lines)}}}"

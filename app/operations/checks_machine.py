"""Whether keys, disk, mail server, worker and address are as they have to be."""

import os
import shutil
import smtplib
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from sqlalchemy.exc import SQLAlchemyError

from app.desk import of_machines
from app.desk.queries import cycle_at_hand
from app.infra import audit, processes
from app.infra.db import db
from app.infra.keys import key_folder
from app.infra.mail_server import connect
from app.infra.settings import settings
from app.operations.findings import Finding, fault, fine, first_line, note

ROOM: Final = 1024**3
"""Bytes that should be free: a bundle of 500 reports is about a tenth of it."""


def keys() -> Iterator[Finding]:
    """The key folder can be written, is closed to others, and all processes see the same one."""
    folder = settings().keys
    if not key_folder().mark():
        yield fault("keys", f"The key folder {folder} cannot be read or written.")
        return
    mode = stat.S_IMODE(folder.stat().st_mode)
    if mode & (stat.S_IRWXG | stat.S_IRWXO):
        yield fault("keys", f"Other accounts can look into {folder}: chmod 700 closes it.")
    if not os.access(folder, os.W_OK):
        yield fault("keys", f"Nothing can be written to {folder}: no cycle can open.")
    try:
        estranged, _ = processes.estranged()
    except SQLAlchemyError:
        return
    if estranged:
        yield fault(
            "keys",
            "Some running processes see another key folder or none. Every machine needs the same "
            "one as a shared mount; no cycle opens before.",
        )
    else:
        yield fine("keys", f"The key folder is {folder}. Keep it out of every backup.")


def disk() -> Iterator[Finding]:
    """There is room where we write."""
    for place in dict.fromkeys((settings().data_folder, settings().keys)):
        free = shutil.disk_usage(_existing(place)).free
        said = f"{free / 1024**3:,.1f} GB are free where {place} lies"
        if free < ROOM:
            yield fault("disk", f"{said}; reports and answers need more than 1 GB.")
        else:
            yield fine("disk", f"{said}.")


def mail_server() -> Iterator[Finding]:
    """The mail server takes a connection and our sign-in; nothing is sent."""
    url = settings().smtp_url
    if not url:
        yield note(
            "mail", "No mail server is set: mails wait in the outbox, which HR reads on screen."
        )
        return
    try:
        with connect(url) as server:
            server.noop()
    except (OSError, smtplib.SMTPException) as error:
        yield fault("mail", f"The mail server cannot be used: {first_line(error)}.")
    else:
        yield fine("mail", "The mail server takes our sign-in.")


def duties() -> Iterator[Finding]:
    """What HR's desk says about machines: worker, mail, what should be done by now, backups."""
    try:
        found = of_machines.troubles(cycle_at_hand())
    except SQLAlchemyError:
        return
    for need in found:
        told = (f"{need.title}.", need.text, f"{need.detail}." if need.detail else "")
        yield fault(need.key, " ".join(filter(None, told)))
    if not found:
        yield fine("duties", "Worker and mail do what is due.")


def address() -> Iterator[Finding]:
    """What e-mails link to, and what proxies say about clients."""
    if not settings().is_production:
        yield note("address", "This is no production: FULL_CIRCLE_ENVIRONMENT is development.")
    if settings().base_url.startswith("https:") and not settings().trusted_proxies:
        yield note(
            "address",
            "FULL_CIRCLE_TRUSTED_PROXIES is 0. Behind a proxy it has to be the number of proxies, "
            "or all sign-ins seem to come from one place.",
        )
    yield fine("address", f"Links in e-mails begin with {settings().base_url}.")


def log_of_acts() -> Iterator[Finding]:
    """The log of acts is whole, as far as the file beside the keys remembers."""
    try:
        length = audit.verify()
    except audit.ChainBrokenError as error:
        yield fault("log", str(error))
    except SQLAlchemyError:
        return
    else:
        yield fine("log", f"The log of acts is whole; it has {length:,} entries.")
    finally:
        db.session.rollback()


def _existing(place: Path) -> Path:
    """`place`, or the nearest folder above it that is there."""
    return next(folder for folder in (place.resolve(), *place.resolve().parents) if folder.exists())

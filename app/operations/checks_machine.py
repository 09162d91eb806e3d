"""Whether keys, disk, mail server, worker and address are as they have to be."""

import os
import smtplib
import stat
from collections.abc import Iterator

from sqlalchemy.exc import SQLAlchemyError

from app.desk import of_machines
from app.desk.needs import Urgency
from app.desk.queries import cycle_at_hand
from app.infra import audit, processes
from app.infra.db import db
from app.infra.keys import key_folder
from app.infra.mail_server import connect
from app.infra.openid import discovery
from app.infra.openid.refusals import MisfitError, ProviderError
from app.infra.openid.talking import forget_silence
from app.infra.settings import settings
from app.operations import room
from app.operations.findings import Finding, fault, fine, first_line, note
from config import FACTOR_ROLES


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
        free = room.free(place)
        said = f"{free / 1024**3:,.1f} GB are free where {place} lies"
        if free < room.ENOUGH:
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


def watching() -> Iterator[Finding]:
    """What programs may read that watch this installation: figures and the log."""
    config = settings()
    if config.metrics_token:
        yield fine("metrics", "Figures for Prometheus are at /metrics, for whoever has the token.")
    else:
        yield note(
            "metrics", "There are no figures for Prometheus: FULL_CIRCLE_METRICS_TOKEN is not set."
        )
    slow = config.slow_statement_ms
    limit = (
        f"slow statements are written from {slow:,} ms on" if slow else "none tells of slow ones"
    )
    yield fine("log", f"Errors go to standard error as {config.log_format} lines; {limit}.")


def sign_in_providers() -> Iterator[Finding]:
    """Each sign-in provider answers and is the one that the settings mean."""
    discovery.forget()
    forget_silence()
    for provider in settings().providers:
        try:
            known = discovery.about(provider)
        except MisfitError as error:
            yield fault("sign-in", f"{provider.label} cannot be used: {error.detail}.")
        except ProviderError:
            yield fault("sign-in", f"{provider.label} does not answer at {provider.issuer}.")
        else:
            signs_out = "signs people out" if known.end_session_endpoint else "signs nobody out"
            yield fine("sign-in", f"{provider.label} answers; it {signs_out} at our wish.")
    if not settings().has_passwords:
        yield note("sign-in", "Passwords are off: without a provider nobody can sign in.")


def duties() -> Iterator[Finding]:
    """What HR's desk says about machines: worker, mail, what should be done by now, backups."""
    try:
        found = of_machines.troubles(cycle_at_hand())
    except SQLAlchemyError:
        return
    for need in found:
        told = (f"{need.title}.", need.text, f"{need.detail}." if need.detail else "")
        say = note if need.urgency is Urgency.LATER else fault
        yield say(need.key, " ".join(filter(None, told)))
    if not any(need.urgency is not Urgency.LATER for need in found):
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


def second_factor() -> Iterator[Finding]:
    """Whether a stolen password opens an account that reads about others, or acts for all."""
    missing = [role for role in FACTOR_ROLES if role not in settings().factor_roles]
    if not missing:
        yield fine("sign-in", "HR, board and managers need a second factor.")
    elif settings().is_production:
        yield note(
            "sign-in",
            f"No second factor is required of: {', '.join(missing)}. A stolen password is enough "
            "where somebody has none. FULL_CIRCLE_SECOND_FACTOR=required, or HR’s page of "
            "settings, changes that; who comes by single sign-on needs none here.",
        )


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

"""flask people password, make-hr, reset-factor: acts on accounts."""

import click
from flask.cli import AppGroup

from app.cli.failing import one_sentence
from app.infra.db import transaction
from app.people import passwords, queries, second_factor, services

commands = AppGroup("people")


@commands.command("password")
@click.argument("email")
@one_sentence
def password(email: str) -> None:
    """Print a link with which EMAIL sets a password: once; an earlier link ends."""
    with transaction():
        passwords.refuse_where_there_are_none()
        person = queries.person_by_email(email)
        services.refuse_link_for_leavers(person)
        link = services.give_link(person, by=None)
    click.echo(link)


@commands.command("make-hr")
@click.argument("email")
@one_sentence
def make_hr(email: str) -> None:
    """Give EMAIL the HR role."""
    with transaction():
        person = queries.person_by_email(email)
        services.make_hr(person, by=None)
    click.echo(f"{person.name} has the HR role.")


@commands.command("reset-factor")
@click.argument("email")
@one_sentence
def reset_factor(email: str) -> None:
    """Reset the second factor of EMAIL, or ask HR to agree where two people are of HR."""
    with transaction():
        services.lock_directory()
        person = queries.person_by_email(email)
        is_reset = second_factor.reset(person, by=None)
    click.echo("It is reset." if is_reset else "Noted. It waits until somebody of HR agrees.")

"""flask people list: who works here, without all that can be done to them."""

import click
from flask.cli import AppGroup

from app.cli.failing import one_sentence
from app.people import queries
from app.people.models import Person

commands = AppGroup("people")


@commands.command("list")
@click.option("--all", "with_left", is_flag=True, help="Also those who are deactivated.")
@one_sentence
def list_(*, with_left: bool) -> None:
    """Print everybody: name, e-mail, department, and what is special."""
    for person in queries.known_people(order=Person.sort_key):
        if not (person.is_active or with_left):
            continue
        marks = [*sorted(person.roles), *([] if person.is_active else ["deactivated"])]
        path = " / ".join(person.department)
        click.echo("\t".join([person.name, person.email, path, " ".join(marks)]).rstrip())

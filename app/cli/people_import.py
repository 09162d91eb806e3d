"""flask people import, sync, undo-import: people lists from the command line."""

import json
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

import click
from flask.cli import AppGroup

from app.cli.failing import one_sentence
from app.domain.files.people.columns import FIELDS
from app.domain.files.people.questions import Question
from app.domain.files.people.words import squeezed
from app.domain.files.people_changes import Preview
from app.domain.plurals import counted
from app.infra import clock
from app.infra.db import transaction
from app.infra.settings import settings
from app.people import queries
from app.people.imports import (
    background,
    kept_import,
    parts,
    proposing,
    taking_back,
    undoing,
    working,
    writing,
)
from app.people.imports.proposing import MAP, Proposal
from app.people.imports.undoing import Undone
from app.people.imports.writing import DirectoryChangedError
from app.people.large_import import DirectoryClosedError

SHOWN: Final = 50
LONG: Final = 2_000
"""From so many people on a command shows how far it is."""
REFUSED: Final = 3
QUESTIONS: Final = 4
HARM: Final = 5
CLOSED: Final = 6
"""What `flask people sync` exits with; 0 is done, 1 is anything unforeseen."""

commands = AppGroup("people")

PEOPLE_FILE = click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
MAPPING = click.option(
    "--map",
    "mapping",
    multiple=True,
    metavar="COLUMN=FIELD",
    help=f"What a column holds, by its name or number (#3). Fields: {', '.join(FIELDS)}.",
)
ANSWERS = click.option(
    "--answer",
    "answers",
    multiple=True,
    metavar="QUESTION=ANSWER",
    help="An answer to a question about the file, such as dates=day-first.",
)
WHOLE = click.option(
    "--whole/--part",
    default=None,
    help="The file is the whole company, or only additions and changes.",
)
LEAVING = click.option(
    "--leaving", type=int, help="How many people will leave, where they are many."
)


@commands.command("import")
@PEOPLE_FILE
@MAPPING
@ANSWERS
@WHOLE
@LEAVING
@click.option("--presets", is_flag=True, help="Take the preset answer of each question with one.")
@click.option("--yes", is_flag=True, help="Do not ask before anything is changed.")
@click.option("--dry-run", is_flag=True, help="Only say what would change.")
@one_sentence
def import_(
    file: Path,
    *,
    mapping: tuple[str, ...],
    answers: tuple[str, ...],
    whole: bool | None,
    leaving: int | None,
    presets: bool,
    yes: bool,
    dry_run: bool,
) -> None:
    """Import the people list FILE: CSV, .xlsx or .ods, with whatever columns it has.

    People who are not in a file of the whole company are deactivated; those who are in it again
    are reactivated. The last import can be taken back: flask people undo-import.
    """
    if not dry_run:
        working.go_on_with_what_a_command_left()
    proposal = _proposed(file, _answers(mapping, answers, whole), presets=presets)
    _refuse_faults(file, proposal)
    _refuse_unmapped(proposal)
    _print_preview(proposal)
    if dry_run:
        _print_questions(proposal.open)
        click.echo("Nothing was changed (--dry-run).")
        return
    if proposal.open:
        _print_questions(proposal.open)
        raise click.ClickException("Nothing was changed. Please answer with --answer.")
    _confirm(proposal, leaving, yes=yes)
    click.echo(writing.told(_written(proposal)))
    if not queries.hr_people():
        click.echo("Nobody has the HR role yet: flask people make-hr EMAIL", err=True)


@commands.command("sync")
@PEOPLE_FILE
@MAPPING
@ANSWERS
@WHOLE
@LEAVING
@click.pass_context
@one_sentence
def sync(
    context: click.Context,
    file: Path,
    *,
    mapping: tuple[str, ...],
    answers: tuple[str, ...],
    whole: bool | None,
    leaving: int | None,
) -> None:
    """Import FILE from a scheduled job: asks nothing, and prints one JSON object.

    Exit codes: 0 done or nothing to do, 3 the file was refused, 4 questions are open, 5 so many
    people would leave that --leaving has to name how many, 6 somebody else is changing the
    directory. Nothing is changed unless it is 0.
    """
    working.go_on_with_what_a_command_left()
    proposal = _proposed(file, _answers(mapping, answers, whole), presets=False)
    result, code = _outcome(proposal, leaving)
    if code == 0 and not proposal.preview.is_empty:
        try:
            _written(proposal)
        except (DirectoryClosedError, DirectoryChangedError) as closed:
            told = [*proposal.told, str(closed)]
            result, code = result | {"status": "closed", "told": told}, CLOSED
    click.echo(json.dumps(result, ensure_ascii=False))
    context.exit(code)


@commands.command("undo-import")
@one_sentence
def undo() -> None:
    """Take the last import back as a whole, unless something was built on it."""
    if not background.is_undo_under_way():
        working.go_on_with_what_a_command_left()
    click.echo(_undone().told)


def _outcome(proposal: Proposal, leaving: int | None) -> tuple[dict[str, Any], int]:
    """The result as a program reads it, and the exit code."""
    preview = proposal.preview
    result: dict[str, Any] = {
        "status": "done",
        "added": len(preview.added),
        "changed": len(preview.changed),
        "leaving": proposal.leaving_count,
        "unchanged": preview.unchanged_count,
        "faults": [str(fault) for fault in proposal.faults],
        "questions": [_as_data(question) for question in proposal.open],
        "told": list(proposal.told),
    }
    if proposal.faults or proposal.reading.needs_mapping:
        result["missing"] = list(proposal.reading.missing)
        return result | {"status": "refused"}, REFUSED
    if proposal.open:
        return result | {"status": "questions"}, QUESTIONS
    if proposal.is_harmful and leaving != proposal.leaving_count:
        return result | {"status": "harm"}, HARM
    if preview.is_empty:
        result["status"] = "unchanged"
    return result, 0


def _as_data(question: Question) -> dict[str, Any]:
    return {
        "key": question.key,
        "text": question.text,
        "choices": [choice.value for choice in question.choices],
        "about": list(question.concerned),
    }


def _answers(
    mapping: Iterable[str],
    answers: Iterable[str],
    whole: bool | None,  # noqa: FBT001 - click's
) -> dict[str, str]:
    """What the options say, by the keys of questions and columns."""
    found = {}
    for answer in answers:
        key, _sign, value = answer.partition("=")
        found[key.strip()] = value.strip()
    for pair in mapping:
        column, _sign, field = pair.rpartition("=")
        number = column.strip().removeprefix("#")
        key = f"#{number}" if number.isdecimal() else squeezed(column)
        if field.strip() and field.strip() not in FIELDS:
            raise click.ClickException(
                f"--map {pair}: there is no field {field.strip()}. Fields: {', '.join(FIELDS)}."
            )
        found[f"{MAP}{key}"] = field.strip()
    if whole is not None:
        found["scope"] = "whole" if whole else "part"
    return found


def _proposed(file: Path, answers: dict[str, str], *, presets: bool) -> Proposal:
    content = file.read_bytes()
    today = clock.today(settings().zone)
    if len(content) > LONG * 100:
        click.echo(f"Reading {file.name} …", err=True)
    proposal = proposing.propose(content, today=today, answers=answers)
    while presets and (preset := {q.key: q.preset for q in proposal.open if q.preset}):
        answers |= preset
        proposal = proposing.propose(content, today=today, answers=answers)
    return proposal


def _refuse_faults(file: Path, proposal: Proposal) -> None:
    try:
        proposal.refuse_faults()
    except proposing.FileRefusedError as error:
        for sentence in error.sentences:
            click.echo(sentence, err=True)
        faults = counted(error.count, "fault")
        raise click.ClickException(
            f"{file.name} was refused because of {faults}; nothing was changed."
        ) from error


def _refuse_unmapped(proposal: Proposal) -> None:
    if proposal.reading.needs_mapping:
        columns = ", ".join(column.header for column in proposal.reading.columns)
        missing = " and the ".join(proposal.reading.missing)
        raise click.ClickException(
            f"No column is known to hold the {missing}. Please name it, such as "
            f"--map '#2=name'. The columns are: {columns}."
        )


def _confirm(proposal: Proposal, leaving: int | None, *, yes: bool) -> None:
    """Ask for a yes; where many would leave, for their number."""
    count = proposal.leaving_count
    if proposal.is_harmful and leaving != count:
        people = counted(count, "person", "people")
        if yes or leaving is not None:
            raise click.ClickException(
                f"{people} of {proposal.active_count:,} would leave. "
                f"If that is right, say so: --leaving {count}. Nothing was changed."
            )
        typed = click.prompt(f"{people} would leave. If that is right, type the number")
        if typed.strip() != str(count):
            raise click.ClickException("That is another number. Nothing was changed.")
        return
    if not yes and not proposal.preview.is_empty:
        click.confirm("Import this?", abort=True)


def _written(proposal: Proposal) -> Preview:
    preview = proposal.preview
    length = len(preview.added) + len(preview.changed) + len(preview.deactivated)
    progress = click.progressbar(
        length=length, label="Writing", file=sys.stderr, hidden=length < LONG
    )
    with progress as bar:
        if length > parts.SIZE:  # in one act it would keep everybody else waiting
            return working.import_now(proposal, progress=bar.update)
        today = clock.today(settings().zone)
        with transaction():
            kept_import.forget_old(today=today)
            return writing.import_people(proposal, today=today, by=None, progress=bar.update)


def _undone() -> Undone:
    today = clock.today(settings().zone)
    if not (background.is_undo_under_way() or undoing.is_large(today=today)):
        with transaction(checks_references=False):
            return undoing.undo(by=None, today=today)
    last = undoing.last_import(today=today, is_looked_at=False)
    length = last.people if last else 0
    progress = click.progressbar(
        length=length, label="Taking back", file=sys.stderr, hidden=length < LONG
    )
    with progress as bar:  # in one act it would keep everybody else waiting
        return taking_back.take_back_now(progress=bar.update)


def _print_preview(proposal: Proposal) -> None:
    preview = proposal.preview
    _print_part("Added", [f"{p.name} <{p.email}>, {p.department}" for p in preview.added])
    changes = [
        f"{person.name} <{person.email}>: "
        + "; ".join(f"{field.field} {field.old!r} → {field.new!r}" for field in person.fields)
        for person in preview.changed
    ]
    _print_part("Changed", changes)
    _print_part("Deactivated", [f"{p.name} <{p.email}>" for p in preview.deactivated])
    _print_part("New departments", list(preview.new_departments))
    click.echo(f"Unchanged: {preview.unchanged_count:,}")
    if proposal.told:
        _print_part("Noticed", list(proposal.told))


def _print_questions(questions: Iterable[Question]) -> None:
    for question in questions:
        click.echo(f"Question {question.key}: {question.text}", err=True)
        for concerned in question.concerned:
            click.echo(f"    {concerned}", err=True)
        for choice in question.choices:
            preset = " (preset)" if choice.value == question.preset else ""
            click.echo(
                f"  --answer {question.key}={choice.value}  {choice.label}{preset}", err=True
            )
        if not question.choices:
            click.echo(f"  --answer {question.key}=…  {question.spoken_choices}", err=True)


def _print_part(title: str, entries: list[str]) -> None:
    click.echo(f"{title}: {len(entries):,}")
    for entry in entries[:SHOWN]:
        click.echo(f"  {entry}")
    if len(entries) > SHOWN:
        click.echo(f"  and {len(entries) - SHOWN:,} more")

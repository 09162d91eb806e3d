"""flask results: everything released of a cycle, for other programs."""

import csv
import io
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any, Final

import click
from flask.cli import AppGroup

from app.cli.failing import one_sentence
from app.cli.files import written_whole
from app.cycles.models import Cycle
from app.cycles.queries import cycle_by_name
from app.domain.cycle import CycleState
from app.domain.errors import WrongStateError
from app.domain.files.formula_guard import harmless
from app.enps.export import enps_of
from app.infra import audit
from app.infra.db import transaction
from app.results.export import head_of, persons_of
from app.service_results.export import rows_of as service_rows
from app.service_results.export import services_of

commands = AppGroup("results", help="What was released, for other programs.")

COLUMNS: Final = (
    "cycle",
    "kind",
    "who",
    "view",
    "statement",
    "mean",
    "low",
    "high",
    "standard_error",
    "share_low",
    "share_middle",
    "share_high",
    "own",
    "raters",
    "reliability",
    "more",
    "same",
    "less",
    "promoters",
    "passives",
    "detractors",
    "score",
    "mentions",
    "hidden",
    "text",
)
Row = dict[str, Any]


@commands.command("export")
@click.option("--cycle", "name", required=True, help="The cycle's name, such as “2026 Q3”.")
@click.option("--format", "kind", type=click.Choice(["json", "csv"]), default="json")
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write to this file instead of the screen.",
)
@one_sentence
def export(name: str, kind: str, output: Path | None) -> None:
    """Write everything released of a published cycle. docs/results.md explains every field."""
    cycle = cycle_by_name(name)
    if cycle.state is not CycleState.PUBLISHED:
        raise WrongStateError(f"{cycle.name} is {cycle.state}; results leave with publishing.")
    write = write_json if kind == "json" else write_csv
    if output is None:
        _log(cycle, kind)
        write(cycle, sys.stdout.buffer)
        return
    with written_whole(output) as file:
        _log(cycle, kind)
        write(cycle, file)
    click.echo(f"{output} holds what was released of {cycle.name}.", err=True)


def _log(cycle: Cycle, kind: str) -> None:
    with transaction():
        audit.record("results:exported", cycle_id=cycle.id, kind=kind)


def write_json(cycle: Cycle, file: IO[bytes]) -> None:
    """One document; persons are written as they are read, since there may be very many."""
    head = json.dumps(
        head_of(cycle) | {"enps": enps_of(cycle), "services": services_of(cycle)},
        ensure_ascii=False,
        indent=1,
    )
    file.write(head[:-2].encode() + b',\n "persons": [')
    for place, person in enumerate(persons_of(cycle)):
        file.write(b",\n  " if place else b"\n  ")
        file.write(json.dumps(person, ensure_ascii=False).encode())
    file.write(b"\n ]\n}\n")


def write_csv(cycle: Cycle, file: IO[bytes]) -> None:
    """One row for each released value, with the columns that it has; the others stay empty."""
    text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="", write_through=True)
    table = csv.DictWriter(text, COLUMNS, restval="")
    table.writeheader()
    for row in rows_of(cycle):
        cells = {key: value for key, value in row.items() if value is not None}
        table.writerow(
            {
                key: harmless(value) if isinstance(value, str) else value
                for key, value in (cells | {"cycle": cycle.name}).items()
            }
        )
    text.detach()


def rows_of(cycle: Cycle) -> Iterator[Row]:
    """Every released value of the company, of its units and of each person."""
    head = head_of(cycle)
    names = {unit["unit"]: unit["name"] for unit in head["units"]}
    for line in head["company"]:
        yield {"kind": "company", **_named(line), "own": line["own_mean"]}
    yield from _enps_rows(enps_of(cycle), names)
    for row in service_rows(services_of(cycle)):
        yield _named(row)
    for person in persons_of(cycle):
        yield from _person_rows(person)


def _enps_rows(enps: Row, names: dict[int, str]) -> Iterator[Row]:
    for unit in enps["units"]:
        name = names.get(unit["unit"], "")
        yield {"kind": "enps", "who": name, "raters": unit["respondents"], **_named(unit)}
    for line in enps["reasons"]:
        yield {
            "kind": "enps_reason",
            "who": line["side"],
            "text": line["reason"],
            "mentions": line["mentions"],
        }
    if direct := enps["direct"]:
        yield {"kind": "enps_direct", "raters": direct["respondents"], **_named(direct)}
    for text in enps["comments"]:
        yield {"kind": "enps_comment", "text": text}


def _named(record: Row) -> Row:
    """The fields of a record that are columns."""
    return {key: value for key, value in record.items() if key in COLUMNS}


def _person_rows(person: Row) -> Iterator[Row]:
    who = person["email"]
    yield {"kind": "person", "who": who, "raters": person["raters"]}
    if person["adjusted"]:
        yield {"kind": "adjusted", "who": who, **_named(person["adjusted"])}
    for line in person["statements"]:
        yield {"kind": "statement", "who": who, "view": "colleagues", **_named(line)}
    for line in person["second_view"]:
        yield {"kind": "statement", "who": who, **_named(line)}
    for kind in ("keep", "try"):
        for text in person[kind]:
            yield {"kind": kind, "who": who, "text": text}

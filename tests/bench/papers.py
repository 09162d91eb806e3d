"""What a personal report costs: beside Platypus, by hand, and what browsers need for the page.

Every figure is the best of several runs in one process; what counts is the ratio, because
both sides were measured in the same minute on the same machine.
"""

import random
import shutil
import subprocess
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from functools import cache, partial
from importlib import import_module
from importlib.util import find_spec
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory

from app.charts.pictures import Pictures
from app.domain.reports.contents import CommentText, PersonalReport
from app.pdf.pages.personal import render
from tests.bench import platypus_report
from tests.bench.paper_floor import Recording, recorded, written
from tests.samples import KEEP, TRY, competencies, shown, statement, two_views

REPORTS = 40
ROUNDS = 5
IN_A_BATCH = 200
CHROMIUM = shutil.which("chromium") or "chromium-headless-shell"
GIVEN_NAMES = ("Alice", "Bob", "Hanna", "Jonas", "Jürgen", "Maria", "Wei", "Søren")
FAMILY_NAMES = ("Example", "Okafor", "Feldmann", "Brandt", "Lindqvist", "Müller", "Novák")


def varied(number: int) -> PersonalReport:
    """A report unlike its neighbours: other numbers, names and comments."""
    chance = random.Random(number)
    lines = tuple(
        statement(
            place,
            colleagues=shown(chance.randint(11, 24) / 5, _shares(chance)),
            previous=shown(chance.randint(11, 24) / 5, _shares(chance)),
            own=chance.choice((None, 2, 3, 3, 4, 4, 5)),
        )
        for place in range(1, 15)
    )
    return replace(
        two_views(),
        name=f"{chance.choice(GIVEN_NAMES)} {chance.choice(FAMILY_NAMES)}",
        raters=chance.randint(10, 24),
        statements=lines,
        competencies=competencies(lines),
        keep=_comments(chance, KEEP),
        try_next=_comments(chance, TRY),
        plan=(),
    )


def _shares(chance: random.Random) -> tuple[int, int, int]:
    low = chance.randint(0, 4) * 10
    middle = chance.randint(0, 4) * 10
    return low, middle, 100 - low - middle


def _comments(chance: random.Random, texts: Sequence[str]) -> tuple[CommentText, ...]:
    chosen = chance.choices(texts, k=chance.randint(4, 12))
    return tuple(CommentText(f"c{place}", text) for place, text in enumerate(chosen))


def best(make: Callable[[], object], *, rounds: int = ROUNDS) -> float:
    """Seconds of processor time of the quickest of some rounds."""
    taken = []
    for _ in range(rounds):
        started = time.process_time()
        make()
        taken.append(time.process_time() - started)
    return min(taken)


def waited(make: Callable[[], object]) -> float:
    """Seconds until the second run is done."""
    make()
    started = time.perf_counter()
    make()
    return time.perf_counter() - started


def all_of(render_one: Callable[[PersonalReport], bytes], reports: list[PersonalReport]) -> int:
    return sum(len(render_one(report)) for report in reports)


@cache
def prepared() -> list[PersonalReport]:
    """A batch of reports; made before processes are forked, so that they only render."""
    return [varied(number) for number in range(IN_A_BATCH)]


def batch(_number: int) -> int:
    """Render a batch; its size in bytes."""
    return all_of(render, prepared())


def one_process(reports: list[PersonalReport], recordings: list[Recording]) -> float:
    """Ours, Platypus and the floor, in turns; seconds per report of ours."""
    all_of(render, reports)
    ours = best(lambda: all_of(render, reports)) / len(reports)
    floor = best(lambda: [written(one) for one in recordings]) / len(recordings)
    few = reports[:5]
    platypus = best(lambda: all_of(platypus_report.render, few), rounds=3) / len(few)
    size = all_of(render, reports) / len(reports)
    print(f"  tagged report, 7 pages       {ours * 1000:7.1f} ms   {size / 1000:5.1f} kB")
    print(
        f"  bytes by hand, untagged      {floor * 1000:7.1f} ms   "
        f"ours takes {ours / floor:.1f} x as long: goal 3 at most"
    )
    print(
        f"  Platypus, untagged           {platypus * 1000:7.1f} ms   "
        f"takes {platypus / ours:.1f} x as long as ours: goal 12 at least"
    )
    return ours


def processes() -> None:
    """Pages per second on one process and on two."""
    prepared()
    rates = []
    for count in (1, 2):
        with ProcessPoolExecutor(count, mp_context=get_context("fork")) as pool:
            list(pool.map(render, prepared()[: count * 4]))
            started = time.perf_counter()
            list(pool.map(batch, range(count)))
            rates.append(count * IN_A_BATCH * 7 / (time.perf_counter() - started))
    one, two = rates
    print(f"  pages per second             {one:7.0f} on one process")
    print(f"                               {two:7.0f} on two: {two / one:.2f} x, goal 1.8")


def browsers(page: str) -> None:
    """The page of the web as PDF by WeasyPrint and headless Chromium, where they are."""
    if find_spec("weasyprint"):
        taken = waited(import_module("weasyprint").HTML(string=page).write_pdf)
        print(f"  WeasyPrint, similar page     {taken * 1000:7.1f} ms")
    else:
        print("  WeasyPrint is not installed: left out")
    if not shutil.which(CHROMIUM):
        print("  Chromium is not installed: left out")
        return
    with TemporaryDirectory() as folder:
        source = Path(folder) / "report.html"
        source.write_text(page, encoding="utf-8")
        command = [
            CHROMIUM, "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic",
            "--disable-background-networking", "--disable-component-update", "--disable-sync",
            f"--print-to-pdf={folder}/report.pdf", source.as_uri(),
        ]  # fmt: skip
        taken = waited(partial(subprocess.run, command, check=True, capture_output=True))
    print(f"  Chromium, similar page       {taken * 1000:7.1f} ms (with its start)")


def page_of(report: PersonalReport) -> str:
    """A plain page with the report's charts and words."""
    pictures = Pictures(report)
    rows = "".join(
        f"<tr><th>{line.text}<td>{pictures.statement(line)}<td>{pictures.difference(line)}"
        for line in report.statements
    )
    charts = "".join(f"<h3>{name}</h3>{chart}<p>{words}" for name, chart, words in pictures.trend())
    comments = "".join(f"<p>{comment.text}" for comment in (*report.keep, *report.try_next))
    return f"<!doctype html><h1>{report.name}</h1><table>{rows}</table>{charts}{comments}"


def main() -> None:
    """Print everything."""
    reports = [varied(number) for number in range(REPORTS)]
    recordings = [recorded(report) for report in reports]
    print(f"Personal reports on paper ({REPORTS} different ones)")
    one_process(reports, recordings)
    processes()
    browsers(page_of(reports[0]))


if __name__ == "__main__":
    main()

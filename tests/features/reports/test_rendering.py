"""Many papers at once are drawn by two processes: in order, equal to the byte, whatever happens."""

import os
import select
import signal
import subprocess
import sys
from dataclasses import replace

import pytest

from app.pdf.engine.letterhead import PLAIN
from app.pdf.pages.personal import render
from app.reports import rendering
from app.reports.rendering import RenderProcess, rendered
from tests.samples import typical

MANY = 16


@pytest.fixture(scope="module")
def reports():
    return [replace(typical(), name=f"Person {number}") for number in range(MANY)]


@pytest.fixture(scope="module")
def papers(reports):
    return [render(report, letterhead=PLAIN) for report in reports]


@pytest.fixture(autouse=True)
def two_processors(monkeypatch):
    monkeypatch.setattr(os, "cpu_count", lambda: 2)
    monkeypatch.setattr(rendering, "WORTH_IT", MANY)
    monkeypatch.setattr(rendering, "TOGETHER", 2)


@pytest.fixture
def started(monkeypatch):
    """Every second process, as it comes."""
    found = []
    enter = RenderProcess.__enter__

    def noted(helper):
        found.append(enter(helper))
        return helper

    monkeypatch.setattr(RenderProcess, "__enter__", noted)
    return found


def drawn_from(reports):
    return list(rendered(iter(reports), papers=len(reports), letterhead=PLAIN))


def test_few_papers_are_drawn_here(reports, papers, started):
    assert drawn_from(reports[:1]) == [(reports[0], papers[0])]
    assert started == []


def test_one_processor_draws_alone(reports, papers, started, monkeypatch):
    monkeypatch.setattr(os, "cpu_count", lambda: 1)

    assert [paper for _, paper in drawn_from(reports)] == papers
    assert started == []


def test_many_papers_come_in_order_and_equal_from_two_processes(reports, papers, monkeypatch):
    mine = []

    def noted(report, *, letterhead):
        mine.append(report)
        return render(report, letterhead=letterhead)

    monkeypatch.setattr(rendering, "render", noted)
    wait_for_the_helper(monkeypatch)

    assert drawn_from(reports) == list(zip(reports, papers, strict=True))
    assert 0 < len(mine) < MANY


def wait_for_the_helper(monkeypatch):
    """Otherwise it may start too late to help with so few."""
    fetch, waits = RenderProcess.fetch, [None]

    def waiting_once(helper, *, patience=0):
        fetch(helper, patience=waits.pop() if waits else patience)

    monkeypatch.setattr(RenderProcess, "fetch", waiting_once)


def test_a_killed_helper_costs_no_paper(reports, papers, started):
    coming = rendered(iter(reports), papers=MANY, letterhead=PLAIN)
    found = [next(coming)]
    started[0]._process.send_signal(signal.SIGKILL)

    found += coming

    assert found == list(zip(reports, papers, strict=True))


def test_where_no_process_can_be_started_this_one_draws_alone(reports, papers, monkeypatch):
    monkeypatch.setattr(sys, "executable", "/nowhere/python")

    assert [paper for _, paper in drawn_from(reports)] == papers


def test_a_paper_that_cannot_be_drawn_is_an_error_here(reports):
    broken = replace(typical(), statements=None)  # type: ignore[arg-type]

    with pytest.raises(TypeError):
        drawn_from([*reports, broken])


def test_papers_that_are_not_wanted_any_more_leave_no_process(reports, started):
    coming = rendered(iter(reports), papers=MANY, letterhead=PLAIN)
    next(coming)

    coming.close()

    assert started[0]._process.returncode is not None


def test_a_helper_ends_when_its_worker_is_killed():
    # given: a worker that has started a helper and says its number
    worker = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "from app.pdf.engine.letterhead import PLAIN\n"
            "from app.reports.rendering import RenderProcess\n"
            "with RenderProcess(PLAIN) as helper: print(helper._process.pid, flush=True); input()",
        ],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with worker:
        assert worker.stdout
        helper = os.pidfd_open(int(worker.stdout.readline()))

        # when
        worker.kill()

    # then: its end is seen on the descriptor, or the wait is over
    with os.fdopen(helper) as end:
        assert select.select([end], [], [], 20)[0]


def test_a_helper_knows_no_web_and_no_database():
    known = subprocess.run(
        [sys.executable, "-c", "import sys, app.pdf.render_process; print(*sys.modules)"],
        check=True,
        capture_output=True,
        text=True,
    ).stdout.split()

    assert not {"flask", "sqlalchemy", "numpy", "config"} & set(known)

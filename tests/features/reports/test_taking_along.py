"""Several reports as a ZIP: at once, or as volumes made in the background."""

from datetime import timedelta
from io import BytesIO
from threading import Event, Thread
from zipfile import ZipFile

import pytest
from sqlalchemy import func, select

from app.cycles.models import Cycle
from app.infra import clock
from app.infra.audit import AuditEntry
from app.infra.db import db, is_sqlite, transaction
from app.infra.one_at_a_time import REPORTS_LINE, alone
from app.lifecycle import due
from app.lifecycle.services import erase_results
from app.people.models import Person
from app.reports import bundling, rendering, views_downloads, volumes
from app.reports.models import ReportBundle
from app.results.models import SubjectResult
from app.results.services import erase_subject
from tests.factories import make_person
from tests.features.reports.conftest import add_results, make_report


@pytest.fixture(autouse=True)
def plain_paper(monkeypatch):
    """Bytes instead of papers: the papers have tests of their own."""
    monkeypatch.setattr(rendering, "render", lambda report, **_: f"paper of {report.name}".encode())


@pytest.fixture
def small_volumes(monkeypatch):
    """Volumes of two reports, and nothing at once."""
    for module in (volumes, bundling):
        monkeypatch.setattr(module, "PER_VOLUME", 2)
    monkeypatch.setattr(volumes, "AT_A_TIME", 1)
    monkeypatch.setattr(views_downloads, "AT_ONCE", 0)


in_the_background = pytest.mark.usefixtures("small_volumes")


@pytest.fixture
def cycle(alice, bob):
    """A quarter in which bob reads alice and four more; two of them share a name."""
    made = make_report(alice.person, reader=bob.person)
    for name in ("Sam Same", "sam same", "Łukasz O/Neill", "王小明"):
        add_results(made, make_person(name=name), reader=bob.person)
    return made


def take(reader, cycle):
    return reader.post(f"/reports/{cycle.id}/zip", page="/reports")


def bundles():
    return db.session.scalars(select(ReportBundle).order_by(ReportBundle.id)).all()


def files_of(app):
    folder = app.config["SETTINGS"].data_folder / "bundles"
    return sorted(file.name for file in folder.glob("*"))


def names_in(response):
    with ZipFile(BytesIO(response.data)) as volume:
        assert volume.testzip() is None
        return volume.namelist()


def claimed():
    """A volume that somebody makes who neither ends nor goes on."""
    work = bundling._claim(bundles()[0].id, others_are_gone=False)
    assert work is not None
    return work


def tags():
    entries = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id))
    return [(entry.tag, entry.actor_id, entry.details) for entry in entries]


def test_a_manager_takes_all_people_along_at_once(cycle, bob):
    shared_name = func.lower(Person.name) == "sam same"
    same = db.session.scalars(select(Person.email).where(shared_name).order_by(Person.id)).all()

    response = take(bob, cycle)

    assert names_in(response) == [
        f"Full Circle {cycle.name} - Alice Archer.pdf",
        f"Full Circle {cycle.name} - Sam Same ({same[0]}).pdf",
        f"Full Circle {cycle.name} - sam same ({same[1]}).pdf",
        f"Full Circle {cycle.name} - Łukasz O-Neill.pdf",
        f"Full Circle {cycle.name} - 王小明.pdf",
    ]
    assert response.headers["Cache-Control"] == "no-store"
    assert (
        f'filename="Full Circle {cycle.name} - reports.zip"'
        in (response.headers["Content-Disposition"])
    )
    assert bundles() == []


def test_a_name_that_looks_numbered_takes_nobodys_place(cycle, bob):
    for name in ("Sam Same (2)", "SAM SAME"):
        add_results(cycle, make_person(name=name), reader=bob.person)

    names = [name.casefold() for name in names_in(take(bob, cycle))]

    assert len(set(names)) == 7


def test_taking_along_is_logged_without_the_subjects(cycle, bob):
    take(bob, cycle)

    assert tags() == [
        ("report:downloaded", bob.person.id, {"cycle_id": cycle.id, "kind": "zip"}),
    ]


def test_whoever_reads_nobody_takes_nothing(cycle, alice, charlie, hanna):
    for reader in (alice, charlie, hanna):
        assert take(reader, cycle).status_code == 403
    assert tags() == []


def test_hr_takes_all_where_it_was_frozen_as_reader(alice, hanna):
    made = make_report(alice.person, reader=hanna.person, hr_reads=True)

    assert names_in(take(hanna, made)) == [f"Full Circle {made.name} - Alice Archer.pdf"]


@in_the_background
def test_many_reports_become_volumes_in_the_background(app, cycle, bob, run_jobs):
    page = take(bob, cycle).location

    assert "0 of 5" in bob.get(page).text
    run_jobs()
    assert "All 5 reports are put together." in bob.get(page).text
    sizes = [len(names_in(bob.get(f"{page}/{volume}.zip"))) for volume in (1, 2, 3)]
    assert sizes == [2, 2, 1]
    assert "part 2 of 3.zip" in bob.get(f"{page}/2.zip").headers["Content-Disposition"]
    assert bob.get(f"{page}/2.zip").headers["Cache-Control"] == "no-store"
    assert bob.get(f"{page}/4.zip").status_code == 404


@in_the_background
def test_every_volume_fetched_is_in_the_log_and_no_subject(cycle, bob, run_jobs):
    page = take(bob, cycle).location
    run_jobs()
    bob.get(f"{page}/1.zip")

    details = {"cycle_id": cycle.id, "kind": "zip"}
    assert tags() == [
        ("reports:requested", bob.person.id, details),
        ("report:downloaded", bob.person.id, details),
    ]


@in_the_background
def test_asking_twice_makes_one_bundle(cycle, bob):
    assert take(bob, cycle).location == take(bob, cycle).location
    assert len(bundles()) == 1


@in_the_background
def test_nobody_else_sees_or_cancels_a_bundle(cycle, alice, bob, hanna, run_jobs):
    page = take(bob, cycle).location
    run_jobs()

    for other in (alice, hanna):
        assert other.get(page).status_code == 403
        assert other.get(f"{page}/1.zip").status_code == 403
        assert other.post(f"{page}/cancel", page="/reports").status_code == 403
    assert len(bundles()) == 1


@in_the_background
def test_a_cancelled_bundle_leaves_nothing(app, cycle, bob, run_jobs):
    page = take(bob, cycle).location
    assert bundling.make_next_volume()

    bob.post(f"{page}/cancel", page=page)

    assert bundles() == []
    assert files_of(app) == []
    assert run_jobs() == 1  # the bell that rang for it finds nothing to do
    assert files_of(app) == []
    assert bob.get(page).status_code == 404


@in_the_background
def test_cancelling_stops_a_volume_at_work(app, cycle, bob, monkeypatch):
    take(bob, cycle)

    def cancelled_meanwhile(report, **_):
        with app.app_context():
            if db.session.scalar(select(ReportBundle)):
                bundling.discard_all()
                db.session.commit()
        return b"paper"

    monkeypatch.setattr(rendering, "render", cancelled_meanwhile)
    bundling.make_next_volume()

    assert files_of(app) == []
    assert bundles() == []


DISCARDERS = {
    "everything": bundling.discard_all,
    "about a person": lambda: bundling.discard_about(somebody()),
}


def somebody():
    """Somebody of whom there is a report."""
    return db.session.execute(select(SubjectResult.subject_id)).scalars().all()[0]


@in_the_background
def test_no_zip_outlives_results_that_are_erased_after_years(app, cycle, bob):
    take(bob, cycle)
    assert bundling.make_next_volume()

    with transaction():
        erase_results(db.session.get_one(Cycle, cycle.id))

    assert bundles() == []
    assert files_of(app) == []


@pytest.mark.parametrize("discard", DISCARDERS)
def test_what_is_asked_for_while_it_is_discarded_does_not_stay(app, cycle, bob, discard):
    """An asking that nobody can see yet would otherwise outlive what was erased."""
    reader_id, begun, results = bob.person.id, Event(), []

    def erase():
        with app.app_context(), transaction():
            begun.set()
            DISCARDERS[discard]()
            results.append(bundles())

    eraser = Thread(target=erase)
    with transaction():
        bundling.ask(db.session.get_one(Cycle, cycle.id), reader_id=reader_id)
        eraser.start()
        if not is_sqlite():  # there it does not even begin
            assert begun.wait(10)
        eraser.join(0.2)
        assert eraser.is_alive(), "it did not wait"
    eraser.join(10)

    assert results == [[]]
    db.session.rollback()
    assert bundles() == []


@in_the_background
def test_a_killed_maker_is_followed_at_once(app, cycle, bob, run_jobs):
    page = take(bob, cycle).location
    assert bundling.make_next_volume()
    work = claimed()
    killed = app.config["SETTINGS"].data_folder / "bundles" / f"{work.file_name}-2.zip.{work.maker}"
    killed.write_bytes(b"half a volume")

    due.ring_for_reports()
    run_jobs()

    assert [len(names_in(bob.get(f"{page}/{n}.zip"))) for n in (1, 2, 3)] == [2, 2, 1]


@in_the_background
def test_a_maker_that_stands_still_does_not_spoil_the_work_of_the_next(cycle, bob, at):
    take(bob, cycle)
    slow = claimed()
    with alone(REPORTS_LINE, slow.bundle_id):
        assert not bundling.is_any_waiting()
        assert not bundling.make_next_volume()
        with at(clock.now() + bundling.LEASE + timedelta(seconds=1)):
            assert bundling.is_any_waiting()
            assert bundling.make_next_volume()

    with pytest.raises(bundling.WithdrawnError):
        bundling._finish(slow, 2)
    (bundle,) = bundles()
    assert (bundle.next_volume, bundle.done) == (2, 2)


@in_the_background
def test_a_volume_that_cannot_be_made_is_given_up_after_some_tries(
    cycle, bob, run_jobs, monkeypatch, caplog
):
    page = take(bob, cycle).location

    def broken(_report, **_):
        raise OSError("no paper left")

    monkeypatch.setattr(rendering, "render", broken)
    start = clock.now()
    for attempt in range(bundling.LAST_ATTEMPT + 1):
        with clock.travel(start + attempt * 2 * bundling.LEASE):
            due.ring_for_reports()
            run_jobs()

    assert "several times in a row" in bob.get(page).text
    told = [one for one in caplog.records if one.name == bundling.__name__]
    assert len(told) >= bundling.LAST_ATTEMPT


@in_the_background
def test_a_subject_erased_meanwhile_shifts_nobody_out(cycle, alice, bob):
    take(bob, cycle)
    bundling.make_next_volume()
    names = [row.name for row in _subjects_in_order(cycle)]
    erase_subject(alice.person.id, by=None)
    db.session.commit()
    work = claimed()

    assert work.choice.subject_ids == [row.id for row in _subjects_in_order(cycle)][1:3]
    assert names[0] == "Alice Archer"


def _subjects_in_order(cycle):
    return db.session.scalars(
        select(Person)
        .join(SubjectResult, SubjectResult.subject_id == Person.id)
        .order_by(Person.id)
    ).all()


@in_the_background
@pytest.mark.parametrize("is_dropped", [False, True])
def test_a_plan_that_is_taken_back_lies_in_no_bundle(cycle, alice, bob, run_jobs, is_dropped):
    other = make_report(bob.person, reader=alice.person)
    address = f"/reports/{cycle.id}/plan/3"
    item = dict.fromkeys(
        ("behaviour", "situation", "first_step", "helper", "sign"), "Listen first."
    )
    item["review_on"] = clock.now().date().isoformat()
    alice.post(address, item | {"is_shared": "y"})
    take(bob, cycle)
    take(alice, other)
    run_jobs()
    file = bundling.file_of(bundles()[0], 1)
    assert (len(bundles()), file.exists()) == (2, True)

    if is_dropped:
        alice.post(f"{address}/drop", page=address)
    else:
        alice.post(address, item)

    assert [bundle.reader_id for bundle in bundles()] == [alice.person.id]
    assert not file.exists()


@in_the_background
def test_a_lost_file_is_made_again(app, cycle, bob, run_jobs):
    page = take(bob, cycle).location
    run_jobs()
    (bundle,) = bundles()
    bundling.file_of(bundle, 2).unlink()

    assert bob.get(f"{page}/2.zip").location == page
    run_jobs()
    assert len(names_in(bob.get(f"{page}/2.zip"))) == 2


@in_the_background
def test_after_a_day_everything_is_deleted(app, cycle, bob, run_jobs, at):
    page = take(bob, cycle).location
    run_jobs()
    stray = app.config["SETTINGS"].data_folder / "bundles" / f"{'f' * 32}-1.zip"
    stray.write_bytes(b"of a process that was killed")

    bundling.forget_old()
    assert len(files_of(app)) == 3
    with at(clock.now() + bundling.KEPT_FOR):
        assert bob.get(page).status_code == 404
        bundling.forget_old()

    assert files_of(app) == []
    assert bundles() == []


@in_the_background
def test_files_are_for_the_app_alone(app, cycle, bob):
    take(bob, cycle)
    bundling.make_next_volume()

    (bundle,) = bundles()
    file = bundling.file_of(bundle, 1)
    assert (file.stat().st_mode & 0o077, file.parent.stat().st_mode & 0o077) == (0, 0)

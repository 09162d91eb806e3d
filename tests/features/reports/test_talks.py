"""Sheets for talks: one page for each person, for those who read the reports, without secrets."""

from dataclasses import replace
from io import BytesIO

import pytest
from pypdf import PdfReader

from app.cycles.models import ReportReader, RosterEntry
from app.domain.reports.talk import TalkSheet
from app.infra.db import db
from app.pdf.pages.talk import render
from app.reports import views_talks
from tests.factories import make_person
from tests.features.pdf.test_personal import squeezed
from tests.features.reports.conftest import add_results
from tests.features.reports.test_plan import SECRET, mark, plan
from tests.samples import SAMPLES, typical


def text_of(paper):
    return squeezed("".join(page.extract_text() for page in PdfReader(BytesIO(paper)).pages))


def test_a_manager_gets_a_sheet_for_each_person_and_a_booklet_for_all(cycle, alice, bob):
    other = make_person(name="Zoe Zimmer")
    add_results(cycle, other, reader=bob.person)

    page = bob.get(f"/reports/{cycle.id}/talks").text
    sheet = bob.get(f"/reports/{cycle.id}/{alice.person.id}/talk").text
    booklet = bob.get(f"/reports/{cycle.id}/talks.pdf")

    assert "2 talks, about 20 minutes each" in page
    assert page.index("Alice Archer") < page.index("Zoe Zimmer")
    assert "20 minutes with Alice Archer" in sheet
    assert "“Clear” is more than chance explains." in sheet
    assert sheet.count("<li>", sheet.index("Three questions"), sheet.index("Two sentences")) == 3
    assert len(PdfReader(BytesIO(booklet.data)).pages) == 2
    assert "talks of Bob Baker.pdf" in booklet.headers["Content-Disposition"]


def test_many_talks_are_listed_page_by_page(cycle, alice, bob, monkeypatch):
    monkeypatch.setattr(views_talks, "PAGE", 1)
    add_results(cycle, make_person(name="Zoe Zimmer"), reader=bob.person)
    address = f"/reports/{cycle.id}/talks"

    first, second, beyond = (bob.get(f"{address}?page={page}").text for page in (1, 2, 9))

    assert "Alice Archer" in first
    assert "Zoe Zimmer" not in first
    assert "Zoe Zimmer" in second
    assert "Alice Archer" not in second
    assert "Zoe Zimmer" in beyond
    assert all("2 talks, about 20 minutes each" in page for page in (first, second))
    assert f"{address}?page=2" in first
    assert f"{address}?page=1" in second
    assert "All sheets as one PDF" in first


def test_what_somebody_chose_stands_there_only_when_it_is_shared(cycle, alice, bob):
    mark(alice, cycle, work_on_5="y")
    plan(alice, cycle, 3)
    address = f"/reports/{cycle.id}/{alice.person.id}/talk"

    assert "That does not say whether Alice Archer chose something." in bob.get(address).text
    assert "nothing shared" in bob.get(f"/reports/{cycle.id}/talks").text
    assert squeezed(SECRET) not in text_of(bob.get(f"{address}.pdf").data)

    plan(alice, cycle, 3, is_shared="y")

    assert SECRET in bob.get(address).text
    assert squeezed(SECRET) in text_of(bob.get(f"{address}.pdf").data)


def test_a_sheet_is_for_readers_and_not_for_its_subject_or_a_stranger(cycle, alice, charlie):
    for path in (f"{alice.person.id}/talk", f"{alice.person.id}/talk.pdf", "talks", "talks.pdf"):
        assert charlie.get(f"/reports/{cycle.id}/{path}").status_code == 403
        assert alice.get(f"/reports/{cycle.id}/{path}").status_code == 403


def test_the_subject_gets_a_page_of_the_own_and_nobody_else_does(cycle, alice, bob, charlie, hanna):
    page = alice.get(f"/reports/{cycle.id}/my-talk").text

    assert "Before you talk to Bob Baker: three questions" in page
    assert (
        f"/reports/{cycle.id}/my-talk" in alice.get(f"/reports/{cycle.id}/{alice.person.id}").text
    )
    for other in (bob, charlie, hanna):
        assert other.get(f"/reports/{cycle.id}/my-talk").status_code == 403


def test_hr_reads_reports_but_leads_talks_with_the_own_people_only(cycle, alice, hanna):
    key = {"cycle_id": cycle.id, "subject_id": alice.person.id}
    db.session.add(ReportReader(**key, reader_id=hanna.person.id))
    db.session.commit()
    assert hanna.get(f"/reports/{cycle.id}/talks").status_code == 403
    assert "/talks" not in hanna.get("/reports").text

    entry = db.session.get_one(RosterEntry, (cycle.id, alice.person.id))
    entry.manager_id = hanna.person.id
    db.session.commit()

    assert "Alice Archer" in hanna.get(f"/reports/{cycle.id}/talks").text


@pytest.mark.parametrize("name", [name for name in SAMPLES if name != "extreme"])
def test_a_sheet_is_one_page(name):
    report = replace(SAMPLES[name](), speaks_to_subject=False)

    paper = render([TalkSheet(report, "Bob Baker")])

    assert len(PdfReader(BytesIO(paper)).pages) == 1


def test_a_sheet_is_one_page_also_with_two_long_plans():
    (item,) = SAMPLES["two_views"]().plan
    long = replace(item, behaviour="so many words " * 21, first_step="and steps " * 30)
    report = replace(typical(), speaks_to_subject=False, plan=(long, long))

    paper = render([TalkSheet(report, "Bob Baker")])

    assert len(PdfReader(BytesIO(paper)).pages) == 1
    assert render([TalkSheet(report, "Bob Baker")]) == paper

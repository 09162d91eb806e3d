"""What the pages of a report say, and what they leave behind."""

import re
from io import BytesIO
from itertools import pairwise

from pypdf import PdfReader
from sqlalchemy import select

from app.infra.audit import AuditEntry
from app.infra.db import db
from app.reports import views
from app.results.models import CommentState, ReleasedComment
from tests.factories import make_person
from tests.features.reports.conftest import ABUSIVE, add_results, make_report
from tests.guards.test_templates import blocked_in
from tests.samples import SAMPLES


def page_of(reader, cycle, subject):
    return reader.get(f"/reports/{cycle.id}/{subject.id}").get_data(as_text=True)


def test_the_page_says_every_number_in_words(cycle, alice):
    page = page_of(alice, cycle, alice.person)

    assert "4.5" in page
    assert "3.8 to 5.0" in page
    assert "fewer than 5 colleagues answered" in page
    assert page.count('class="stack statement"') == 14


def test_the_page_obeys_the_strict_policy(cycle, alice):
    page = page_of(alice, cycle, alice.person)

    assert "style=" not in page
    assert blocked_in(page) == []
    assert "onclick" not in page


def test_a_comment_is_shown_as_it_was_written(cycle, alice):
    page = page_of(alice, cycle, alice.person)

    assert "Keeps &lt;b&gt;calm&lt;/b&gt; under pressure." in page


def test_headings_come_in_order(cycle, alice):
    page = page_of(alice, cycle, alice.person)

    levels = [int(part[0]) for part in page.split("<h")[1:] if part[0] in "123456"]
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_the_manager_reads_the_persons_name_where_the_person_reads_you(cycle, alice, bob):
    own, read = page_of(alice, cycle, alice.person), page_of(bob, cycle, alice.person)

    assert "You read this report, and so does Bob Baker. HR does not." in own
    assert "Alice Archer reads this report, and so does Bob Baker. HR does not." in read
    assert "you 4" in own
    assert "Alice Archer 4" in read
    main = read.partition("<main")[2].partition("</main>")[0]
    text = re.sub(r"<[^>]+>", " ", main).replace("shared with you", "")
    assert not re.search(r"\b(you|your|yourself)\b", text, re.IGNORECASE)


def test_the_download_has_a_name_and_stays_out_of_caches(cycle, alice):
    response = alice.get(f"/reports/{cycle.id}/{alice.person.id}.pdf")

    expected = f'attachment; filename="Full Circle {cycle.name} - Alice Archer.pdf"'
    assert response.headers["Content-Disposition"] == expected
    assert response.headers["Cache-Control"] == "no-store"
    assert response.mimetype == "application/pdf"
    pages = PdfReader(BytesIO(response.data)).pages
    assert "Alice Archer" in pages[0].extract_text()


def test_a_file_name_is_safe_on_every_system():
    assert SAMPLES["typical"]().file_name == "Full Circle 2026 Q3 - Alice Example.pdf"
    long = SAMPLES["extreme"]().file_name
    assert len(long) < 150
    assert not set('/\\:*?"<>|') & set(long)


def test_reading_is_logged_by_day_without_the_subject(cycle, alice, bob):
    bob.get(f"/reports/{cycle.id}/{alice.person.id}")
    bob.get(f"/reports/{cycle.id}/{alice.person.id}.pdf")

    entries = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id)).all()
    assert [entry.tag for entry in entries] == ["report:read", "report:downloaded"]
    for entry in entries:
        assert entry.actor_id == bob.person.id
        assert entry.details == {"cycle_id": cycle.id, "kind": "personal"}


def test_a_refused_reader_leaves_no_entry(cycle, alice, charlie):
    charlie.get(f"/reports/{cycle.id}/{alice.person.id}.pdf")

    assert db.session.scalars(select(AuditEntry)).all() == []


def comment() -> ReleasedComment:
    return db.session.get_one(ReleasedComment, ABUSIVE)


def report_comment(reader, cycle, subject, comment_id):
    page = f"/reports/{cycle.id}/{subject.id}"
    return reader.post(f"{page}/comments/report", {"comment": comment_id}, page=page)


def test_one_question_about_comments_stands_below_all_of_them(cycle, alice):
    page = page_of(alice, cycle, alice.person)

    assert page.count("Something is wrong with a comment") == 1
    assert page.count("/comments/report") == 1


def test_a_reader_reports_an_abusive_comment(cycle, alice):
    response = report_comment(alice, cycle, alice.person, ABUSIVE)

    assert response.status_code == 302
    assert comment().state is CommentState.REPORTED


def test_a_stranger_cannot_report_a_comment(cycle, alice, charlie):
    response = report_comment(charlie, cycle, alice.person, ABUSIVE)

    assert response.status_code == 403
    assert comment().state is CommentState.SHOWN


def test_a_comment_of_another_report_cannot_be_reported(cycle, alice):
    response = report_comment(alice, cycle, alice.person, "f" * 32)

    assert response.status_code == 404


def test_a_withheld_comment_is_nowhere(cycle, alice):
    comment().state = CommentState.WITHHELD
    db.session.commit()

    assert "Something abusive." not in page_of(alice, cycle, alice.person)


def test_the_list_names_the_quarters_and_people(cycle, alice, bob):
    make_report(bob.person)

    page = bob.get("/reports").get_data(as_text=True)

    assert cycle.name in page
    assert "Alice Archer" in page
    assert "You have no report yet" not in page


def test_in_a_long_list_people_are_found_by_name(cycle, alice, bob, monkeypatch):
    add_results(cycle, make_person(name="Zoe Zimmer"), reader=bob.person)
    short = bob.get("/reports").text
    monkeypatch.setattr(views, "MOST_LISTED", 1)

    long, found = bob.get("/reports").text, bob.get("/reports?q=zIMM").text

    assert alice.person.name in long
    assert "Zoe Zimmer" not in long
    assert "Zoe Zimmer" in found
    assert alice.person.name not in found
    assert "Nobody of that name" in bob.get("/reports?q=%25").text
    assert ['role="search"' in page for page in (short, long, found)] == [False, True, True]
    assert all("All 2 as ZIP" in page for page in (short, long, found))


def test_the_list_says_when_there_is_nothing_yet(charlie):
    assert "You have no report yet" in charlie.get("/reports").get_data(as_text=True)

"""Attack 19: names and words where nobody looks: properties of papers, mails, files, the log.

A detective collects everything that is printed and sent about one cycle, unpacks it and looks
for what could name a rater: names, addresses and numbers of people who are no business of that
paper, times, and the words of ballots that nobody sent.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from email import message_from_bytes
from functools import cached_property
from io import BytesIO
from urllib.parse import urlsplit

import pytest
from pypdf import PdfReader, PdfWriter
from sqlalchemy import select

from app.cycles.models import ReportReader
from app.domain.access import Actor
from app.infra import clock
from app.infra.audit import AuditEntry
from app.infra.db import db, transaction
from app.infra.mail import OutboxMail
from app.infra.mail_letters import Letter, as_bytes, mailbox
from app.pdf.engine.letterhead import PLAIN
from app.pdf.pages.personal import render
from app.people import export
from app.people.models import Person
from app.results.queries import personal_report
from tests.attacks.attacked_company import Stage

PAPERS = 3
"""So many reports are unpacked; all are made in the same way."""
TIMES = re.compile(r"D:\d{8,}|\d{2}:\d{2}:\d{2}|\d{4}-\d{2}-\d{2}T")
LINKS = re.compile(r"https?://[^\s\"'<>]+")
TRACKING = re.compile(r"<img|<link|url\(|\bsrc=", re.IGNORECASE)


@dataclass
class Paper:
    """A report as a file, whose it is, and who may be named in it: subject and reader."""

    subject_id: int
    content: bytes
    file_name: str
    known: frozenset[int]

    @cached_property
    def properties(self) -> str:
        """What a viewer shows beside the pages, the names of annotations and attachments too."""
        file = PdfReader(BytesIO(self.content))
        found = {**(file.metadata or {}), "XMP": file.xmp_metadata and file.xmp_metadata.stream}
        return " ".join(str(value) for value in found.values()) + str(list(file.attachments))

    @cached_property
    def words(self) -> str:
        return " ".join(page.extract_text() for page in PdfReader(BytesIO(self.content)).pages)


def papers_of(stage: Stage) -> list[Paper]:
    """Reports of some people as they download them."""
    made = []
    for subject_id in stage.people[3 : 3 + PAPERS]:
        report = personal_report(
            stage.cycle_id, subject_id, reader=Actor(subject_id), company="Example"
        )
        readers = select(ReportReader.reader_id).where(ReportReader.subject_id == subject_id)
        known = frozenset({subject_id, *db.session.scalars(readers)})
        made.append(Paper(subject_id, render(report, letterhead=PLAIN), report.file_name, known))
    return made


def strangers_in(paper: Paper, people: Iterable[Person]) -> set[str]:
    """Names and addresses in a paper's pages, properties and file name that are none of its own."""
    told = f"{paper.properties} {paper.file_name} {paper.words}"
    return {
        word
        for person in people
        if person.id not in paper.known
        for word in (person.name, person.email)
        if word in told
    }


def raters_found(papers: Iterable[Paper], people: list[Person]) -> float:
    """The share of papers that name anybody who rated."""
    named = [bool(strangers_in(paper, people)) for paper in papers]
    return sum(named) / len(named)


@pytest.fixture(scope="module", params=[25, 200])
def quarter(request, company):
    """A company after publishing, and some of its papers."""
    stage = company(request.param)
    with stage.on():
        people = list(db.session.scalars(select(Person)))
        papers = papers_of(stage)
        mails = list(db.session.scalars(select(OutboxMail)))
        db.session.expunge_all()
    return stage, people, papers, mails


def test_papers_name_nobody_who_rated(quarter, tell):
    stage, people, papers, _ = quarter

    told = tell(
        "19 a paper names a rater",
        people=stage.size,
        success=raters_found(papers, people),
        chance=0,
    )

    assert told.success == 0


def test_a_paper_that_carries_a_name_in_its_properties_is_caught(quarter, tell):
    stage, people, papers, _ = quarter
    marked = [Paper(p.subject_id, with_author(p, people[-1]), p.file_name, p.known) for p in papers]

    told = tell(
        "19 a paper names a rater",
        people=stage.size,
        success=raters_found(marked, people),
        chance=0,
        off=True,
    )

    assert told.success == 1
    assert TIMES.search(marked[0].properties)


def with_author(paper: Paper, rater: Person) -> bytes:
    """The same paper with a rater and a time in its properties, as careless software writes it."""
    writer = PdfWriter(clone_from=BytesIO(paper.content))
    writer.add_metadata({"/Keywords": rater.email, "/ModDate": "D:20260930181233Z"})
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def test_papers_hold_no_time_and_are_the_same_at_every_download(quarter):
    stage, _, papers, _ = quarter
    with stage.on():
        again = papers_of(stage)

    assert [paper.content for paper in papers] == [paper.content for paper in again]
    for paper in papers:
        # ReportLab writes a date of its own; it is always the same one.
        dates = set(TIMES.findall(paper.properties))
        assert len(dates) <= 1
        assert not re.search(r"\d{5,}", paper.file_name)


def test_words_of_ballots_that_nobody_sent_are_nowhere(quarter, tell):
    stage, _, papers, mails = quarter
    everything = [paper.words for paper in papers] + [mail.text + mail.html for mail in mails]
    with stage.on():
        everything += [str(entry.details) for entry in db.session.scalars(select(AuditEntry))]
        with transaction():
            everything.append(export.directory_file(by=None).decode())
    whole = re.sub(r"\s+", "", " ".join(everything))
    found = [text for text in stage.truth.canaries if re.sub(r"\s+", "", text) in whole]

    told = tell(
        "19 unsent words are found",
        people=stage.size,
        success=len(found) / len(stage.truth.canaries),
        chance=0,
    )

    assert stage.truth.canaries
    assert told.success == 0


def test_sent_words_are_found_by_the_same_search_in_their_own_report_only(quarter, tell):
    stage, _, papers, mails = quarter
    by_subject = {paper.subject_id: re.sub(r"\s+", "", paper.words) for paper in papers}
    sent = [
        (subject, re.sub(r"\s+", "", text))
        for rater in stage.truth.sent
        for subject, texts in stage.truth.ballots[rater].comments.items()
        for text in texts.values()
        if subject in by_subject
    ]
    found = [text in by_subject[subject] for subject, text in sent]

    tell(
        "19 unsent words are found",
        people=stage.size,
        success=sum(found) / len(found),
        chance=0,
        off=True,
    )

    assert all(found)
    for subject, text in sent:
        assert not any(text in words for other, words in by_subject.items() if other != subject)
        assert not any(text in re.sub(r"\s+", "", mail.text) for mail in mails)


def links_of(mails: Iterable[OutboxMail]) -> dict[str, list[str]]:
    """Subject of a mail -> the links in all mails with it, each set once per reader."""
    found: dict[str, list[str]] = {}
    for mail in mails:
        links = sorted(LINKS.findall(mail.text) + LINKS.findall(mail.html))
        # A first password has a link of its reader's own: nobody can have answered before it.
        links = [link for link in links if "/password/set/" not in link]
        found.setdefault(mail.subject, []).append(" ".join(links))
    return found


def test_mails_cannot_be_followed(quarter):
    stage, _, _, mails = quarter

    found = links_of(mails)

    assert len(found) >= 2, "an invitation and a word about the report"
    assert all(len(links) == stage.size for links in found.values())
    for subject, links in found.items():
        assert len(set(links)) == 1, f"{subject}: somebody has a link of their own"
        assert not any(urlsplit(link).query for link in links[0].split())
    assert not any(TRACKING.search(mail.html) for mail in mails)


def test_a_link_of_ones_own_is_caught(quarter):
    _, _, _, mails = quarter
    marked = [
        OutboxMail(subject=mail.subject, text=f"{mail.text} http://x.example/{n}", html=mail.html)
        for n, mail in enumerate(mails)
    ]

    assert all(len(set(links)) == len(links) for links in links_of(marked).values())


def test_a_mail_carries_no_header_of_ours_beyond_the_address(quarter):
    stage, _, _, mails = quarter
    with stage.on():
        box = mailbox(mails[0].name, mails[0].to)
        letter = Letter(1, box.address, box.name, "Subject", "Text", "HTML", message_id="0" * 32)
        whole = as_bytes(letter, sender=box, to=box, product="Full Circle", at=clock.now())

    usual = {"From", "To", "Subject", "Date", "Message-ID", "MIME-Version", "Content-Type"}
    assert set(message_from_bytes(whole).keys()) == usual | {"Auto-Submitted", "List-Id"}
    identities = {mail.message_id for mail in mails}
    assert len(identities) == len(mails), "each is random and tells nothing of its reader"
    assert all(re.fullmatch("[0-9a-f]{32}", one) for one in identities)


def test_nothing_in_the_log_holds_a_rater_with_a_subject_or_a_time(quarter):
    stage, _, _, _ = quarter
    with stage.on():
        entries = list(db.session.scalars(select(AuditEntry)))

    assert entries
    for entry in entries:
        numbers = {key for key in entry.details if key.endswith("_id")} - {"cycle_id"}
        assert numbers <= {"person_id", "questionnaire_id"}, entry.tag
        assert not ({"person_id", "cycle_id"} <= entry.details.keys()), entry.tag

"""Papers for the works council, by one button on a plan's page."""

from io import BytesIO

from pypdf import PdfReader

from app.domain.release.policy import ReleasePolicy
from tests.factories import make_company, make_cycle


def test_one_button_gives_every_paper_filled_from_the_plan(hanna):
    policy = ReleasePolicy(hr_sees_numbers_only=True, subject_reads_alone=True)
    cycle = make_cycle(make_company(12), policy_terms=policy.as_dict())
    address = f"/cycles/{cycle.id}/works-council.pdf"

    page = hanna.get(f"/cycles/{cycle.id}").get_data(as_text=True)
    answer = hanna.get(address)

    assert address in page
    assert answer.mimetype == "application/pdf"
    pages = PdfReader(BytesIO(answer.data)).pages
    text = " ".join(" ".join(page.extract_text() for page in pages).split())
    assert len(pages) == 6
    assert f"What happens in {cycle.name}" in text
    assert "12 people take part" in text
    assert "A report is read by the person alone" in text
    assert "Does good thing number 14." in text
    assert "1 ABR 48/13" in text

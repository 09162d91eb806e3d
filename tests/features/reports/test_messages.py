"""The mail about a shared plan: to its readers, once, with nothing of it."""

from sqlalchemy import select

from app.infra.db import db
from app.infra.mail import OutboxMail
from tests.features.reports.test_plan import SECRET, plan


def mails():
    return db.session.scalars(select(OutboxMail).where(OutboxMail.kind == "plan_shared")).all()


def test_who_may_read_a_plan_is_told_once_and_without_a_word_of_it(cycle, alice, bob):
    plan(alice, cycle, 3)
    assert mails() == []

    plan(alice, cycle, 3, is_shared="y")
    plan(alice, cycle, 3, is_shared="y", helper="Bob")
    plan(alice, cycle, 4, is_shared="y")

    (mail,) = mails()
    assert (mail.to, mail.is_personal) == (bob.person.email, True)
    assert f"/reports/{cycle.id}/{alice.person.id}#choose" in mail.text
    assert "Alice Archer" in mail.text
    assert SECRET not in mail.text + mail.html


def test_the_address_in_the_mail_leads_everybody_to_the_own_report(cycle, alice, charlie):
    address = f"/reports/{cycle.id}/own"

    assert alice.get(address).location.endswith(f"/reports/{cycle.id}/{alice.person.id}")
    assert charlie.get(address).location.endswith("/reports")

"""Who reads a personal report: the subject, the frozen readers, HR by the frozen policy."""

import pytest

from app.domain.cycle import CycleState
from app.infra.db import db
from tests.factories import make_person
from tests.features.reports.conftest import make_report


def pages_of(cycle, subject) -> tuple[str, str]:
    address = f"/reports/{cycle.id}/{subject.id}"
    return address, f"{address}.pdf"


def test_the_subject_reads_and_downloads_the_own_report(cycle, alice):
    for page in pages_of(cycle, alice.person):
        assert alice.get(page).status_code == 200


def test_the_manager_frozen_at_the_opening_reads_it(cycle, alice, bob):
    for page in pages_of(cycle, alice.person):
        assert bob.get(page).status_code == 200


def test_a_manager_who_came_after_the_opening_reads_nothing(cycle, alice, charlie):
    alice.person.manager_id = charlie.person.id
    db.session.commit()

    for page in pages_of(cycle, alice.person):
        assert charlie.get(page).status_code == 403


def test_the_old_manager_keeps_reading_what_was_announced(cycle, alice, bob):
    alice.person.manager_id = make_person().id
    db.session.commit()

    assert bob.get(pages_of(cycle, alice.person)[0]).status_code == 200


def test_a_stranger_reads_nothing(cycle, alice, charlie):
    for page in pages_of(cycle, alice.person):
        assert charlie.get(page).status_code == 403


def test_hr_reads_nothing_without_the_policy(cycle, alice, hanna):
    for page in pages_of(cycle, alice.person):
        assert hanna.get(page).status_code == 403


def test_hr_reads_as_a_reader_frozen_at_the_opening(alice, hanna):
    cycle = make_report(alice.person, reader=hanna.person, hr_reads=True)

    for page in pages_of(cycle, alice.person):
        assert hanna.get(page).status_code == 200


def test_whoever_joins_hr_later_reads_nothing_although_the_policy_lets_hr_read(alice, bob, hanna):
    cycle = make_report(alice.person, reader=bob.person, hr_reads=True)

    for page in pages_of(cycle, alice.person):
        assert hanna.get(page).status_code == 403
    assert alice.person.name not in hanna.get("/reports").text


@pytest.mark.parametrize("state", [CycleState.CLOSING, CycleState.CLOSED])
def test_nobody_reads_before_the_cycle_is_published(alice, bob, hanna, state):
    cycle = make_report(alice.person, reader=bob.person, state=state, hr_reads=True)

    for page in pages_of(cycle, alice.person):
        for reader in (alice, bob, hanna):
            assert reader.get(page).status_code == 403


def test_somebody_who_is_not_signed_in_is_sent_to_the_sign_in(cycle, alice, client):
    for page in pages_of(cycle, alice.person):
        response = client.get(page)

        assert response.status_code in {302, 401}
        assert b"colleagues answered" not in response.data


def test_a_report_that_does_not_exist_is_not_found(cycle, alice, bob):
    for page in (f"/reports/999/{alice.person.id}", f"/reports/{cycle.id}/{bob.person.id}"):
        assert alice.get(page).status_code in {403, 404}
        assert alice.get(f"{page}.pdf").status_code in {403, 404}


def test_the_list_shows_only_what_may_be_read(cycle, alice, bob, charlie, hanna):
    address = pages_of(cycle, alice.person)[0]

    assert address in alice.get("/reports").get_data(as_text=True)
    assert address in bob.get("/reports").get_data(as_text=True)
    assert address not in charlie.get("/reports").get_data(as_text=True)
    assert address not in hanna.get("/reports").get_data(as_text=True)

"""The first person of HR, where the directory is empty: from the settings, never afterwards."""

from dataclasses import replace

import pytest

from app import create_app
from app.infra.db import db
from app.infra.mail import OutboxMail
from app.people.models import Person
from tests.factories import make_person


@pytest.fixture
def settings(settings):
    return replace(settings, first_hr="Hanna Hill <hanna@example.com>")


def test_an_empty_directory_gets_the_first_person_of_hr_with_a_link(app):
    (hanna,) = db.session.query(Person).all()
    assert (hanna.name, hanna.email, hanna.is_hr) == ("Hanna Hill", "hanna@example.com", True)
    (mail,) = db.session.query(OutboxMail).filter_by(to="hanna@example.com").all()
    assert "/password/set/" in mail.text


def test_a_second_start_makes_nobody(app, settings):
    again = create_app(settings, testing=True)

    with again.app_context():
        assert db.session.query(Person).count() == 1
        db.session.remove()
        db.engine.dispose()


def test_in_a_directory_with_people_the_setting_means_nothing(app, settings):
    make_person(name="Somebody Else")
    db.session.delete(db.session.query(Person).filter_by(email="hanna@example.com").one())
    db.session.commit()

    again = create_app(settings, testing=True)

    with again.app_context():
        assert [one.name for one in db.session.query(Person)] == ["Somebody Else"]
        db.session.remove()
        db.engine.dispose()

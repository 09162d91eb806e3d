"""While a large import is taken back, nobody gets into an account that it is about."""

from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest
from sqlalchemy import select

from app.domain.errors import ReviewError
from app.infra import clock
from app.infra.db import db, transaction
from app.people import services
from app.people.account_ownership import hand_over
from app.people.imports import working
from app.people.large_import import ImportStage
from app.people.models import Person, SignInIdentity
from app.people.single_sign_on.knowing import refuse_leavers
from tests.browsing import Browser
from tests.features.people.large_lists import under_way
from tests.features.people.undone_lists import (
    import_the_list,
    kill_in,
    person,
    press,
    undos_in_the_log,
)

PATIENCE = 20
LOOKED = 8
"""The act after the second look, before anybody is given anything back."""


@pytest.fixture
def hr(app, large_lists):
    """HR after a large import, who has asked for taking it back."""
    import_the_list()
    browser = Browser(app, person("hanna"))
    press(browser)
    return browser


class TestNobodyGetsIn:
    @pytest.fixture(autouse=True)
    def _under_way(self, hr, monkeypatch):
        kill_in(LOOKED, monkeypatch, working.go_on)
        assert under_way().stage is ImportStage.UNDO_HELD

    def test_by_a_link_who_came_with_the_list(self, app):
        with transaction():
            token = services.give_link(person("nia"), by=None).rpartition("/")[2]

        answer = app.test_client().get(f"/password/set/{token}")

        assert answer.status_code == 409
        assert "A people list is being taken back. Please try again in a minute." in answer.text

    def test_by_a_link_whose_account_is_doubted(self, app):
        ada = db.session.scalars(select(Person).filter_by(email="ada@y.example")).one()
        assert ada.unproven_since is not None
        with transaction():
            token = services.give_link(ada, by=None).rpartition("/")[2]

        secret, chosen = app.config["SECRET_KEY"], "a long pass phrase of mine"
        with pytest.raises(ReviewError, match="being taken back"), transaction():
            services.set_password_by_link(token, chosen, secret=secret)

        db.session.refresh(ada)
        assert (ada.handed_over_on, ada.password_hash) == (None, None)

    def test_by_a_sign_in_provider_who_came_with_the_list(self):
        with pytest.raises(ReviewError, match="being taken back"):
            refuse_leavers(person("nia"))

    def test_but_everybody_else_does(self):
        gus = person("gus")
        with transaction():
            hand_over(gus)

        assert gus.password_by_link_on is not None


def test_closing_waits_for_whoever_is_getting_in(app, hr):
    is_in, may_end = Event(), Event()

    def get_in_slowly():
        with app.app_context(), transaction():
            hand_over(db.session.scalars(select(Person).filter_by(email="ada@y.example")).one())
            is_in.set()
            may_end.wait(PATIENCE)

    with ThreadPoolExecutor() as pool:
        slow = pool.submit(get_in_slowly)
        assert is_in.wait(PATIENCE)
        pool.submit(lambda: may_end.set() if not may_end.wait(0.5) else None)
        working.go_on()
        slow.result()

    assert under_way().stage is ImportStage.UNDO_REFUSED
    assert "Ada Ash has got in since" in under_way().refusal
    assert undos_in_the_log() == []


def test_it_is_refused_where_a_provider_knows_somebody_who_came(hr):
    linked = {"issuer": "i", "subject": "s", "linked_on": clock.now().date(), "mark": "m"}
    with transaction():
        db.session.add(SignInIdentity(person_id=person("kim").id, **linked))

    working.go_on()

    assert "Kim Ash" in under_way().refusal

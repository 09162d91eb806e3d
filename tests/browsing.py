"""A test client that behaves as a browser: it keeps cookies and takes CSRF tokens from pages."""

import hashlib
import re
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from itsdangerous import URLSafeTimedSerializer
from werkzeug.test import TestResponse

from app.infra import clock
from app.infra.db import db
from app.people.models import Person, session_id_of

TOKEN = re.compile(r'name="csrf_token"[^>]*?value="([^"]+)"')
COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)


def read(response: TestResponse) -> str:
    """A page without its comments: the padding there is random and may hold any number."""
    return COMMENT.sub("", response.get_data(as_text=True))


class Browser(FlaskClient):
    """Somebody in front of the app; `person` is who is signed in."""

    def __init__(self, app: Flask, person: Person | None = None) -> None:
        super().__init__(app, app.response_class, use_cookies=True)
        self._person = person
        self.gives_password = True
        """Whether forms that ask for a fresh password find one; else its age counts."""
        if person is not None:
            self.sign_in(person)

    @property
    def person(self) -> Person:
        """Who is signed in; a fault of the test when nobody is."""
        assert self._person is not None, "nobody is signed in here"
        return self._person

    def sign_in(self, person: Person) -> None:
        """Be `person` without paying for argon2; the sign-in page has tests of its own."""
        self._person = person
        with self.session_transaction() as session:
            session["_user_id"] = session_id_of(person.id, person.session_epoch, person.sign_outs)
            session["_fresh"] = True

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        """Make one request in an app context of its own, as a server does.

        What the test prepared is committed before; afterwards its objects show what the
        request left in the database.
        """
        kwargs.setdefault("buffered", True)
        if self.gives_password and kwargs.get("method") == "POST":
            self._give_password()
        db.session.commit()
        with self.application.app_context():
            response = super().open(*args, **kwargs)
        db.session.rollback()
        return response

    def post(
        self, url: str, data: Any = None, *, page: str | None = None, **rest: Any
    ) -> TestResponse:
        """Open the form's page (`page`, by default at the same address), then send the form."""
        token = self.token_of(page or url)
        if "json" in rest:
            rest["headers"] = {"X-CSRFToken": token} | dict(rest.get("headers") or {})
            return super().post(url, **rest)
        return super().post(url, data={"csrf_token": token} | dict(data or {}), **rest)

    def _give_password(self) -> None:
        """Have given the password just now, for forms that ask when that was."""
        with self.session_transaction() as session:
            if "_user_id" in session:
                session["password_at"] = int(clock.now().timestamp())

    def token_of(self, page: str) -> str:
        """The token in `page`; where no form may be seen, the one an intruder would bring along."""
        found = TOKEN.search(self.get(page).get_data(as_text=True))
        return found.group(1) if found else self.own_token()

    def own_token(self) -> str:
        """A token for the present session, without any page."""
        with self.session_transaction() as session:
            raw = session.setdefault("csrf_token", hashlib.sha256(b"intruder").hexdigest())
        key = self.application.secret_key
        assert isinstance(key, str)
        return str(URLSafeTimedSerializer(key, salt="wtf-csrf-token").dumps(raw))

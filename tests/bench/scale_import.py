"""Importing a large people list by the page, as HR does: upload, look, say yes; a job works."""

from io import BytesIO

from flask import Flask
from sqlalchemy import func, select

from app.infra.db import db
from app.people.models import Person
from tests.bench.calls import RefusedError
from tests.browsing import Browser


def import_by_page(app: Flask, content: bytes) -> None:
    """Let the whole list be imported.

    Raises RefusedError unless it was, and ImportError in an older commit, which has no such job.
    """
    from app.people.imports import working  # noqa: PLC0415
    from tests.features.people.form_of import form_of  # noqa: PLC0415

    hr = db.session.scalars(select(Person).where(Person.is_hr).order_by(Person.id).limit(1)).one()
    browser = Browser(app, hr)
    file = {"file": (BytesIO(content), "people.csv")}
    browser.post("/people/import", file, content_type="multipart/form-data")
    working.go_on()
    for answers in ({"answer.scope": "whole"}, {"act": "import"}):
        shown = form_of(browser.get("/people/import").text)
        browser.post("/people/import/check", shown | answers, page="/people/import")
        working.go_on()
    renamed = select(func.count()).where(Person.title.like("% again"))
    if not db.session.scalar(renamed):
        raise RefusedError(f"the list was not imported: {browser.get('/people/import').text}")

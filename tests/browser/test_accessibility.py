"""Every page of the app, for every role, in light, in dark and on a phone, seen by axe."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import product
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import BrowserContext, Page
from sqlalchemy import select

from app import create_app
from app.cli.demo_company import NORDLICHT
from app.cycles.models import Cycle
from app.domain.access import Actor
from app.domain.cycle import CycleState
from app.domain.reports.action_plan import Action, ActionMark
from app.infra import clock
from app.infra.db import db
from app.internal_services.models import InternalService
from app.lifecycle.preview import PAGES
from app.people import passwords, two_person_requests
from app.people.models import Person
from app.projects.models import Project
from app.questionnaires.models import Questionnaire
from app.questionnaires.services import draft_copy
from app.reports import bundling, services
from app.results.models import ReleasedComment
from app.results.queries import dossiers
from tests.browsing import Browser
from tests.conftest import make_settings
from tests.factories import make_cycle
from tests.serving import serving

pytestmark = [pytest.mark.browser, pytest.mark.slow]

NO_PAGE = {
    "static",
    "desk.company.logo",
    "desk.company.style",
    "desk.health",
    "desk.ready",
    "home.own_data.take",
    "reports.take_results",
    "reports.download",
    "reports.download_team",
    "reports.download_of_cycle",
    "reports.download_talk",
    "reports.download_talks",
    "lifecycle.council.papers",
    "reports.fetch_volume",
    "enps.download_board",
    "enps.take_figures",
    "operations.metrics",
    "people.export_file",
}
"""Addresses that answer with a file or with bare words."""
STRANGER = "stranger"
PLACES = {"employee": 6, "manager": 1, "hr": 5}
"""Where in the demo company they stand."""
HEIGHT = 900
TALL_AS_IT_IS = "document.documentElement.scrollHeight + 1"
EVERYTHING: dict[str, object] = {"resultTypes": ["violations", "incomplete"], "preload": False}
COLOURS = EVERYTHING | {"runOnly": ["color-contrast"]}
JUDGE = """async (options) => {
  const found = await axe.run(document, options);
  return ["violations", "incomplete"].flatMap((kind) => found[kind].flatMap((rule) =>
    rule.nodes.slice(0, 3).map((node) => `${kind}: ${rule.id} at ${node.target}`)));
}"""
"""Only what is wrong leaves the page: a whole verdict is a megabyte."""
SHAPES = """() => {
  const shape = (html) => html.replace(/<!--[^]*?-->/g, "").replace(/>[^<]+</g, ">x<")
    .replace(/ (href|action|value|name|content|src)="[^"]*"/g, "").replace(/[0-9]+/g, "0");
  const head = document.querySelector(".masthead").outerHTML;
  return [head, document.body.outerHTML.replace(head, "")].map(shape);
}"""
"""The menu and the rest of a page without its words: what axe looks at."""
OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
DOUBLE_TEXT = "document.documentElement.style.fontSize = '34px'"


@dataclass
class Stage:
    """The demo company, somebody of each role, and values for every address."""

    app: Flask
    people: dict[str, Person]
    values: dict[str, list[Any]]
    judged: set[str] = field(default_factory=set)
    """The shapes of menus and pages that axe has seen."""

    def addresses(self, role: str) -> Iterator[str]:
        """Every page that `role` may open."""
        browser = Browser(self.app, self.people.get(role))
        for rule in self.app.url_map.iter_rules():
            if rule.endpoint in NO_PAGE or "GET" not in (rule.methods or set()):
                continue
            names = sorted(rule.arguments)
            for chosen in product(*(self.values[name] for name in names)):
                with self.app.test_request_context():
                    values = dict(zip(names, chosen, strict=True))
                    address = self.app.url_for(rule.endpoint, **values)
                if browser.get(address).status_code == 200:
                    yield address


@pytest.fixture(scope="module")
def stage(tmp_path_factory, databases):
    folder = tmp_path_factory.mktemp("demo")
    with databases.lent(folder) as url:
        app = create_app(make_settings(folder, database_url=url), testing=True)
        with app.app_context():
            yield set_up(app)
            db.session.remove()
            db.engine.dispose()


def set_up(app: Flask) -> Stage:
    """The demo company, and something to see on every page."""
    filled = app.test_cli_runner().invoke(args=["demo", "fill"])
    assert filled.exit_code == 0, filled.output
    emails = {role: NORDLICHT[place].email for role, place in PLACES.items()}
    people = {
        role: db.session.scalars(select(Person).where(Person.email == email)).one()
        for role, email in emails.items()
    }
    everybody = db.session.scalars(select(Person)).all()
    draft = make_cycle(everybody, opens_at=clock.now())
    cycles = {
        cycle.state: cycle.id for cycle in db.session.scalars(select(Cycle).order_by(Cycle.id))
    }
    draft_copy(db.session.scalars(select(Questionnaire)).all()[0])
    db.session.commit()
    employee, manager = people["employee"], people["manager"]
    comment = select(ReleasedComment.id).where(
        ReleasedComment.subject_id == employee.id,
        ReleasedComment.cycle_id == cycles[CycleState.PUBLISHED],
    )
    link = passwords.Link(employee.id, employee.session_epoch, employee.links_given)
    values: dict[str, list[Any]] = {
        "cycle_id": [cycles[CycleState.PUBLISHED], cycles[CycleState.OPEN], draft.id],
        "subject_id": [employee.id, manager.id],
        "person_id": [employee.id],
        "comment_id": [db.session.scalars(comment).first()],
        "judgement": ["withhold"],
        "bundle_id": [bundle_asked_for(manager, cycles[CycleState.PUBLISHED])],
        "volume": [1],
        "manager_id": [manager.id],
        "department_id": [manager.department_id],
        "unit": [manager.department_id],
        "statement": [planned_by(employee, cycles[CycleState.PUBLISHED]), 4],
        "questionnaire_id": list(db.session.scalars(select(Questionnaire.id))),
        "number": [14],
        "service_id": list(db.session.scalars(select(InternalService.id))),
        "project_id": list(db.session.scalars(select(Project.id))),
        "name": list(PAGES),
        "request_id": [request.id for request in two_person_requests.all_open()],
        "token": [passwords.link_token(link, secret=app.config["SECRET_KEY"])],
    }
    return Stage(app, people, values)


def bundle_asked_for(manager: Person, cycle_id: int) -> int:
    """Reports that are being put together for somebody who belongs to the board as well."""
    manager.is_board = True
    bundle_id = bundling.ask(db.session.get_one(Cycle, cycle_id), reader_id=manager.id).id
    db.session.commit()
    return bundle_id


def planned_by(person: Person, cycle_id: int) -> int:
    """The statement that the person works on and lets the manager read about."""
    (found,) = dossiers(cycle_id, [person.id], reader=Actor(person.id))
    item = Action(
        3, "", "Listen first", "In meetings", "Tell Jo", "Jo", "They say so", date(2031, 1, 1)
    )
    services.save_marks(found.part, {(5, ActionMark.SURPRISE): True, (6, ActionMark.WORK_ON): True})
    services.save_action(found.part, replace(item, is_shared=True))
    db.session.commit()
    return item.statement


@pytest.fixture
def address(stage: Stage) -> Iterator[str]:
    """Where the demo company is served."""
    with serving(stage.app) as address:
        yield address


@pytest.fixture
def page(chromium: Chromium, address: str) -> Iterator[Page]:
    """A window as tall as any page."""
    context: BrowserContext = chromium.new_context(base_url=address)
    context.set_default_timeout(30_000)
    context.add_init_script(Axe().axe_script)
    yield context.new_page()
    context.close()


def look(page: Page, *, width: int, scheme: str = "light") -> None:
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]
    page.set_viewport_size({"width": width, "height": HEIGHT})


def see_all(page: Page) -> None:
    """axe cannot judge what a sticky bar may cover, so everything comes into view at once."""
    width = page.viewport_size["width"] if page.viewport_size else 0
    page.set_viewport_size({"width": width, "height": page.evaluate(TALL_AS_IT_IS)})


def judged(page: Page, options: Mapping[str, object]) -> list[str]:
    """What axe, which waits in the page, finds wrong there, and what it cannot judge."""
    found: list[str] = page.evaluate(JUDGE, options)
    return found


def seen_by_axe(page: Page) -> list[str]:
    """What axe finds wrong in three looks."""
    faults = []
    for name, width, scheme, options in (
        ("light", 1280, "light", EVERYTHING),
        ("dark", 1280, "dark", COLOURS),
        ("phone", 360, "light", EVERYTHING),
    ):
        look(page, width=width, scheme=scheme)
        see_all(page)
        faults += [f"{name}: {fault}" for fault in judged(page, options)]
    return faults


def sideways(page: Page) -> list[str]:
    """Where the page is wider than its window."""
    faults = []
    for width in (320, 360, 1280):
        look(page, width=width)
        faults += [f"{width} px scrolls sideways"] if page.evaluate(OVERFLOW) > 0 else []
    page.evaluate(DOUBLE_TEXT)
    faults += ["200 % text scrolls sideways"] if page.evaluate(OVERFLOW) > 0 else []
    return faults


@pytest.mark.parametrize("role", [STRANGER, *PLACES])
def test_no_page_has_a_fault_or_anything_left_to_judge(stage, page, address, role):
    if role != STRANGER:
        cookie = Browser(stage.app, stage.people[role]).get_cookie("session")
        assert cookie is not None
        page.context.add_cookies([{"name": "session", "value": cookie.value, "url": address}])

    found, seen = {}, 0
    for path in stage.addresses(role):
        page.goto(path)
        seen += 1
        shapes = set(page.evaluate(SHAPES))
        # What another role has seen with other words is not judged again.
        faults = [] if shapes <= stage.judged else seen_by_axe(page)
        stage.judged |= shapes
        if faults := faults + sideways(page):
            found[path] = faults

    assert found == {}
    assert seen >= (3 if role == STRANGER else 15)

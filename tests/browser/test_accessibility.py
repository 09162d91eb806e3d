"""Every page of the app, for every role, in light, in dark and on a phone, seen by axe."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from hashlib import sha256
from itertools import product
from pathlib import Path
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
from app.results.dossiers import dossiers
from app.results.models import ReleasedComment
from tests.browsing import Browser
from tests.conftest import make_settings
from tests.factories import make_cycle
from tests.serving import serving
from tests.shared_by_workers import of_this_run

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
    "unit_answers.take",
}
"""Addresses that answer with a file or with bare words."""
STRANGER = "stranger"
PARTS = {STRANGER: 1, "employee": 2, "manager": 2, "hr": 6}
"""Into how many tests the pages of a role are dealt, so that all workers share them."""
PLACES = {"employee": 6, "manager": 1, "hr": 5}
"""Where in the demo company they stand."""
HEIGHT = 900
TALL_AS_IT_IS = "document.documentElement.scrollHeight + 1"
ALIKE = 4
"""So many rows with the same markup are judged, and the last: one in two may be striped."""
EVERYTHING: dict[str, object] = {"resultTypes": ["violations", "incomplete"], "preload": False}
COLOURS = EVERYTHING | {"runOnly": ["color-contrast"]}
JUDGE = """async (options) => {
  const found = await axe.run(document, options);
  return ["violations", "incomplete"].flatMap((kind) => found[kind].flatMap((rule) =>
    rule.nodes.slice(0, 3).map((node) => `${kind}: ${rule.id} at ${node.target}`)));
}"""
"""Only what is wrong leaves the page: a whole verdict is a megabyte."""
BARE = """(html) => html.replace(/<!--[^]*?-->/g, "").replace(/>[^<]+</g, ">x<")
    .replace(/ (href|action|value|name|content|src)="[^"]*"/g, "").replace(/[0-9]+/g, "0")"""
SHAPES = f"""() => {{
  const bare = {BARE};
  const thin = (node) => {{
    const times = new Map();
    for (const child of [...node.children]) {{
      thin(child);
      const like = bare(child.outerHTML);
      times.set(like, (times.get(like) || 0) + 1);
      if (times.get(like) > {ALIKE} && child !== node.lastElementChild) child.remove();
    }}
  }};
  thin(document.body);
  const head = document.querySelector(".masthead").outerHTML;
  return [head, document.body.outerHTML.replace(head, "")].map(bare);
}}"""
"""The menu and the rest of a page without its words: what axe looks at.

Takes out of the page what stands there once more beside its like, such as the tenth row of a table.
"""
DOUBLED = """() => {
  const ids = [...document.querySelectorAll("[id]")].map((node) => node.id);
  return ids.filter((id, place) => ids.indexOf(id) < place);
}"""
OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
TEXT_SIZE = "(size) => (document.documentElement.style.fontSize = size)"
DOUBLE = "34px"


@dataclass(frozen=True)
class Shapes:
    """The shapes of menus and pages that axe has seen, in any worker of this run."""

    folder: Path

    def is_any_new(self, shapes: Iterable[str]) -> bool:
        """Whether one of these was not seen before; from now on they are."""
        return bool([shape for shape in shapes if self._is_new(shape)])  # each is noted

    def _is_new(self, shape: str) -> bool:
        try:
            (self.folder / sha256(shape.encode()).hexdigest()).touch(exist_ok=False)
        except FileExistsError:
            return False
        return True


@dataclass
class Stage:
    """The demo company, somebody of each role, and values for every address."""

    app: Flask
    people: dict[str, Person]
    values: dict[str, list[Any]]
    shapes: Shapes

    def addresses(self, role: str, part: int) -> Iterator[str]:
        """Every page that `role` may open, of those that fall to `part`."""
        browser = Browser(self.app, self.people.get(role))
        for address in list(self._all())[part :: PARTS[role]]:
            if browser.get(address).status_code == 200:
                yield address

    def _all(self) -> Iterator[str]:
        """The address of every page."""
        for rule in self.app.url_map.iter_rules():
            if rule.endpoint in NO_PAGE or "GET" not in (rule.methods or set()):
                continue
            names = sorted(rule.arguments)
            with self.app.test_request_context():
                for chosen in product(*(self.values[name] for name in names)):
                    values = dict(zip(names, chosen, strict=True))
                    yield self.app.url_for(rule.endpoint, **values)


@pytest.fixture(scope="module")
def stage(tmp_path_factory, databases):
    folder = tmp_path_factory.mktemp("demo")
    shapes = of_this_run(tmp_path_factory) / "shapes"
    shapes.mkdir(exist_ok=True)
    with databases.lent(folder) as url:
        app = create_app(make_settings(folder, database_url=url), testing=True)
        with app.app_context():
            yield set_up(app, Shapes(shapes))
            db.session.remove()
            db.engine.dispose()


def set_up(app: Flask, shapes: Shapes) -> Stage:
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
    return Stage(app, people, values, shapes)


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
    """A window in which axe waits."""
    context: BrowserContext = chromium.new_context(base_url=address, reduced_motion="reduce")
    context.set_default_timeout(30_000)
    context.add_init_script(Axe().axe_script)
    yield context.new_page()
    context.close()


def widen(page: Page, width: int, height: int = HEIGHT) -> None:
    page.set_viewport_size({"width": width, "height": height})


def judged(page: Page, options: Mapping[str, object]) -> list[str]:
    """What axe, which waits in the page, finds wrong there, and what it cannot judge.

    It cannot judge what a sticky bar may cover, so everything is in view at once.
    """
    found: list[str] = page.evaluate(JUDGE, options)
    return found


def faults_of(page: Page, *, is_new: Callable[[Iterable[str]], bool]) -> Iterator[str]:
    """What is wrong with the page where it stands; axe looks where its shapes are new."""
    yield from seen_whole(page)
    if is_new(page.evaluate(SHAPES)):
        yield from seen_by_axe(page)


def seen_whole(page: Page) -> Iterator[str]:
    """What is wrong with the page with everything on it: at each width, and in its names."""
    yield from (f"two parts are called {name}" for name in page.evaluate(DOUBLED))
    widen(page, 1280)
    yield from sideways(page, "1280 px")
    page.evaluate(TEXT_SIZE, DOUBLE)
    yield from sideways(page, "200 % text")
    page.evaluate(TEXT_SIZE, "")
    for width in (320, 360):
        widen(page, width)
        yield from sideways(page, f"{width} px")


def seen_by_axe(page: Page) -> Iterator[str]:
    """What axe finds wrong with the page, which is as wide as a phone when it comes here."""
    widen(page, 360, page.evaluate(TALL_AS_IT_IS))
    yield from (f"phone: {fault}" for fault in judged(page, EVERYTHING))
    widen(page, 1280)
    widen(page, 1280, page.evaluate(TALL_AS_IT_IS))
    yield from (f"light: {fault}" for fault in judged(page, EVERYTHING))
    page.emulate_media(color_scheme="dark")
    yield from (f"dark: {fault}" for fault in judged(page, COLOURS))
    page.emulate_media(color_scheme="light")


def sideways(page: Page, what: str) -> list[str]:
    """Whether the page is wider than its window."""
    return [f"{what} scrolls sideways"] if page.evaluate(OVERFLOW) > 0 else []


@pytest.mark.parametrize(
    ("role", "part"), [(role, n) for role in PARTS for n in range(PARTS[role])]
)
def test_no_page_has_a_fault_or_anything_left_to_judge(stage, page, address, role, part):
    if role != STRANGER:
        cookie = Browser(stage.app, stage.people[role]).get_cookie("session")
        assert cookie is not None
        page.context.add_cookies([{"name": "session", "value": cookie.value, "url": address}])

    found, seen = {}, 0
    for path in stage.addresses(role, part):
        page.goto(path)
        seen += 1
        # What another role has seen with other words is not judged again.
        if faults := list(faults_of(page, is_new=stage.shapes.is_any_new)):
            found[path] = faults

    assert found == {}
    assert seen >= (3 if role == STRANGER else 8)

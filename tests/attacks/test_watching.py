"""Attack 16: HR looks at every page it may open, all the time, beside the list of who has sent.

In a well-known survey tool an administrator who polls the official interface links 88 % of the
answers: every sender moves a live figure, and the move tells what they answered.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from pypdf import PdfReader
from sqlalchemy import select
from werkzeug.test import TestResponse

from app import create_app
from app.assignments.models import Participation
from app.ballots.queries import Review, keys_of, stored_ballot
from app.domain.ballot import Change, Comment, EnpsScore, Own, Rating
from app.domain.release import ReleasePolicy
from app.domain.scale import STATEMENTS
from app.infra import clock
from app.infra.db import db
from app.people.models import Person
from tests.attacks.stage import Truth, drawn
from tests.browsing import Browser
from tests.conftest import make_settings
from tests.factories import make_company
from tests.rounds import Answers, answer, close, open_cycle, publish

PEOPLE = 25
LIVE = "/live"
AFTER_ANOTHER = timedelta(minutes=3)
MARKUP = re.compile(r"<(?:script|style).*?</(?:script|style)>|<[^>]*>|\s+", re.DOTALL)
LABELLED = re.compile(r"([^\d]{1,24})(\d+(?:\.\d+)?)")
SENT = 0.55
"""How near to a whole number a worked-out answer must be: figures on a page are rounded."""

Look = dict[str, str]
"""What one look showed: the text of each page by its address."""
pytestmark = pytest.mark.slow


class Watcher:
    """HR's account, and everything it saw after every ballot."""

    def __init__(self, app: Flask, hr: Person, cycle_id: int, more: Sequence[str] = ()) -> None:
        self.browser = Browser(app, hr)
        self.pages = [*pages_of_hr(app, cycle_id), *more]
        self.looks: list[Look] = []

    def look(self) -> None:
        """Open every page and every paper once."""
        self.looks.append({page: text_in(self.browser.get(page)) for page in self.pages})


def text_in(answer: TestResponse) -> str:
    """The words and numbers of a page or a paper."""
    if answer.mimetype == "application/pdf":
        return " ".join(page.extract_text() for page in PdfReader(BytesIO(answer.data)).pages)
    return MARKUP.sub(" ", answer.data.decode("utf-8", "replace"))


def pages_of_hr(app: Flask, cycle_id: int) -> list[str]:
    """Every address without a person in it that HR may ask for; new pages are watched as well."""
    found = []
    with app.test_request_context():
        for rule in app.url_map.iter_rules():
            is_read = "GET" in (rule.methods or set()) and rule.arguments <= {"cycle_id"}
            if is_read and not rule.endpoint.startswith(("ballots.", "people.sign", "static")):
                given: dict[str, Any] = {"cycle_id": cycle_id} if rule.arguments else {}
                found.append(app.url_for(rule.endpoint, **given))
    return found


def figures(look: Look) -> dict[tuple[str, str], float]:
    """Every number on every page by its address and the words before it."""
    return {
        (page, label[-24:]): float(value)
        for page, text in look.items()
        for label, value in LABELLED.findall(text)
    }


def worked_out(looks: Sequence[Look]) -> list[int] | None:
    """What each sender answered, from a figure that is a running mean of 0-10; None without one.

    With the n-th sender a mean moves from a to b, so the answer was n·b - (n - 1)·a.
    """
    seen = [figures(look) for look in looks]
    for label in set.intersection(*(set(one) for one in seen)):
        means = [one[label] for one in seen]
        moves = [
            n * b - (n - 1) * a for n, (a, b) in enumerate(zip([0, *means], means, strict=False), 1)
        ]
        answers = [round(move) for move in moves]
        fits = all(abs(a - m) < SENT and 0 <= a <= 10 for a, m in zip(answers, moves, strict=True))
        if fits and len(set(answers)) > 2:
            return answers
    return None


def everything_of(truth: Truth, rater: int) -> Answers:
    """The ballot of `rater` as the changes that their pages would save."""
    ballot = truth.ballots[rater]

    def changes(_review: Review) -> list[Change]:
        ratings = [
            Rating(subject, number, value)
            for subject, values in ballot.answers.items()
            for number, value in enumerate(values, 1)
        ]
        words = [
            Comment(subject, kind, text)
            for subject, texts in ballot.comments.items()
            for kind, text in texts.items()
        ]
        own = [Own(number, ballot.own[number - 1]) for number in range(1, STATEMENTS + 1)]
        return [*ratings, *own, *words, EnpsScore(ballot.enps_score)]

    return changes


def watched_quarter(
    app: Flask, more: Sequence[str] = (), *, people: int = PEOPLE, seed: int = 16
) -> tuple[Watcher, Truth, int]:
    """One whole cycle in which HR, who reads all reports here, never looks away.

    What is answered follows `seed`; who sends when is always the same.
    """
    company = make_company(people)
    policy = ReleasePolicy(hr_reads_reports=True)
    cycle_id = open_cycle(company, policy_terms=policy.as_dict())
    ids = [person.id for person in company]
    asked = {one: [other for other in ids if other != one] for one in ids}
    truth = replace(drawn(asked, seed=seed), order=drawn(asked, seed=16).order)
    watcher, by_id = Watcher(app, company[1], cycle_id, more), {one.id: one for one in company}
    moment = clock.now()
    for rater in truth.order:
        moment += AFTER_ANOTHER
        with clock.travel(moment):
            answer(by_id[rater], everything_of(truth, rater))
            watcher.look()
    close(cycle_id)
    publish(cycle_id)
    watcher.look()
    return watcher, truth, cycle_id


def scores(truth: Truth) -> list[int]:
    return [truth.ballots[rater].enps_score or 0 for rater in truth.order]


def share_right(guessed: Sequence[object], true: Sequence[object]) -> float:
    return sum(a == b for a, b in zip(guessed, true, strict=True)) / len(true)


def authors_by_order(
    watcher: Watcher, truth: Truth, ids: Sequence[int], cycle_id: int
) -> tuple[float, float]:
    """How often "the n-th comment was written by the n-th who sent" is right, and by chance."""
    right = found = expected = 0
    for subject in ids:
        page = watcher.browser.get(f"/reports/{cycle_id}/{subject}").text
        shown = re.findall(r"canary-[0-9a-f]{16} says what nobody else would say", page)
        order = [one for one in truth.order if subject in truth.ballots[one].comments]
        found += len(shown)
        expected += bool(shown)  # of however many in a random order, one stands in its own place
        right += sum(truth.author_of[text] == by for text, by in zip(shown, order, strict=False))
    return right / found, expected / found


@dataclass
class Watched:
    """What HR had seen when the reports were out, and what is true."""

    pages: Sequence[str]
    looks: list[Look]
    truth: Truth
    comments: tuple[float, float]
    """How often the order of comments names their author, and by chance."""

    def without(self, page: str) -> list[Look]:
        """The same looks, had there not been `page`."""
        return [{one: text for one, text in look.items() if one != page} for look in self.looks]


@pytest.fixture(scope="module")
def watched(databases, tmp_path_factory) -> Watched:
    """One quarter of the company; a live figure, as other tools show it, is seen beside."""
    folder = tmp_path_factory.mktemp("watched")
    with databases.fresh(folder) as url:
        app = create_app(make_settings(folder, database_url=url), testing=True)
        app.add_url_rule(LIVE, view_func=live_mean)
        with app.app_context():
            watcher, truth, cycle_id = watched_quarter(app, more=[LIVE])
            ids = [one for one in truth.ballots if one != watcher.browser.person.id]
            comments = authors_by_order(watcher, truth, ids, cycle_id)
            db.session.remove()
            db.engine.dispose()
    return Watched(watcher.pages, watcher.looks[:-1], truth, comments)


def test_an_observer_of_every_page_links_nobody(watched, tell):
    true = scores(watched.truth)
    chance = Counter(true).most_common(1)[0][1] / len(true)
    found = worked_out(watched.without(LIVE))

    success = share_right(found, true) if found else chance
    told = tell(
        "16 HR polls every page: whose 0-10 answer", people=PEOPLE, success=success, chance=chance
    )

    assert len(watched.pages) > 12, "hardly anything was watched"
    assert told.success <= chance + 0.12


def test_the_order_of_sending_does_not_tell_who_wrote_a_comment(watched, tell):
    """Who wrote about a subject is known here; only who wrote which comment is asked."""
    success, chance = watched.comments

    told = tell(
        "16 HR polls every page: who wrote a comment", people=PEOPLE, success=success, chance=chance
    )

    assert told.success <= chance + 0.25


def test_with_a_live_figure_the_same_observer_links_everybody(watched, tell):
    true = scores(watched.truth)
    found = worked_out(watched.looks)

    assert found is not None
    told = tell(
        "16 HR polls every page: whose 0-10 answer",
        people=PEOPLE,
        success=share_right(found, true),
        chance=Counter(true).most_common(1)[0][1] / len(true),
        off=True,
    )
    assert told.success >= 0.88


def test_what_hr_sees_does_not_depend_on_what_is_answered(databases, tmp_path):
    """The same people send at the same minutes, with other answers: every page says the same."""
    seen = [looks_at_other_answers(databases, tmp_path / str(seed), seed=seed) for seed in (1, 2)]

    assert seen[0] == seen[1]


def looks_at_other_answers(databases, folder, *, seed: int) -> list[Look]:
    """All looks while a cycle is open, at fixed moments, with the ballots of `seed`."""
    folder.mkdir()
    with databases.fresh(folder) as url:
        app = create_app(make_settings(folder, database_url=url), testing=True)
        with app.app_context(), clock.travel(datetime(2031, 3, 3, 9, tzinfo=UTC)):
            watcher, _, _ = watched_quarter(app, people=8, seed=seed)
            db.session.remove()
            db.engine.dispose()
    return watcher.looks[:-1]


def live_mean() -> str:
    """The mean of the 0-10 answers so far."""
    rows = db.session.scalars(select(Participation).where(Participation.sent))
    given = [stored_ballot(keys_of(one.cycle_id), one.person_id).enps_score or 0 for one in rows]
    return f"average so far {sum(given) / len(given):.3f}" if given else "nobody yet"

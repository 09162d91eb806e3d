"""Attack 16: HR looks at every page it may open, all the time, beside the list of who has sent.

In a well-known survey tool an administrator who polls the official interface links 88 % of the
answers: every sender moves a live figure, and the move tells what they answered.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from pypdf import PdfReader
from sqlalchemy import select, update
from werkzeug.test import TestResponse

from app.assignments.models import Participation
from app.ballots.models import SealedBallot
from app.ballots.queries import Review, keys_of, stored_ballot
from app.domain.ballot.document import Change, Comment, EnpsScoreChange, Own, Rating
from app.domain.ballot.encoding import encode
from app.domain.release.policy import ReleasePolicy
from app.domain.scale import STATEMENTS
from app.infra import clock
from app.infra.db import db, transaction
from app.people.models import Person
from tests.attacks.attacked_company import Stage, Truth, drawn
from tests.browsing import Browser
from tests.conftest import make_settings
from tests.nightly_sizes import SIZES
from tests.whole_cycles import Answers, answer

WATCHED = 12
"""So many send one after the other while HR looks; the others have sent before."""
NOTED = "/people/export.csv"
"""HR's own downloads are acts in the log, which it sees as well."""
READ = 25
"""So many people's reports HR reads afterwards, for their comments."""
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
        self.refused = {page for page in self.pages if self.browser.get(page).status_code >= 400}
        self.looks: list[Look] = []

    def look(self, *, but_for: str = "") -> Look:
        """Open every page and every paper once that is not refused while the cycle is open."""
        wanted = [page for page in self.pages if page not in self.refused and page != but_for]
        self.looks.append({page: text_in(self.browser.get(page)) for page in wanted})
        return self.looks[-1]


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


def worked_out(looks: Sequence[Look], *, before: int) -> list[int] | None:
    """What each sender answered, from a figure that is a running mean of 0-10; None without one.

    With the n-th sender a mean moves from a to b, so the answer was n·b - (n - 1)·a. Of the first
    one after `before` others the mean before was not seen; the one after is taken for it.
    """
    still = {page for page, text in looks[0].items() if all(one[page] == text for one in looks)}
    seen = [figures({page: look[page] for page in look.keys() - still}) for look in looks]
    for label in set.intersection(*(set(one) for one in seen)):
        means = [one[label] for one in seen]
        starts = [means[0] if before else 0, *means]
        moves = [
            n * b - (n - 1) * a
            for n, (a, b) in enumerate(zip(starts, means, strict=False), before + 1)
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
        return [*ratings, *own, *words, EnpsScoreChange(ballot.enps_score)]

    return changes


def other_answers(stage: Stage, *, but_for: int) -> None:
    """Let everybody who has sent have answered something else, HR's own account excepted."""
    keys, others = keys_of(stage.cycle_id), drawn(stage.asked, seed=stage.seed + 1).ballots
    theirs = {keys.locator(one): one for one in stage.asked if one != but_for}
    with transaction():
        for (place,) in db.session.execute(select(SealedBallot.locator)).all():
            if place in theirs:
                ballot = replace(others[theirs[place]], sent=True, saves=9)
                box = keys.seal(place, encode(ballot))
                where = update(SealedBallot).where(SealedBallot.locator == place)
                db.session.execute(where.values(sealed=box))


def share_right(guessed: Sequence[object], true: Sequence[object]) -> float:
    return sum(a == b for a, b in zip(guessed, true, strict=True)) / len(true)


def authors_by_order(watcher: Watcher, stage: Stage) -> tuple[float, float]:
    """How often "the n-th comment was written by the n-th who sent" is right, and by chance."""
    truth, right, found, expected = stage.truth, 0, 0, 0
    for subject in [one for one in stage.people if one != watcher.browser.person.id][:READ]:
        page = watcher.browser.get(f"/reports/{stage.cycle_id}/{subject}").text
        shown = re.findall(r"canary-[0-9a-f]{16} says what nobody else would say", page)
        order = [one for one in truth.sent if subject in truth.ballots[one].comments]
        found += len(shown)
        expected += bool(shown)  # of however many in a random order, one stands in its own place
        right += sum(truth.author_of[text] == by for text, by in zip(shown, order, strict=False))
    return right / found, expected / found


@dataclass
class Watched:
    """What HR had seen when the reports were out, and what is true."""

    people: int
    pages: Sequence[str]
    looks: list[Look]
    """After each of those who sent one by one."""
    before: int
    """How many had sent earlier: HR sees that."""
    scores: list[int]
    """What each of them really answered."""
    changed: tuple[Look, Look]
    """Before and after everybody's answers were exchanged, at the same minute."""
    comments: tuple[float, float]
    """How often the order of comments names their author, and by chance."""

    @property
    def chance(self) -> float:
        return Counter(self.scores).most_common(1)[0][1] / len(self.scores)

    def without(self, page: str) -> list[Look]:
        """The same looks, had there not been `page`."""
        return [{one: text for one, text in look.items() if one != page} for look in self.looks]


@pytest.fixture(scope="module", params=SIZES)
def watched(request, databases, tmp_path_factory) -> Watched:
    """A quarter in which HR, who reads all reports here, never looks away towards its end.

    A live figure, as other tools show it, is seen beside.
    """
    folder = tmp_path_factory.mktemp("watched")
    with databases.fresh(folder) as url:
        stage = Stage(request.param, make_settings(folder, database_url=url))
        stage.app.add_url_rule(LIVE, view_func=live_mean)
        with stage.on():
            return watch(stage)


def watch(stage: Stage) -> Watched:
    stage.plan(copied=False, policy_terms=ReleasePolicy(hr_reads_reports=True).as_dict())
    stage.open(is_told=stage.size == SIZES[0])  # a page with hundreds of mails takes long
    order = [one for one in stage.truth.order if stage.truth.ballots[one].sent]
    stage.truth.order = order  # whoever never sends moves no figure
    last = order[-WATCHED:]
    stage.answer(last=len(order) - len(last))
    hr = db.session.get_one(Person, stage.people[1])
    watcher, moment = Watcher(stage.app, hr, stage.cycle_id, [LIVE]), clock.now()
    for rater in last:
        moment += AFTER_ANOTHER
        with clock.travel(moment):
            answer(db.session.get_one(Person, rater), everything_of(stage.truth, rater))
            watcher.look()
    looks, changed = list(watcher.looks), both_ways(stage, watcher, moment)
    assert all(watcher.browser.get(page).status_code >= 400 for page in watcher.refused)
    stage.close()
    stage.count()
    stage.publish()
    return Watched(
        people=stage.size,
        pages=sorted(changed[0]),
        looks=looks,
        before=len(order) - len(last),
        scores=[stage.truth.ballots[rater].enps_score or 0 for rater in last],
        changed=changed,
        comments=authors_by_order(watcher, stage),
    )


def both_ways(stage: Stage, watcher: Watcher, moment: datetime) -> tuple[Look, Look]:
    """What HR sees at `moment`, and what it would see had everybody answered otherwise."""
    as_sent = db.session.execute(select(SealedBallot.locator, SealedBallot.sealed)).all()
    with clock.travel(moment):
        truly = watcher.look(but_for=NOTED)
        other_answers(stage, but_for=watcher.browser.person.id)
        otherwise = watcher.look(but_for=NOTED)
        otherwise[NOTED] = watcher.browser.get(NOTED).text
    with transaction():
        for place, box in as_sent:
            where = update(SealedBallot).where(SealedBallot.locator == place)
            db.session.execute(where.values(sealed=box))
    with clock.travel(moment):
        truly[NOTED] = watcher.browser.get(NOTED).text
    return truly, otherwise


def test_an_observer_of_every_page_links_nobody(watched, tell):
    found = worked_out(watched.without(LIVE), before=watched.before)

    success = share_right(found, watched.scores) if found else watched.chance
    told = tell(
        "16 HR polls every page: whose 0-10 answer",
        people=watched.people,
        success=success,
        chance=watched.chance,
    )

    assert len(watched.pages) > 12, "hardly anything was watched"
    assert told.success <= watched.chance + 0.12


def test_the_order_of_sending_does_not_tell_who_wrote_a_comment(watched, tell):
    """Who wrote about a subject is known here; only who wrote which comment is asked."""
    success, chance = watched.comments

    told = tell(
        "16 HR polls every page: who wrote a comment",
        people=watched.people,
        success=success,
        chance=chance,
    )

    assert told.success <= chance + 0.25


def test_with_a_live_figure_the_same_observer_links_everybody(watched, tell):
    found = worked_out(watched.looks, before=watched.before)

    assert found is not None
    told = tell(
        "16 HR polls every page: whose 0-10 answer",
        people=watched.people,
        success=share_right(found, watched.scores),
        chance=watched.chance,
        off=True,
    )
    assert told.success >= 0.88


def test_what_hr_sees_does_not_depend_on_what_is_answered(watched):
    """The same people have sent at the same minutes, with other answers: no page differs."""
    truly, otherwise = watched.changed

    assert {page for page in truly if truly[page] != otherwise[page]} == {LIVE}


def live_mean() -> str:
    """The mean of the 0-10 answers so far."""
    rows = list(db.session.scalars(select(Participation).where(Participation.sent)))
    keys = keys_of(rows[0].cycle_id) if rows else None
    given = [stored_ballot(keys, one.person_id).enps_score or 0 for one in rows if keys]
    return f"average so far {sum(given) / len(given):.5f}" if given else "nobody yet"

"""How fast somebody answers, and when a nudge is due; kept in their own signed session only.

The session holds one average and the names of nudged pages. No time of any answer is kept,
and nothing of this reaches the database.
"""

import re
from typing import Final, TypedDict, cast

from flask import request, session
from itsdangerous import BadSignature, Signer

from app.ballots.forms import Posted
from app.ballots.queries import Review
from app.domain.ballot import nudges
from app.domain.ballot.document import Comment, Own, Rating
from app.domain.ballot.wording import WrittenComment, wording_nudge
from app.domain.errors import StalePageError
from app.domain.pairing.load import SECONDS_PER_RATING
from app.infra import clock
from app.infra.settings import settings
from app.people.guard import my_account

SETTLED: Final = 8
"""So many ratings have to be seen before the own pace is believed."""
LONGEST_RATING: Final = 30.0
"""A page left lying says nothing about a pace."""
WORDS: Final = "words"
"""Under which name the session remembers that comments were asked about."""
MEMORY: Final = 100
"""Ratings that count towards the pace; older ones fade."""


class FillIn(TypedDict):
    """What the session holds: the cycle, seconds and ratings of the pace, and nudged pages."""

    cycle: int
    pace: list[float]
    nudged: list[str]


def stamp(review: Review) -> str:
    """The moment a page is made, signed for its rater; the page carries it, nothing keeps it."""
    return _signer(review).sign(str(int(clock.now().timestamp() * 1000))).decode()


def _signer(review: Review) -> Signer:
    owner = f"shown:{review.cycle.id}:{review.person_id}"
    return Signer(settings().secret_key, salt=owner)


def seconds_on_page(review: Review) -> float | None:
    """Seconds since the posted page was made; None when it does not say.

    Raises StalePageError for a page that was made for somebody else or another cycle.
    """
    shown = request.form.get("shown") if request.method == "POST" else None
    if not shown:
        return None
    try:
        made = float(_signer(review).unsign(shown))
    except BadSignature:
        raise StalePageError(
            "This page was made for another person or another review, so nothing of it was saved. "
            "Please open your own."
        ) from None
    return max(0.0, clock.now().timestamp() - made / 1000)


def seconds_per_rating(review: Review) -> float:
    """The rater's own pace, or what people need on average before there is one."""
    kept = _kept(review)
    seconds, ratings = kept["pace"]
    return seconds / ratings if ratings >= SETTLED else SECONDS_PER_RATING


def note_pace(review: Review, posted: Posted, seconds: float | None) -> None:
    """Let a page's answers count towards the pace, unless it was left lying."""
    answered = len(_answers(posted))
    if seconds is None or not answered or seconds > answered * LONGEST_RATING:
        return
    kept = _kept(review)
    before, ratings = kept["pace"]
    fading = min(1.0, MEMORY / (ratings + answered))
    pace = [round((before + seconds) * fading, 1), round((ratings + answered) * fading, 1)]
    session["fill_in"] = {**kept, "pace": pace}


def due_nudge(review: Review, posted: Posted, seconds: float | None) -> str:
    """One sentence to ask before this page is left, or nothing.

    Each page of ratings is asked about once, and comments of all pages together once.
    """
    kept = _kept(review)
    asked = kept["nudged"]
    key, sentence = request.path, ""
    if key not in asked and len(asked) - (WORDS in asked) < nudges.MOST_NUDGES:
        sentence = _rating_nudge(review, posted, seconds)
    if not sentence and WORDS not in asked:
        key, sentence = WORDS, _wording_nudge(review, posted)
    if sentence:
        session["fill_in"] = {**kept, "nudged": [*asked, key]}
    return sentence


def _kept(review: Review) -> FillIn:
    kept = cast("FillIn | None", session.get("fill_in"))
    if kept and kept["cycle"] == review.cycle.id:
        return kept
    return FillIn(cycle=review.cycle.id, pace=[0, 0], nudged=[])


def _answers(posted: Posted) -> list[Rating | Own]:
    """What was newly answered on the page."""
    return [
        change
        for change in posted.changes
        if isinstance(change, Rating | Own) and change.value is not None
    ]


def _rating_nudge(review: Review, posted: Posted, seconds: float | None) -> str:
    chosen = [int(text) for name, text in posted.typed.items() if re.fullmatch(r"[ros]\d+", name)]
    if nudges.is_uniform(chosen):
        return nudges.SAME_ANSWER
    answers = _answers(posted)
    if seconds is not None and nudges.is_hasty(seconds, [_read(review, one) for one in answers]):
        return nudges.QUICK
    return ""


def _read(review: Review, answer: Rating | Own) -> str:
    """What has to be read for one answer: a colleague's name, or a statement about oneself."""
    if isinstance(answer, Own):
        return review.statements[answer.statement - 1].text
    return review.names[answer.subject_id]


def _wording_nudge(review: Review, posted: Posted) -> str:
    """What to ask about the comments that were changed on the page."""
    me = my_account()
    people = {number: nudges.NamedPerson(name) for number, name in review.names.items()}
    called = {colleague.person_id: colleague.name for colleague in review.colleagues}
    written = (
        WrittenComment(people[one.subject_id], called[one.subject_id], one.kind, one.text)
        for one in posted.changes
        if isinstance(one, Comment)
    )
    rater = nudges.NamedPerson(me.name, me.email)
    return wording_nudge(written, rater=rater, others=list(people.values()))

"""Believable answers for invented people: traits that last, moods that pass, plain words."""

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from typing import Final

from app.ballots.queries import Colleague, Review
from app.domain.ballot import (
    Change,
    Comment,
    EnpsComment,
    EnpsReasons,
    EnpsScore,
    Own,
    Rating,
)
from app.domain.scale import NOT_OBSERVED, OPTIONS, STATEMENTS

USUAL: Final = 3.75
KEEP_SHARE, TRY_SHARE, ENPS_COMMENT_SHARE = 0.3, 0.22, 0.35
FAR_NOT_OBSERVED, NEAR_NOT_OBSERVED = 0.14, 0.03


@dataclass(frozen=True)
class Character:
    """How somebody comes across on each statement, how strictly they rate, how they feel here."""

    seen_as: tuple[float, ...]
    generosity: float
    self_view: float
    loyalty: float


def characters(ids: Sequence[int], *, random: Random) -> dict[int, Character]:
    """Draw everybody's lasting character."""
    drawn = {}
    for person_id in ids:
        overall = random.gauss(USUAL, 0.32)
        drawn[person_id] = Character(
            seen_as=tuple(overall + random.gauss(0, 0.5) for _ in range(STATEMENTS)),
            generosity=random.gauss(0, 0.3),
            self_view=random.gauss(0.15, 0.45),
            loyalty=random.gauss(7.9, 1.6),
        )
    return drawn


def answers(
    review: Review, cast: dict[int, Character], *, quarter: int, random: Random, share: float = 1.0
) -> list[Change]:
    """What this rater answers in one quarter; `share` of the statements when not finished."""
    rater = cast[review.person_id]
    last = max(1, round(STATEMENTS * share))
    own_team = review.colleagues[0].team if review.colleagues else ""
    changes: list[Change] = [
        Own(n, _option(rater.seen_as[n - 1] + rater.self_view + random.gauss(0, 0.4)))
        for n in range(1, STATEMENTS + 1)
    ]
    for colleague in review.colleagues:
        seen = cast[colleague.person_id].seen_as
        bond = random.gauss(rater.generosity, 0.35)
        missing = NEAR_NOT_OBSERVED if colleague.team == own_team else FAR_NOT_OBSERVED
        for n in range(1, last + 1):
            drift = 0.12 * quarter if (colleague.person_id + n) % 9 == 0 else 0.0
            felt = seen[n - 1] + drift + bond + random.gauss(0, 0.55)
            value = NOT_OBSERVED if random.random() < missing else _option(felt)
            changes.append(Rating(colleague.person_id, n, value))
    if share >= 1.0:
        changes += _words(review, random=random)
        changes += _enps(review, rater, random=random)
    return changes


def _option(felt: float) -> int:
    return min(OPTIONS, max(1, round(felt)))


def _words(review: Review, *, random: Random) -> list[Change]:
    comments: list[Change] = []
    for colleague in review.colleagues:
        if random.random() < KEEP_SHARE:
            comments.append(
                Comment(colleague.person_id, "keep", _said(KEEP_DOING, review, colleague))
            )
        if random.random() < TRY_SHARE:
            words = _said(TRY_NEXT, review, colleague)
            comments.append(Comment(colleague.person_id, "try", words))
    return comments


def _said(sentences: Sequence[str], review: Review, colleague: Colleague) -> str:
    """A sentence that few other raters of the same colleague use."""
    return sentences[(review.person_id + 5 * colleague.person_id) % len(sentences)]


def _enps(review: Review, rater: Character, *, random: Random) -> list[Change]:
    score = min(10, max(0, round(random.gauss(rater.loyalty, 0.9))))
    reasons = random.sample(list(review.cycle.reasons), k=random.randint(1, 3))
    changes: list[Change] = [EnpsScore(score), EnpsReasons(tuple(reasons))]
    if random.random() < ENPS_COMMENT_SHARE:
        words = PRAISE if score >= 9 else MIXED if score >= 7 else WISHES
        changes.append(EnpsComment(random.choice(words)))
    return changes


KEEP_DOING: Final = (
    "Your handovers are so complete that nobody has to call you back. Please keep that up.",
    "You ask the question that everybody else was afraid to ask.",
    "When a customer is upset you stay calm and find the next step.",
    "You say early when a date is in danger, so we can still do something about it.",
    "The short notes you write after every meeting save all of us time.",
    "You explain difficult things without making anybody feel slow.",
    "Thank you for taking the night call in March without being asked twice.",
    "You finish what you start, down to the last open ticket.",
    "You admit a mistake in one sentence and then fix it. That makes it easy for others too.",
    "New colleagues go to you first, and that says a lot.",
    "You listen to the end before you answer.",
    "Your checklists have made our releases quiet events.",
    "You keep promises even when they turn out larger than thought.",
    "You notice when somebody has too much on the table and offer a hand.",
    "You disagree openly and politely, and the decision gets better.",
    "Your reviews are thorough and kind at the same time.",
)
TRY_NEXT: Final = (
    "Bring us in earlier: a rough draft on Monday helps more than a finished one on Friday.",
    "Say no more often. Some of your evenings could have been ours to share.",
    "Write down how you do the monthly run, so that somebody can stand in for you.",
    "Let others finish their thought before you offer the solution.",
    "Tell us sooner when you are stuck; we would like to help.",
    "Join a few customer calls: it would change some of your priorities.",
    "Give more of your own opinion in the planning round.",
    "Try to answer open questions within a day, even if the answer is “later”.",
    "Share what you learned at the conference with the whole team.",
    "Ask for feedback after a project, not only at its end.",
    "Leave a little slack in your estimates.",
    "Explain the reason behind a change before the change arrives.",
)
PRAISE: Final = (
    "I can decide things myself here, and people help when I ask.",
    "Good colleagues, honest talk, interesting customers.",
    "I have learned more this year than in the three before.",
)
MIXED: Final = (
    "I like the team. The tools could be faster.",
    "Good place to work, although the last quarter was too full.",
    "Interesting work; I would like to know where my path leads.",
)
WISHES: Final = (
    "Too many things are urgent at the same time.",
    "Decisions take long and reach us late.",
    "The pay does not follow the responsibility.",
)

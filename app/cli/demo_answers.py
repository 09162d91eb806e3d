"""Believable answers for invented people: traits that last, moods that pass, plain words."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from random import Random
from typing import Final

from app.ballots.queries import Review
from app.cli.demo_plans import seen_more_often
from app.cli.demo_questions import about_departments
from app.cli.demo_services import about_services
from app.domain.ballot.document import (
    Change,
    Comment,
    EnpsCommentChange,
    EnpsReasonsChange,
    EnpsScoreChange,
    FurtherAnswer,
    Own,
    Rating,
)
from app.domain.ballot.focus import FocusAnswer
from app.domain.enps.direct import DIRECT, DirectComparison
from app.domain.scale import NOT_OBSERVED, OPTIONS, STATEMENTS

USUAL: Final = 3.75
KEEP_SHARE, TRY_SHARE, ENPS_COMMENT_SHARE = 0.3, 0.22, 0.35
FAR_NOT_OBSERVED, NEAR_NOT_OBSERVED = 0.14, 0.03
STEADY_EVERY, STEADY_PLACE, STEADY_SHARE = 6, 4, 0.2
STRIDE: Final = 7
"""Divides no list of sentences, so that every one has its turn."""


@dataclass(frozen=True)
class Character:
    """How somebody comes across on each statement, how strictly they rate, how they feel here."""

    seen_as: tuple[float, ...]
    generosity: float
    self_view: float
    loyalty: float


@dataclass(frozen=True)
class Cast:
    """Everybody's lasting character by person id, and whose turn each sentence is."""

    characters: dict[int, Character]
    turns: Counter[tuple[int, str]] = field(default_factory=Counter)
    """How many sentences of a kind, named by its first one, were said to somebody so far.

    Of a quarter it is minus one, minus two and so on in place of somebody's id.
    """

    def say(self, sentences: Sequence[str], *, to: int = 0) -> str:
        """A sentence that person `to`, or with 0 the company, has not read until all had a turn."""
        said = self.turns[to, sentences[0]]
        self.turns[to, sentences[0]] += 1
        return sentences[(5 * to + STRIDE * said) % len(sentences)]

    def say_once(self, sentences: Sequence[str], *, quarter: int) -> str:
        """A sentence that nobody has said in this quarter; empty when none is left."""
        turn = (-1 - quarter, sentences[0])
        self.turns[turn] += 1
        return sentences[self.turns[turn] - 1] if self.turns[turn] <= len(sentences) else ""


def cast_of(ids: Sequence[int], *, random: Random) -> Cast:
    """Draw everybody's lasting character."""
    drawn = {}
    for place, person_id in enumerate(ids):
        # Some are seen much the same in everything they do: their reports find nothing clear.
        share = STEADY_SHARE if place % STEADY_EVERY == STEADY_PLACE else 1.0
        overall = USUAL + share * random.gauss(0, 0.32)
        drawn[person_id] = Character(
            seen_as=tuple(overall + share * random.gauss(0, 0.5) for _ in range(STATEMENTS)),
            generosity=random.gauss(0, 0.3),
            self_view=share * random.gauss(0.15, 0.45),
            loyalty=random.gauss(7.9, 1.6),
        )
    return Cast(drawn)


def answers(
    review: Review, cast: Cast, *, quarter: int, random: Random, share: float = 1.0
) -> list[Change]:
    """What this rater answers in one quarter; `share` of the statements when not finished."""
    rater = cast.characters[review.person_id]
    last = max(1, round(STATEMENTS * share))
    own_team = review.colleagues[0].team if review.colleagues else ""
    changes: list[Change] = [
        Own(n, _option(rater.seen_as[n - 1] + rater.self_view + random.gauss(0, 0.4)))
        for n in range(1, STATEMENTS + 1)
    ]
    for colleague in review.colleagues:
        seen = cast.characters[colleague.person_id].seen_as
        bond = random.gauss(rater.generosity, 0.35)
        missing = NEAR_NOT_OBSERVED if colleague.team == own_team else FAR_NOT_OBSERVED
        for n in range(1, last + 1):
            drift = 0.12 * quarter if (colleague.person_id + n) % 9 == 0 else 0.0
            felt = seen[n - 1] + drift + bond + random.gauss(0, 0.55)
            value = NOT_OBSERVED if random.random() < missing else _option(felt)
            changes.append(Rating(colleague.person_id, n, value))
    if share >= 1.0:
        changes += [
            FocusAnswer(subject, number, seen_more_often(review.person_id, subject))
            for subject, numbers in review.focus.items()
            for number in numbers
        ]
        changes += _words(review, cast, random=random)
        changes += about_services(
            review, partial(cast.say_once, quarter=quarter), quarter=quarter, random=random
        )
        changes += about_departments(review, quarter=quarter, random=random)
        changes += _enps(review, cast, random=random)
    return changes


def _option(felt: float) -> int:
    return min(OPTIONS, max(1, round(felt)))


def _words(review: Review, cast: Cast, *, random: Random) -> list[Change]:
    comments: list[Change] = []
    for number in (colleague.person_id for colleague in review.colleagues):
        if random.random() < KEEP_SHARE:
            comments.append(Comment(number, "keep", cast.say(KEEP_DOING, to=number)))
        if random.random() < TRY_SHARE:
            comments.append(Comment(number, "try", cast.say(TRY_NEXT, to=number)))
    return comments


def _compared(score: int, person_id: int) -> DirectComparison:
    """Most of the content have become more so; some of the others less."""
    if score >= 8 and person_id % 4:
        return DirectComparison.MORE
    return DirectComparison.LESS if score <= 5 else DirectComparison.SAME


def _enps(review: Review, cast: Cast, *, random: Random) -> list[Change]:
    loyalty = cast.characters[review.person_id].loyalty
    score = min(10, max(0, round(random.gauss(loyalty, 0.9))))
    reasons = random.sample(list(review.cycle.reasons), k=random.randint(1, 3))
    changes: list[Change] = [EnpsScoreChange(score), EnpsReasonsChange(tuple(reasons))]
    if review.cycle.terms.asks_directly:
        changes.append(FurtherAnswer(DIRECT, int(_compared(score, review.person_id))))
    if random.random() < ENPS_COMMENT_SHARE:
        words = PRAISE if score >= 9 else MIXED if score >= 7 else WISHES
        changes.append(EnpsCommentChange(cast.say(words)))
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
    "Mistakes are talked about here without looking for somebody to blame.",
    "My ideas are heard, and some of them are in the product now.",
    "When my daughter was ill, three people took over without being asked.",
    "We promise customers what we can keep. I am proud of that.",
    "The new monitoring has given us quiet nights.",
)
MIXED: Final = (
    "I like the team. The tools could be faster.",
    "Good place to work, although the last quarter was too full.",
    "Interesting work; I would like to know where my path leads.",
    "Friendly people, but too many meetings in the middle of the day.",
    "I enjoy my work. More time for training would keep it that way.",
    "Things have got better since spring, and there is some way to go.",
    "Fine in our team; between the teams we still lose a lot.",
    "Home office works well. The office itself is loud.",
)
WISHES: Final = (
    "Too many things are urgent at the same time.",
    "Decisions take long and reach us late.",
    "The pay does not follow the responsibility.",
    "Plans change before we have finished what the last one asked for.",
    "We hear of changes from customers before we hear of them here.",
    "There are more tickets than people, and nobody says which can wait.",
    "Good work is noticed less than loud work.",
    "The tools we work with every day are the last to be mended.",
)

"""Attack 25: who wrote the comments that leaders are mailed, from the day, the place and repeats.

Somebody knows in which order colleagues sent their ballots, keeps every mail, and takes the n-th
comment for the words of the n-th sender; or, of comments that come again, the first to return.
"""

from collections.abc import Sequence
from random import Random, SystemRandom

from app.domain.heard import DrawnComments, draw_comments
from app.enps.services import keep
from app.infra.db import db
from tests.attacks.score import Tell
from tests.factories import make_cycle

SENDERS = 30
PLAYS = 60
ROUNDS = 2


class InOrder(Random):
    """No lottery at all: what stands first is drawn first."""

    def sample(self, population, k, *, counts=None):
        return list(population)[:k]

    def shuffle(self, x):
        """Leaves everything where it is."""


def mailed(ids: Sequence[str], random: Random) -> list[str]:
    """Every comment in the order in which a leader was mailed them, for two rounds."""
    said: list[str] = []
    heard: set[str] = set()
    while len(said) < ROUNDS * len(ids):
        drawn: DrawnComments = draw_comments(set(ids) - heard, ids, random)
        heard = set(drawn.of_new_round) if drawn.begins_new_round else heard | set(drawn.ids)
        said += drawn.ids
    return said


def found(sent: Sequence[str], said: Sequence[str]) -> float:
    """The share of authors named by the order of the first round, and by that of the second."""
    rounds = [said[start : start + len(sent)] for start in (0, len(sent))]
    hits = [one == other for of_round in rounds for one, other in zip(sent, of_round, strict=True)]
    return sum(hits) / len(hits)


def ids_as_kept(number: int) -> list[str]:
    """The ids of comments in the order in which they were sent, kept as the count keeps them."""
    cycle = make_cycle(name=f"Quarter {number}")
    texts = [f"The words of sender {place}." for place in range(SENDERS)]
    keep(cycle, [], texts, random=SystemRandom())
    rows = db.session.execute(
        db.text("SELECT id, text FROM enps_comment WHERE cycle_id = :cycle"), {"cycle": cycle.id}
    )
    ids = {text: key for key, text in rows}
    return [ids[text] for text in texts]


def test_neither_day_nor_place_nor_repeats_of_a_comment_tell_who_wrote_it(app, tell: Tell):
    plays = [ids_as_kept(number) for number in range(PLAYS)]
    rate = sum(found(sent, mailed(sent, SystemRandom())) for sent in plays) / PLAYS

    tell("Who wrote a comment that leaders hear", people=SENDERS, success=rate, chance=1 / SENDERS)
    assert rate < 3 / SENDERS


def test_without_the_lottery_and_random_ids_the_order_tells_every_author(app, tell: Tell):
    sent = [f"{place:032x}" for place in range(SENDERS)]
    rate = found(sent, mailed(sent, InOrder()))

    tell(
        "Who wrote a comment that leaders hear",
        people=SENDERS,
        success=rate,
        chance=1 / SENDERS,
        off=True,
    )
    assert rate == 1

"""The internal services of the demo company, and what invented raters say of them."""

from collections.abc import Callable, Iterator, Sequence
from random import Random
from typing import Final, NamedTuple

from app.ballots.queries import Review
from app.domain.ballot.document import Change, FurtherAnswer, FurtherText
from app.domain.scale import OPTIONS
from app.internal_services.services import NamedService, keep_service
from app.people.models import Person


class InventedService(NamedTuple):
    """A service of the demo: people by their line in NORDLICHT, and how it comes across."""

    name: str
    hint: str
    owner: int
    members: tuple[int, ...]
    seen_as: tuple[float, float, float]
    drift: tuple[float, float, float]
    """What changes from quarter to quarter."""
    use: float
    words: tuple[str, ...]


SERVICES: Final = (
    InventedService(
        "IT support",
        "laptops, accounts, telephones",
        18,
        (17, 19),
        (3.1, 3.0, 3.9),
        (0.05, 0.35, 0.0),
        0.85,
        (
            "The new laptops came ready to work. Thank you.",
            "Tickets are answered at once, but the second answer takes days.",
            "Please tell us before the mail server is restarted.",
            "Amina explains what was wrong, and it does not come back.",
        ),
    ),
    InventedService(
        "Facilities",
        "rooms, furniture, access cards",
        20,
        (3, 17),
        (3.5, 3.8, 4.0),
        (0.0, 0.0, 0.05),
        0.5,
        ("The meeting rooms are warm at last.", "Access cards for visitors take too many forms."),
    ),
    InventedService(
        "Finance desk",
        "invoices, expenses, salaries",
        24,
        (0, 5),
        (4.2, 4.4, 4.0),
        (0.0, 0.0, 0.0),
        0.65,
        ("Expenses are back within the week. Great.", "I never know which cost centre to take."),
    ),
    InventedService(
        "Recruiting",
        "new colleagues, from the first call to the first day",
        5,
        (),
        (3.4, 3.6, 4.3),
        (0.0, 0.0, 0.0),
        0.3,
        ("The candidates fit better than last year.", "Feedback to candidates is slow."),
    ),
)
WORDS_SHARE: Final = 0.2


def name_services(persons: Sequence[Person]) -> None:
    """Name the services; `persons` in the order of NORDLICHT."""
    for one in SERVICES:
        members = tuple(persons[place].email for place in one.members)
        keep_service(NamedService(one.name, one.hint, persons[one.owner].email, members), by=None)


def about_services(
    review: Review, say: Callable[[Sequence[str]], str], *, quarter: int, random: Random
) -> Iterator[Change]:
    """What this rater says of the services; nothing of those that they did not use.

    `say` gives a sentence that nobody has said in this quarter, empty when none is left.
    """
    known = {one.name: one for one in SERVICES}
    for service in review.services:
        invented = known.get(service.name)
        if invented is None or random.random() >= invented.use:
            continue
        bond = random.gauss(0, 0.4)
        felt = [
            seen + quarter * drift + bond + random.gauss(0, 0.5)
            for seen, drift in zip(invented.seen_as, invented.drift, strict=True)
        ]
        yield FurtherAnswer(service.used_key, 1)
        for key, value in zip(service.statement_keys, felt, strict=False):
            yield FurtherAnswer(key, min(OPTIONS, max(1, round(value))))
        helped = 2 * sum(felt) / len(felt) + random.gauss(0.6, 0.6)
        yield FurtherAnswer(service.help_key, min(10, max(0, round(helped))))
        if random.random() < WORDS_SHARE:
            yield FurtherText(service.words_key, say(invented.words))

"""Reading who the leaders are, when they are mailed, and what they have marked."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Final

from sqlalchemy import ColumnElement, and_, bindparam, exists, or_, select
from sqlalchemy.orm import aliased

from app.domain.heard import WORKING_DAYS, HeardComment
from app.infra.db import db
from app.infra.prepared_queries import Query
from app.leaders.models import THE_ONLY, CommentMark, Leader, LeaderMailPlan
from app.people.models import Person
from app.people.queries import labels_of, people_by_ids

AT_ONCE: Final = 5_000
"""SQLite takes at most 32,766 values in a statement."""


def _may_be_chosen() -> ColumnElement[bool]:
    """Works here, and is of the board or leads others."""
    led = aliased(Person)
    leads = exists().where(led.manager_id == Person.id, led.is_active)
    return and_(Person.is_active, or_(Person.is_board, leads))


def may_be_chosen() -> frozenset[int]:
    """Ids of who works here and is of the board or leads others."""
    return frozenset(db.session.scalars(select(Person.id).where(_may_be_chosen())))


def chosen_ids() -> frozenset[int]:
    """Everybody HR chose, also who no longer may hear comments."""
    return frozenset(db.session.scalars(select(Leader.person_id)))


_CHOSEN: Final = Query(select(Leader.person_id).where(Leader.person_id == bindparam("person_id")))


def is_chosen(person_id: int) -> bool:
    """Whether HR chose somebody, who may no longer be allowed to hear comments."""
    return _CHOSEN.first(person_id=person_id) is not None


def leader_ids() -> frozenset[int]:
    """Whom HR chose and whose role still allows it: asked anew each time."""
    # Not a join, which SQLite may begin with everybody who works here.
    found = select(Person.id).where(Person.id.in_(select(Leader.person_id)))
    return frozenset(db.session.scalars(found.where(_may_be_chosen())))


def leader_names() -> list[str]:
    """Their names with their titles, by name."""
    return names_of(leader_ids())


def names_of(ids: Iterable[int]) -> list[str]:
    """The names of some leaders with their titles, by name."""
    return sorted(_called(ids).values())


def mail_plan() -> LeaderMailPlan:
    """On which days they are mailed; what HR never set is as the program comes."""
    found = db.session.get(LeaderMailPlan, THE_ONLY)
    return found or LeaderMailPlan(days=list(WORKING_DAYS), is_paused=False, marks=0)


def marks_so_far() -> int:
    """A number that is another one after every mark."""
    return db.session.scalar(select(LeaderMailPlan.marks)) or 0


def heard(comments: Iterable[tuple[str, str]]) -> tuple[HeardComment, ...]:
    """Comments, each an id and a text, with the leaders who have marked them."""
    found = list(comments)
    marks = _marks([key for key, _ in found])
    called = _called(who for each in marks.values() for who, _ in each)
    return tuple(
        HeardComment(
            key,
            text,
            tuple(sorted(called[who] for who, _ in marks[key])),
            tuple(sorted(called[who] for who, is_thanked in marks[key] if is_thanked)),
        )
        for key, text in found
    )


_MARKS: Final = Query(
    select(CommentMark.comment_id, CommentMark.person_id, CommentMark.is_thanked).where(
        CommentMark.comment_id.in_(bindparam("comment_ids", expanding=True))
    )
)


def _marks(comment_ids: Sequence[str]) -> defaultdict[str, list[tuple[int, bool]]]:
    found: defaultdict[str, list[tuple[int, bool]]] = defaultdict(list)
    for start in range(0, len(comment_ids), AT_ONCE):
        part = comment_ids[start : start + AT_ONCE]
        for comment_id, person_id, is_thanked in _MARKS.all(comment_ids=list(part)):
            found[comment_id].append((person_id, is_thanked))
    return found


def marks_of(person_id: int, comment_ids: Iterable[str]) -> dict[str, bool]:
    """Which of these comments somebody has read; the value says whether they say thank you."""
    mine = select(CommentMark).where(
        CommentMark.person_id == person_id, CommentMark.comment_id.in_(list(comment_ids))
    )
    return {mark.comment_id: mark.is_thanked for mark in db.session.scalars(mine)}


def _called(ids: Iterable[int]) -> dict[int, str]:
    """Names with titles, as everybody reads them below a comment."""
    people = people_by_ids(ids)
    labels = labels_of({key: one.name for key, one in people.items()})
    return {key: _with_title(labels[key], one) for key, one in people.items()}


def _with_title(label: str, person: Person) -> str:
    """Where the name alone would not do, its label tells the title or more already."""
    return f"{label} ({person.title})" if person.title and label == person.name else label

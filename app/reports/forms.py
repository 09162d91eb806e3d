"""What a person fills in: marks and a behaviour to work on, and whose report is looked for."""

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Final, NamedTuple, Self

from wtforms import BooleanField, DateField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, ValidationError

from app.domain.reports.action_plan import (
    LONGEST_LINE,
    MARK_WORDS,
    PLAN_WORDS,
    Action,
    ActionMark,
    ActionPlan,
    Tick,
    date_fault,
)
from app.infra.forms import EditForm, Form

LINE: Final = Length(max=LONGEST_LINE)
SHORT: Final = {"rows": 2}


class FindForm(Form):
    """Whose report is looked for in a long list."""

    class Meta(Form.Meta):
        csrf = False  # it only reads, and its address may be kept

    q = StringField("Name", render_kw={"type": "search"})


class TickBox(NamedTuple):
    """A tick at a statement as the page shows it."""

    name: str
    cell: str
    """What a script saves it as."""
    words: str
    is_on: bool


@dataclass(frozen=True)
class OwnMarks:
    """The ticks of somebody's own report: what is kept, or what was refused just now.

    A form of 28 fields takes longer to make than the rest of the statements; it only takes in.
    """

    plan: ActionPlan
    ticked: frozenset[Tick]

    def boxes(self, number: int) -> list[TickBox]:
        """The ticks of a statement. What is planned is worked on already; it is not offered."""
        is_planned = self.plan.item(number) is not None
        return [
            TickBox(f"{mark}_{number}", f"{mark}.{number}", words, (number, mark) in self.ticked)
            for mark, words in MARK_WORDS.items()
            if not (is_planned and mark is ActionMark.WORK_ON)
        ]


class MarksForm(Form):
    """Two ticks for each statement; `of` adds the fields."""

    @classmethod
    def of(cls, plan: ActionPlan, statements: int) -> Self:
        """The form for so many statements, filled with what is marked.

        What is planned is worked on already, so that tick is not offered.
        """
        planned = tuple(n for n in range(1, statements + 1) if plan.item(n) is not None)
        return cls._offering(statements, planned)(
            data={f"{mark}_{n}": True for n, mark in plan.marks}
        )

    @classmethod
    @lru_cache(maxsize=256)
    def _offering(cls, statements: int, planned: tuple[int, ...]) -> type[Self]:
        """The form with its fields; to make it takes longer than to fill it, so it is kept."""
        ticks = [(n, mark) for n in range(1, statements + 1) for mark in MARK_WORDS]
        fields = {
            f"{mark}_{n}": BooleanField(MARK_WORDS[mark])
            for n, mark in ticks
            if mark is not ActionMark.WORK_ON or n not in planned
        }
        return type("MarksOfReport", (cls,), fields)

    @property
    def ticks(self) -> dict[Tick, bool]:
        """What was ticked and what was not, of all that was offered."""
        found = {}
        for name, field in self._fields.items():
            mark, _, number = name.rpartition("_")
            if mark in set(ActionMark):
                found[int(number), ActionMark(mark)] = bool(field.data)
        return found

    @property
    def ticked(self) -> frozenset[Tick]:
        """What was ticked."""
        return frozenset(tick for tick, is_on in self.ticks.items() if is_on)


class ActionForm(EditForm):
    """One behaviour in six fields, and whether the readers of the report read it too."""

    behaviour = TextAreaField(
        PLAN_WORDS["behaviour"],
        [DataRequired("Please say what you will do differently."), LINE],
        render_kw=SHORT,
    )
    situation = TextAreaField(
        PLAN_WORDS["situation"],
        [DataRequired("Please say when it matters."), LINE],
        render_kw=SHORT,
    )
    first_step = TextAreaField(
        PLAN_WORDS["first_step"],
        [DataRequired("Please name a first step."), LINE],
        render_kw=SHORT,
    )
    helper = TextAreaField(f"{PLAN_WORDS['helper']} (optional)", [LINE], render_kw=SHORT)
    sign = TextAreaField(
        PLAN_WORDS["sign"],
        [DataRequired("Please say how you will notice."), LINE],
        render_kw=SHORT,
    )
    review_on = DateField(PLAN_WORDS["review_on"], [InputRequired("Please choose a date.")])
    is_shared = BooleanField("")
    asks_colleagues = BooleanField(
        "Ask colleagues in the next review whether they see it less, the same or more"
    )

    today: date
    before: date | None

    @classmethod
    def of(cls, item: Action | None, *, today: date, readers: list[str]) -> Self:
        """The form for what is planned so far; shareable where there is somebody to share with."""
        form = cls(obj=item)
        form.today, form.before = today, item.review_on if item else None
        if readers:
            form.is_shared.label.text = f"Let {' and '.join(readers)} read this too"
        else:
            del form.is_shared
        return form

    def validate_review_on(self, field: DateField) -> None:
        """A day to come, or the one that was planned before."""
        if field.data and (fault := date_fault(field.data, today=self.today, before=self.before)):
            raise ValidationError(fault)

    def item(self, statement: int, text: str) -> Action:
        """What was filled in; validate the form first."""
        if self.review_on.data is None:
            raise ValueError("validate the form first")
        return Action(
            statement=statement,
            text=text,
            behaviour=self.behaviour.data or "",
            situation=self.situation.data or "",
            first_step=self.first_step.data or "",
            helper=self.helper.data or "",
            sign=self.sign.data or "",
            review_on=self.review_on.data,
            is_shared="is_shared" in self and bool(self.is_shared.data),
            asks_colleagues=bool(self.asks_colleagues.data),
        )

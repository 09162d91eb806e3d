"""What a person fills in: marks and a behaviour to work on, and whose report is looked for."""

from datetime import date
from typing import Any, Final, Self

from wtforms import BooleanField, DateField, SelectField, StringField, TextAreaField
from wtforms.fields import SelectChoice  # type: ignore[attr-defined] # newer than its stubs
from wtforms.validators import DataRequired, InputRequired, Length, ValidationError

from app.domain.reports.action_plan import (
    LONGEST_LINE,
    MARK_WORDS,
    Action,
    ActionMark,
    ActionPlan,
    date_fault,
)
from app.infra.forms import EditForm, Form

LINE: Final = Length(max=LONGEST_LINE)
SHORT: Final = {"rows": 2}
MARKS: Final = [SelectChoice("", "no mark"), *(SelectChoice(m, MARK_WORDS[m]) for m in ActionMark)]


class FindForm(Form):
    """Whose report is looked for in a long list."""

    class Meta(Form.Meta):
        csrf = False  # it only reads, and its address may be kept

    q = StringField("Name", render_kw={"type": "search"})


class MarksForm(Form):
    """One choice per statement; `of` adds the fields."""

    @classmethod
    def of(cls, plan: ActionPlan, statements: int) -> Self:
        """The form for so many statements, filled with what is marked."""
        fields = {
            f"mark_{n}": SelectField(
                f"Statement {n} is to me",
                choices=list(MARKS),
                default="",
                render_kw={"data-cell": f"mark.{n}", "autocomplete": "off"},
            )
            for n in range(1, statements + 1)
            if plan.item(n) is None
        }
        made: type[Self] = type("MarksOfReport", (cls,), fields)
        return made(data={f"mark_{n}": mark.value for n, mark in plan.marks.items()})

    def for_statement(self, number: int) -> Any:
        """The field of a statement; None where it is planned."""
        return self._fields.get(f"mark_{number}")

    @property
    def marks(self) -> dict[int, ActionMark | None]:
        """What was chosen, by statement; a planned one is not asked for."""
        return {
            int(name.removeprefix("mark_")): ActionMark(field.data) if field.data else None
            for name, field in self._fields.items()
            if name.startswith("mark_") and field.raw_data
        }


class ActionForm(EditForm):
    """One behaviour: situation, first step, who helps, sign of success, date."""

    situation = TextAreaField(
        "What will you do differently, and in which situation?",
        [DataRequired("Please say what you will do, and when it matters."), LINE],
        render_kw=SHORT,
    )
    first_step = TextAreaField(
        "Your first step in the next two weeks",
        [DataRequired("Please name a first step."), LINE],
        render_kw=SHORT,
    )
    helper = TextAreaField("Who helps you, and with what? (optional)", [LINE], render_kw=SHORT)
    sign = TextAreaField(
        "How will you notice that it works?",
        [DataRequired("Please say how you will notice."), LINE],
        render_kw=SHORT,
    )
    review_on = DateField(
        "When will you look back on it?", [InputRequired("Please choose a date.")]
    )
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
            situation=self.situation.data or "",
            first_step=self.first_step.data or "",
            helper=self.helper.data or "",
            sign=self.sign.data or "",
            review_on=self.review_on.data,
            is_shared="is_shared" in self and bool(self.is_shared.data),
            asks_colleagues=bool(self.asks_colleagues.data),
        )

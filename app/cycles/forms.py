"""The form in which HR plans a cycle."""

import re
from collections.abc import Callable, Collection, Iterable, Sequence, Set
from datetime import datetime
from functools import cached_property
from typing import Any, Final, Self
from zoneinfo import ZoneInfo

from wtforms import (
    BooleanField,
    DateTimeLocalField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    SubmitField,
    TextAreaField,
)
from wtforms.fields import SelectChoice  # type: ignore[attr-defined] # newer than its stubs
from wtforms.validators import DataRequired, InputRequired, NumberRange, ValidationError

from app.cycles.models import Cycle, Pairing
from app.cycles.services import LARGEST_SAMPLE, SMALLEST_SAMPLE, DraftPlan
from app.domain.release.policy import FLOORS, THRESHOLDS, ReleasePolicy
from app.infra.forms import NOT_OFFERED, EditForm

AS_TYPED = "%Y-%m-%dT%H:%M"
HIGHEST_THRESHOLD = 10_000
ID: Final = re.compile("[0-9]{1,10}")
OUT_OF_RANGE = 10**9
"""As far out of every range as any larger number."""


def options(choices: Iterable[tuple[int | str, str]]) -> list[Any]:
    """What a field offers, from pairs of value and label."""
    return [SelectChoice(value, label) for value, label in choices]


class WholeNumber(IntegerField):
    """A number field that says in words what it takes."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError(f"{self.label.text}: please enter a whole number.") from None
        if self.data is not None:  # a range is checked in floating point, which holds no 400 digits
            self.data = max(-OUT_OF_RANGE, min(self.data, OUT_OF_RANGE))


class LocalMoment(DateTimeLocalField):
    """A date and time in the company's time zone; minutes are enough."""

    def __init__(self, label: str, **rest: Any) -> None:
        super().__init__(label, format=[AS_TYPED, AS_TYPED + ":%S"], **rest)

    def process_formdata(self, valuelist: list[Any]) -> None:
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError(
                f"{self.label.text}: please enter date and time, such as 2026-10-05T09:00."
            ) from None

    def moment(self, zone: ZoneInfo) -> datetime:
        """What was typed, in `zone`."""
        if self.data is None:
            raise ValueError("nothing was typed: validate the form first")
        return self.data.replace(tzinfo=zone)


class PeopleField(SelectMultipleField):
    """Ids of people, of whom there may be very many: no list of choices is made of them."""

    offered_of: Callable[[Iterable[int]], Set[int]] = frozenset
    """Those of some ids that may be chosen."""

    def __init__(self, label: str, **rest: Any) -> None:
        super().__init__(label, coerce=int, validate_choice=False, **rest)

    def pre_validate(self, form: Any) -> None:
        chosen = set(self.data or ())
        if not chosen <= self.offered_of(chosen):
            raise ValidationError(NOT_OFFERED)


class CyclePlanForm(EditForm):
    """Everything HR decides about a cycle; one threshold field for each rule is added below."""

    name = StringField("Name", [DataRequired("Please give the cycle a name.")])
    questionnaire_id = SelectField(
        "Questionnaire",
        coerce=int,
        validators=[InputRequired("Please choose a questionnaire.")],
    )
    opens_at = LocalMoment("Opens", validators=[InputRequired("Please say when it opens.")])
    closes_at = LocalMoment("Closes", validators=[InputRequired("Please say when it closes.")])
    pairing = RadioField(
        "Who rates whom",
        choices=options(
            [
                (Pairing.EVERYONE.value, "Everyone rates everyone"),
                (Pairing.SAMPLE.value, "A balanced sample"),
            ]
        ),
        validators=[InputRequired("Please say who rates whom.")],
    )
    sample_size = WholeNumber(
        "Colleagues in the sample",
        validators=[
            NumberRange(
                SMALLEST_SAMPLE,
                LARGEST_SAMPLE,
                f"The sample takes {SMALLEST_SAMPLE} to {LARGEST_SAMPLE} colleagues.",
            )
        ],
    )
    left_out = PeopleField("Leave out")
    listed = HiddenField()
    """Whose boxes stood on the page, where that was not everybody: ids with commas."""
    person_name = StringField("Find people by name", render_kw={"type": "search"})
    find = SubmitField("Find")
    shows_comments = BooleanField("Ask for comments and show them")
    leaders_hear = BooleanField("Let leaders hear comments about the company and its services")
    hr_reads_reports = BooleanField("HR may read every personal report")
    subject_reads_alone = BooleanField("Only the person reads their report")
    hr_sees_numbers_only = BooleanField("HR sees how many have sent, and not who")
    hr_sees_pairs = BooleanField("HR sees in the draft who rates whom")
    asks_focus = BooleanField("Ask colleagues about the behaviours that people work on")
    reasons = TextAreaField("Reasons offered with the 0-10 question")

    def offer(
        self,
        *,
        questionnaires: Sequence[tuple[int, str]],
        people: Callable[[Iterable[int]], Set[int]],
    ) -> None:
        """Say what may be chosen; `people` tells which of some ids are those of people."""
        self.questionnaire_id.choices = options(questionnaires)
        self.left_out.offered_of = people

    @property
    def is_search(self) -> bool:
        """Whether HR looked for people, and does not save yet."""
        return bool(self.find.data)

    @cached_property
    def listed_ids(self) -> Set[int]:
        """Whose boxes stood on the page."""
        written = (self.listed.data or "").split(",")
        return self.left_out.offered_of(int(one) for one in written if ID.fullmatch(one))

    @property
    def all_left_out(self) -> set[int]:
        """Who does not take part: as ticked, and as before those whom the page did not list."""
        ticked = set(self.left_out.data or ())
        if not self.listed.raw_data:
            return ticked
        return ticked | (set(self.left_out.object_data or ()) - self.listed_ids)

    def thresholds(self) -> list[Any]:
        """The fields of the release policy, in their order."""
        return [self[name] for name in FLOORS]

    @property
    def has_own_thresholds(self) -> bool:
        """Whether any was set otherwise than we propose it."""
        proposed = ReleasePolicy().as_dict()
        return any(field.data != proposed[field.name] for field in self.thresholds())

    @property
    def has_threshold_faults(self) -> bool:
        """Whether any was typed that cannot be."""
        return any(field.errors for field in self.thresholds())

    def plan(self, zone: ZoneInfo, people: Collection[int]) -> DraftPlan:
        """What was typed, as a plan. Raises PlanRefusedError for a looser release policy."""
        policy = ReleasePolicy(
            **{name: self[name].data for name in FLOORS},
            shows_comments=self.shows_comments.data,
            leaders_hear=self.leaders_hear.data,
            hr_reads_reports=self.hr_reads_reports.data,
            asks_focus=self.asks_focus.data,
            subject_reads_alone=self.subject_reads_alone.data,
            hr_sees_numbers_only=self.hr_sees_numbers_only.data,
            hr_sees_pairs=self.hr_sees_pairs.data,
        )
        lines = (self.reasons.data or "").splitlines()
        return DraftPlan(
            name=self.name.data or "",
            questionnaire_id=self.questionnaire_id.data,
            opens_at=self.opens_at.moment(zone),
            closes_at=self.closes_at.moment(zone),
            roster=frozenset(people) - self.all_left_out,
            pairing=Pairing(self.pairing.data),
            sample_size=self.sample_size.data or 0,
            policy=policy,
            reasons=tuple(line.strip() for line in lines if line.strip()),
        )

    @classmethod
    def of(cls, plan: DraftPlan, *, zone: ZoneInfo, left_out: Sequence[int]) -> Self:
        """The form filled with `plan` and who is left out, unless something else was posted."""
        return cls(
            data={
                **plan.policy.as_dict(),
                "name": plan.name,
                "questionnaire_id": plan.questionnaire_id,
                "opens_at": plan.opens_at.astimezone(zone),
                "closes_at": plan.closes_at.astimezone(zone),
                "pairing": plan.pairing.value,
                "sample_size": plan.sample_size,
                "left_out": left_out,
                "reasons": "\n".join(plan.reasons),
            }
        )


def plan_of(cycle: Cycle) -> DraftPlan:
    """The plan that a draft holds, without its people: who is left out is asked apart."""
    return DraftPlan(
        name=cycle.name,
        questionnaire_id=cycle.questionnaire_id,
        opens_at=cycle.opens_at,
        closes_at=cycle.closes_at,
        pairing=cycle.pairing,
        sample_size=cycle.sample_size,
        policy=cycle.policy,
        reasons=tuple(cycle.reasons),
    )


def _threshold(name: str) -> WholeNumber:
    label = THRESHOLDS[name].capitalize()
    lowest = FLOORS[name]
    return WholeNumber(
        label,
        validators=[
            InputRequired(f"{label}: please enter a number."),
            NumberRange(
                lowest,
                HIGHEST_THRESHOLD,
                f"The threshold for {THRESHOLDS[name]} cannot be lower than {lowest}.",
            ),
        ],
        render_kw={"min": lowest},
    )


for _name in FLOORS:
    setattr(CyclePlanForm, _name, _threshold(_name))

"""The form in which HR chooses the leaders and their days."""

import re

from wtforms import BooleanField, SelectMultipleField, TextAreaField, widgets
from wtforms.validators import Length

from app.cycles.forms import options
from app.domain.heard import WEEKDAYS
from app.infra.forms import EditForm
from app.leaders.services import LeaderChoice


class LeadersForm(EditForm):
    """Who hears comments, on which days, and whether mails rest."""

    leaders = TextAreaField("Who hears comments", [Length(max=20_000)])
    days = SelectMultipleField(
        "On which days",
        coerce=int,
        choices=options(enumerate(WEEKDAYS)),
        widget=widgets.ListWidget(prefix_label=False),
        option_widget=widgets.CheckboxInput(),
    )
    is_paused = BooleanField("Send no mails for now")

    @property
    def choice(self) -> LeaderChoice:
        """What was typed and ticked."""
        emails = re.split(r"[\s,;]+", (self.leaders.data or "").lower())
        return LeaderChoice(
            tuple(dict.fromkeys(one for one in emails if one)),
            frozenset(self.days.data or ()),
            is_paused=self.is_paused.data,
        )

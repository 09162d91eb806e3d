"""What HR narrows the log of acts to, and what a person says before their reports are erased."""

from wtforms import BooleanField, SelectField
from wtforms.validators import InputRequired

from app.cycles.forms import options
from app.home.log_sentences import KINDS
from app.infra.forms import Form


class LogForm(Form):
    """What HR wants to see of the log of acts."""

    class Meta(Form.Meta):
        csrf = False  # it only reads, and its address may be kept

    kind = SelectField(
        "Kind of act", choices=options([("", "All acts"), *KINDS.items()]), default=""
    )
    cycle = SelectField("Cycle", coerce=int, default=0, validate_choice=False)


class EraseForm(Form):
    """The tick of somebody who wants their reports gone."""

    is_sure = BooleanField(
        "I am sure",
        [InputRequired("Please tick the box if you are sure.")],
    )

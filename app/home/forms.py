"""What HR narrows the log of acts to."""

from wtforms import SelectField

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

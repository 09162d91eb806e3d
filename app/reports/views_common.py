"""Where every page of reports hangs; its addresses begin with /reports."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from app.infra import audit_readings
from app.infra.settings import company_day
from app.people.guard import my_account, person

bp = Blueprint("reports", __name__, url_prefix="/reports")


@bp.before_request
def _wait_for_an_objection() -> ResponseReturnValue | None:
    """An account in new hands reads nothing yet: its owner may not know that it was taken."""
    someone = person()
    opening = someone.reads_reports_from if someone else None
    if opening is None or opening <= company_day():
        return None
    return render_template("reports/waiting.html", day_of_opening=opening), 403


def note(tag: str, cycle_id: int, kind: str) -> None:
    """Log who read or took which kind; not about whom, which could pair a rater with a subject."""
    audit_readings.note(tag, actor_id=my_account().id, cycle_id=cycle_id, kind=kind)

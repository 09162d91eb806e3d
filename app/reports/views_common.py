"""Where every page of reports hangs; its addresses begin with /reports."""

from flask import Blueprint

from app.infra import audit_readings
from app.people.guard import my_account, wait_for_an_objection

bp = Blueprint("reports", __name__, url_prefix="/reports")
bp.before_request(wait_for_an_objection)


def note(tag: str, cycle_id: int, kind: str) -> None:
    """Log who read or took which kind; not about whom, which could pair a rater with a subject."""
    audit_readings.note(tag, actor_id=my_account().id, cycle_id=cycle_id, kind=kind)

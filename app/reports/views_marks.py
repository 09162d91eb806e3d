"""Marks of the report save themselves as they are chosen; the form of the page saves them too.

200 saved, 401 signed out, 403 with a fresh token when only the page is old, 422 with a sentence.
"""

from typing import Final

from flask import Blueprint, request
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError, generate_csrf

from app.domain.access import Permission
from app.domain.reports.action_plan import ActionMark, ActionPlanFullError, Tick
from app.domain.scale import STATEMENTS
from app.infra import clock
from app.infra.db import transaction
from app.infra.error_pages import stale_page
from app.infra.pages import posted_object
from app.infra.settings import settings
from app.people.guard import account, my_account, requires
from app.reports import services
from app.reports.marks_owner import owner_of_marks
from app.reports.own_part import own_part

bp = Blueprint("marks", __name__)

LARGEST_BATCH: Final = 16 * 1024
NOT_OFFERED: Final = "Please use the boxes offered."


@bp.route("/<int:cycle_id>/marks/save", methods=["POST"])
@requires(Permission.PLAN_WRITE)
def save(cycle_id: int) -> ResponseReturnValue:
    """Save the marks that were chosen since the last time, all of them or none."""
    request.max_content_length = LARGEST_BATCH
    part = own_part(cycle_id)
    body = posted_object()
    if body.get("owner") != owner_of_marks(cycle_id, my_account().id):
        return _fresh_token(cycle_id)
    chosen = ticks_in(body.get("cells"))
    if chosen is None:
        return {"message": NOT_OFFERED, "faults": None}, 422
    try:
        with transaction():
            services.save_marks(part, chosen)
    except ActionPlanFullError as full:
        return {"message": str(full), "faults": None}, 422
    now = clock.now().astimezone(settings().zone)
    return {"at": now.strftime("%H:%M"), "marks": [None] * len(chosen)}


def ticks_in(cells: object) -> dict[Tick, bool] | None:
    """Ticks from cells such as ["surprise", 3, true]; None when one does not fit."""
    if not isinstance(cells, list) or len(cells) > STATEMENTS * len(ActionMark):
        return None
    found: dict[Tick, bool] = {}
    for cell in cells:
        match cell:
            case [str(mark), int(number), bool(is_on)] if (
                mark in set(ActionMark) and type(number) is int and 1 <= number <= STATEMENTS
            ):
                found[number, ActionMark(mark)] = is_on
            case _:
                return None
    return found


def _fresh_token(cycle_id: int) -> ResponseReturnValue:
    owner = owner_of_marks(cycle_id, my_account().id)
    return {"owner": owner, "token": generate_csrf()}, 403


@bp.errorhandler(CSRFError)
def refuse(error: CSRFError) -> ResponseReturnValue:
    """Marks without our token: signed out, or sent from an old page or from elsewhere."""
    if not request.is_json:
        return stale_page(error)
    if account() is None:
        return {"message": "Please sign in first."}, 401
    return _fresh_token(int((request.view_args or {}).get("cycle_id", 0)))

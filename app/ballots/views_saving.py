"""Saving as you go: batches of cells as JSON, and answers that a script can act on.

200 saved, 401 signed out, 403 with a fresh token when only the page is old, 409 too late, 412
overtaken by a later batch of the device, 422 with a fault for each cell that does not fit.
"""

from typing import Final

from flask import Blueprint, request
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError, generate_csrf

from app.ballots import (
    after_the_close,
    fill_in_steps,
    pages,
    services,
    views_pace,
    views_rating_order,
)
from app.ballots.queries import owner_of
from app.cycles.queries import open_cycle
from app.domain.access import Permission
from app.domain.ballot.saved_cells import BatchRefusedError, OvertakenError
from app.domain.cycle import CycleState
from app.domain.errors import CycleClosedError
from app.infra import clock
from app.infra.db import transaction
from app.infra.error_pages import stale_page
from app.infra.pages import posted_object
from app.infra.settings import settings
from app.people.credentials import epoch_of
from app.people.guard import account, my_account, requires

bp = Blueprint("saving", __name__)

LARGEST_BATCH: Final = 1024 * 1024
"""A thousand characters for each of 200 comments, in the widest letters there are."""

UNAUTHORIZED, FORBIDDEN, CONFLICT, OVERTAKEN, TOO_LARGE, UNPROCESSABLE = (
    401,
    403,
    409,
    412,
    413,
    422,
)


@bp.route("/save", methods=["POST"])
@requires(Permission.BALLOT_FILL)
def save() -> ResponseReturnValue:
    """Save a batch, all of it or nothing."""
    request.max_content_length = LARGEST_BATCH
    if (request.content_length or 0) > LARGEST_BATCH:
        return {"message": "That is more than one page can hold."}, TOO_LARGE
    rater = my_account()
    try:
        with transaction():
            saved = services.save_batch(rater.id, epoch_of(rater), posted_object())
            own_pace = views_pace.seconds_per_rating(saved.review)  # a commit forgets what was read
    except CycleClosedError:
        return _too_late()
    except services.OtherOwnerError:
        return _fresh_token()
    except OvertakenError as error:
        return {"message": str(error), "seen": error.seen}, OVERTAKEN
    except BatchRefusedError as error:
        faults = list(error.faults.items()) or None
        return {"message": str(error), "faults": faults}, UNPROCESSABLE
    return _confirmed(saved, own_pace)


def _confirmed(saved: services.Saved, own_pace: float) -> ResponseReturnValue:
    """How the ballot stands; `marks` is what a form must remember of each saved cell."""
    progress = fill_in_steps.progress(
        saved.review, views_rating_order.current_order(), seconds_per_rating=own_pace
    )
    return {
        "saved": len(saved.changes),
        "at": clock.now().astimezone(settings().zone).strftime("%H:%M"),
        "marks": [pages.mark_of(change) for change in saved.changes],
        "others": list(pages.contradicted(saved.changes, saved.review.ballot).items()),
        "doubled": len(saved.review.ballot.beside),
        "progress": {
            "answered": progress.answered,
            "total": progress.total,
            "minutes_left": progress.minutes_left,
            "shares": [round(share, 3) for share in progress.shares],
        },
    }


def _too_late() -> ResponseReturnValue:
    last = after_the_close.last_review_of(my_account().id)
    verdict = last.verdict if last else "No review is open to you."
    is_over = last is None or last.state is not CycleState.OPEN
    return {"message": verdict, "is_over": is_over}, CONFLICT


def _fresh_token() -> ResponseReturnValue:
    """Whose session this is and its token: a page that belongs to them may go on."""
    cycle = open_cycle()
    owner = owner_of(cycle.id, my_account().id) if cycle else ""
    return {"owner": owner, "token": generate_csrf()}, FORBIDDEN


@bp.errorhandler(CSRFError)
def refuse(error: CSRFError) -> ResponseReturnValue:
    """A batch without our token: signed out, or sent from an old page or from elsewhere."""
    if not request.is_json:
        return stale_page(error)
    if account() is None:
        return {"message": "Please sign in first."}, UNAUTHORIZED
    return _fresh_token()

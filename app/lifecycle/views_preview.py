"""HR looks at a plan's review as an employee will see it, before it opens."""

import re
from typing import Final

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.cycles.models import Cycle
from app.cycles.queries import roster_size
from app.domain.access import Permission
from app.domain.cycle import CycleState
from app.lifecycle import preview
from app.lifecycle.views_ask_first import in_state
from app.people.guard import me, my_account, requires
from app.reminders import messages

bp = Blueprint("preview", __name__)

ADDRESS: Final = re.compile(r'(href|action)="/review(?:/([^"#]*))?(#[^"]*)?"')
SCRIPT: Final = re.compile(r"<script[^>]*/(?:review|texts)\.[^>]*></script>")
SAVED_TO: Final = re.compile(r'<div class="saving.*?</div>', re.DOTALL)
MAIN: Final = re.compile(r"(<main[^>]*>)")


@bp.route("/<int:cycle_id>/preview")
@bp.route("/<int:cycle_id>/preview/<name>")
@bp.route("/<int:cycle_id>/preview/<name>/<int:number>")
@requires(Permission.CYCLE_RUN)
def show(cycle_id: int, name: str = "", number: int = 0) -> ResponseReturnValue:
    """One page of the review with invented colleagues; its buttons lead on and save nothing."""
    cycle = in_state(cycle_id, CycleState.DRAFT)
    review = preview.invented_review(cycle, roster_size(cycle))
    if name == "promise":
        page = render_template("ballots/promise.html", **preview.promise_of(cycle, review))
        return _with_note(cycle, page)
    template, shown = preview.page_of(review, name, number)
    is_sent = name == "check" and "csrf_token" in request.args
    if request.args.get("go") == "next" or is_sent:
        return redirect(_address(cycle_id, preview.after(review, name, number)))
    return _with_note(cycle, render_template(template, person=my_account(), **shown))


@bp.route("/<int:cycle_id>/preview-invitation")
@requires(Permission.CYCLE_RUN)
def invitation(cycle_id: int) -> ResponseReturnValue:
    """The mail with which the review begins, as somebody gets it who has a password."""
    cycle = in_state(cycle_id, CycleState.DRAFT)
    review = preview.invented_review(cycle, roster_size(cycle))
    mail = messages.invitation(me(), cycle, colleagues=review.size)
    return render_template("lifecycle/preview_mail.html", cycle=cycle, mail=mail)


def _with_note(cycle: Cycle, page: str) -> str:
    return _harmless(page, cycle.id, render_template("lifecycle/_preview_note.html", cycle=cycle))


def _harmless(page: str, cycle_id: int, note: str) -> str:
    """The page with its ways inside the preview, its forms saving nothing, and a note on top."""
    page = ADDRESS.sub(
        lambda found: f'{found[1]}="{_address(cycle_id, found[2] or "")}{found[3] or ""}"', page
    )
    page = SAVED_TO.sub("", SCRIPT.sub("", page)).replace('method="post"', 'method="get"')
    return MAIN.sub(lambda found: found[1] + note, page, count=1)


def _address(cycle_id: int, page: str) -> str:
    return url_for("lifecycle.preview.show", cycle_id=cycle_id) + (f"/{page}" if page else "")

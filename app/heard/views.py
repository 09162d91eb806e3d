"""The page on which leaders browse comments, and HR's page about who the leaders are."""

from math import ceil

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.domain.access import HearingAccess, Permission
from app.domain.errors import PlanRefusedError
from app.domain.heard import FEWEST, MAILED
from app.heard import queries
from app.heard.forms import LeadersForm
from app.infra.db import transaction
from app.infra.pages import page_number
from app.leaders import queries as leaders
from app.leaders import services
from app.people.guard import check, my_account, requires
from app.people.queries import people_by_ids

bp = Blueprint("heard", __name__, url_prefix="/heard")

UNPROCESSABLE = 422
READ, THANK, NOTHING = "read", "thank", "nothing"


@bp.route("")
@requires(Permission.COMMENTS_HEAR)
def index() -> ResponseReturnValue:
    """Every comment that the leader may hear, those of the last mail first."""
    _check()
    me, page = my_account().id, page_number()
    comments = queries.comments_for(me)
    pages = max(1, ceil(len(comments) / queries.PAGE))
    shown = comments[queries.PAGE * (page - 1) : queries.PAGE * page]
    newest = queries.mailed_to(me)[True] if page == 1 else set()
    last = [one for one in comments if one.id in newest]
    listed = [one for one in shown if one.id not in newest]
    both = [*last, *listed]
    return render_template(
        "heard/index.html",
        parts=[("From your last mail", last), ("All others", listed)],
        heard={one.id: one for one in leaders.heard((one.id, one.text) for one in both)},
        marks=leaders.marks_of(me, [one.id for one in both]),
        total=len(comments),
        page=page,
        pages=pages,
    )


@bp.route("/<comment_id>/mark", methods=["POST"])
@requires(Permission.COMMENTS_HEAR)
def mark(comment_id: str) -> ResponseReturnValue:
    """Mark a comment as read, say thank you, or take the mark back."""
    _check()
    me, wanted = my_account().id, request.form.get("mark")
    if wanted not in (READ, THANK, NOTHING):
        abort(400)
    found = queries.comment_for(me, comment_id)
    with transaction():
        if wanted == NOTHING:
            services.take_mark_back(found.id, by=me)
        else:
            services.mark(found.id, found.cycle_id, by=me, is_thanked=wanted == THANK)
    page = request.form.get("page", "")
    number = int(page) if page.isascii() and page.isdecimal() and len(page) < 5 else 1
    return redirect(url_for("heard.index", page=number, _anchor=f"c{found.id}"))


@bp.route("/leaders", methods=["GET", "POST"])
@requires(Permission.LEADERS_CHOOSE)
def choose() -> ResponseReturnValue:
    """Whom HR lets hear comments, on which days."""
    plan, chosen = leaders.mail_plan(), people_by_ids(leaders.chosen_ids())
    emails = sorted(one.email for one in chosen.values())
    saved = {"leaders": "\n".join(emails), "days": [*plan.days], "is_paused": plan.is_paused}
    form = LeadersForm(data=saved)
    still = leaders.leader_ids()
    faults: list[str] = []
    if form.is_submitted():
        faults = form.faults if not form.validate() else _kept(form)
        if not faults:
            flash("Saved. Who hears comments about services changes with the next review.")
            return redirect(url_for("heard.choose"))
    page = render_template(
        "heard/leaders.html",
        form=form,
        faults=faults,
        lapsed=sorted(one.name for key, one in chosen.items() if key not in still),
        mailed=MAILED,
        fewest=FEWEST,
    )
    return page, UNPROCESSABLE if faults else 200


def _check() -> None:
    check(Permission.COMMENTS_HEAR, HearingAccess(leaders.chosen_ids()))


def _kept(form: LeadersForm) -> list[str]:
    """Save it; the faults when it is refused."""
    try:
        with transaction():
            services.choose(form.choice, by=my_account().id)
    except PlanRefusedError as refusal:
        return refusal.faults
    return []

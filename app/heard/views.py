"""The page on which leaders browse comments, and HR's page about who the leaders are."""

from itertools import groupby
from math import ceil

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.domain.access import HearingAccess, Permission, is_allowed
from app.domain.errors import PlanRefusedError
from app.domain.heard import FEWEST, MAILED
from app.heard import queries
from app.heard.forms import LeadersForm
from app.infra.db import transaction
from app.infra.pages import page_number
from app.leaders import queries as leaders
from app.leaders import services
from app.people.guard import asking, check, my_account, requires
from app.people.queries import people_by_ids

bp = Blueprint("heard", __name__, url_prefix="/heard")

UNPROCESSABLE = 422
READ, THANK, NOTHING = "read", "thank", "nothing"


@bp.app_context_processor
def _say_who_hears() -> dict[str, object]:
    """Let the menu of the company ask whether the reader hears comments; only then is it read."""
    return {"hears_comments": _hears_comments}


def _hears_comments() -> bool:
    actor = asking()
    if not (actor.is_board or actor.is_manager):
        return False
    return is_allowed(actor, Permission.COMMENTS_HEAR, HearingAccess(leaders.chosen_ids()))


@bp.route("")
@requires(Permission.COMMENTS_HEAR)
def index() -> ResponseReturnValue:
    """Every comment that the leader may hear: the last mail, then the others by quarter."""
    _check()
    me, page = my_account().id, page_number()
    comments, newest = queries.comments_for(me), queries.mailed_to(me)[True]
    others = [one for one in comments if one.id not in newest]
    last = [one for one in comments if one.id in newest] if page == 1 else []
    shown = others[queries.PAGE * (page - 1) : queries.PAGE * page]
    both = [*last, *shown]
    ids = [one.id for one in both]
    return render_template(
        "heard/index.html",
        last=last,
        quarters=[
            (name, list(of_quarter))
            for name, of_quarter in groupby(shown, key=lambda one: one.cycle_name)
        ],
        heard={one.id: one for one in leaders.heard((one.id, one.text) for one in both)},
        marks=dict.fromkeys(ids) | leaders.marks_of(me, ids),
        total=len(comments),
        page=page,
        pages=max(1, ceil(len(others) / queries.PAGE)),
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

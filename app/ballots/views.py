"""The fill-in: from the task list to "sent", one page at a time and complete without scripts."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.ballots import forms, late, pages, saving, services, steps
from app.ballots.queries import Review, review_of
from app.cycles.queries import open_cycle
from app.domain.access import Permission
from app.domain.errors import CycleClosedError, SealBrokenError
from app.domain.release import ReleasePolicy
from app.infra import clock
from app.infra.db import transaction
from app.people.guard import me, requires

bp = Blueprint("ballots", __name__, url_prefix="/review")

bp.register_blueprint(saving.bp)

UNPROCESSABLE = 422
UNAVAILABLE = 503

View = Callable[..., ResponseReturnValue]


def with_review(view: View) -> View:
    """Give the view the person's open review; after the close, say so and what was counted."""

    @wraps(view)
    def found(**kwargs: Any) -> ResponseReturnValue:
        try:
            review = review_of(me())
            if review is None or clock.now() >= review.cycle.closes_at:
                return _no_review()
            return view(review, **kwargs)
        except CycleClosedError:  # closed between reading and saving
            return _no_review()
        except SealBrokenError:
            return _unreadable()

    return found


def _unreadable() -> ResponseReturnValue:
    """A kind page while the key cannot be read: HR can do something, the rater cannot."""
    is_post = request.method == "POST"
    page = render_template("ballots/unreadable.html", cycle=open_cycle(), is_post=is_post)
    return page, UNAVAILABLE if is_post else 200


def _no_review() -> ResponseReturnValue:
    """A kind page, or for answers that came too late a 409 that says what counted."""
    last = late.last_review_of(me())
    status = 409 if request.method == "POST" and last else 200
    running = open_cycle()
    asked = last is not None and running is not None and running.name == last.cycle_name
    page = render_template(
        "ballots/none.html", last=last, running=None if asked else running, is_late=status == 409
    )
    return page, status


@bp.route("/")
@requires(Permission.BALLOT_FILL)
@with_review
def index(review: Review) -> ResponseReturnValue:
    """The task list: what is done, what is open, and where to go on."""
    way = steps.steps(review)
    return render_template(
        "ballots/index.html",
        review=review,
        steps=way,
        following=steps.next_open(way),
        progress=steps.progress(review),
    )


@bp.route("/colleagues", methods=["GET", "POST"])
@requires(Permission.BALLOT_FILL)
@with_review
def colleagues(review: Review) -> ResponseReturnValue:
    """Tick whom one did not work with: the largest saving of time."""
    posted = forms.read_colleagues(request.form, review) if request.method == "POST" else None
    if posted and not posted.faults:
        return _save(review, posted)
    return _page("colleagues", review, posted, page=pages.away_page(review, _typed(posted)))


@bp.route("/self", methods=["GET", "POST"])
@requires(Permission.BALLOT_FILL)
@with_review
def own(review: Review) -> ResponseReturnValue:
    """All statements about oneself; the warm-up."""
    posted = forms.read_own(request.form, review) if request.method == "POST" else None
    if posted and not posted.faults:
        return _save(review, posted)
    return _page(
        "own",
        review,
        posted,
        page=pages.own_page(review, _typed(posted)),
        readers=late.readers_of(review.cycle.id, review.person_id),
    )


@bp.route("/statements/<int:number>", methods=["GET", "POST"])
@requires(Permission.BALLOT_FILL)
@with_review
def statement(review: Review, number: int) -> ResponseReturnValue:
    """One statement, all colleagues."""
    if not 1 <= number <= len(review.statements):
        abort(404)
    is_post = request.method == "POST"
    posted = forms.read_statement(request.form, review, number) if is_post else None
    if posted and not posted.faults:
        return _save(review, posted)
    return _page(
        "statement",
        review,
        posted,
        page=pages.statement_page(review, number, _typed(posted)),
        statement=review.statements[number - 1],
    )


@bp.route("/comments", methods=["GET", "POST"])
@requires(Permission.BALLOT_FILL)
@with_review
def comments(review: Review) -> ResponseReturnValue:
    """Keep doing, try next quarter: a fold per colleague, away from the ratings."""
    if not review.cycle.policy.shows_comments:
        return redirect(url_for("ballots.index"))
    posted = forms.read_comments(request.form, review) if request.method == "POST" else None
    if posted and not posted.faults:
        return _save(review, posted)
    return _page("comments", review, posted, page=pages.comments_page(review, _typed(posted)))


@bp.route("/recommend", methods=["GET", "POST"])
@requires(Permission.BALLOT_FILL)
@with_review
def recommend(review: Review) -> ResponseReturnValue:
    """The 0-10 question about working here."""
    posted = forms.read_recommend(request.form, review) if request.method == "POST" else None
    if posted and not posted.faults:
        return _save(review, posted)
    return _page("recommend", review, posted, page=pages.recommend_page(review, _typed(posted)))


@bp.route("/check", methods=["GET", "POST"])
@requires(Permission.BALLOT_FILL)
@with_review
def check(review: Review) -> ResponseReturnValue:
    """Every gap once; sending with gaps is allowed, after they were named."""
    nothing = review.answered + review.own_answered == 0 and review.ballot.enps_score is None
    if request.method == "POST" and not nothing:
        with transaction():
            services.send(review)
        return redirect(url_for("ballots.done"))
    page = render_template(
        "ballots/check.html",
        review=review,
        open_statements=pages.open_statements(review),
        nothing=nothing,
        progress=steps.progress(review),
    )
    return page, UNPROCESSABLE if request.method == "POST" else 200


@bp.route("/done")
@requires(Permission.BALLOT_FILL)
@with_review
def done(review: Review) -> ResponseReturnValue:
    """Exactly what was sent, and how to change it."""
    if not review.ballot.sent:
        return redirect(url_for("ballots.check"))
    return render_template(
        "ballots/done.html",
        review=review,
        summary=pages.summary(review),
        table=pages.all_answers(review),
        folds=pages.comments_page(review).folds,
    )


@bp.route("/promise")
@requires(Permission.BALLOT_FILL)
def promise() -> ResponseReturnValue:
    """The full promise in plain words, from the frozen policy of the open cycle."""
    cycle = open_cycle()
    return render_template(
        "ballots/promise.html",
        cycle=cycle,
        policy=cycle.policy if cycle else ReleasePolicy(),
        readers=late.readers_of(cycle.id, me().id) if cycle else [],
    )


def _typed(posted: forms.Posted | None) -> pages.Typed | None:
    return posted.typed if posted else None


def _page(
    name: str, review: Review, posted: forms.Posted | None, **context: Any
) -> ResponseReturnValue:
    """A fill-in page; one that comes back with faults says so and keeps what was typed."""
    faults = posted.faults if posted else []
    page = render_template(
        f"ballots/{name}.html",
        review=review,
        progress=steps.progress(review),
        faults=faults,
        **context,
    )
    return page, UNPROCESSABLE if faults else 200


def _save(review: Review, posted: forms.Posted) -> ResponseReturnValue:
    """Store a page's changes, then go where the pressed button says."""
    target = _target(review)  # asked before the commit, which forgets what was read
    if posted.changes:
        with transaction():
            services.save(review, posted.changes)
    if request.form.get("go") == "stay":
        flash("Saved.")
    return redirect(target)


def _target(review: Review) -> str:
    """Where the pressed button leads; the task list and the check are the ends of the way."""
    here = url_for(str(request.endpoint), **(request.view_args or {}))
    if "clear" in request.form:
        return f"{here}#row-{forms.cleared_position(request.form)}"
    go = request.form.get("go")
    if go == "stay":
        return here
    way = [
        url_for("ballots.index"),
        *(url_for(step.endpoint, number=step.number) for step in steps.steps(review)),
        url_for("ballots.check"),
    ]
    return way[way.index(here) + (-1 if go == "back" else 1)]

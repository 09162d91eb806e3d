"""The fill-in: from the task list to "sent", one page at a time and complete without scripts."""

from collections.abc import Callable
from functools import partial, wraps
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError

from app.ballots import (
    after_the_close,
    by_person,
    fill_in_steps,
    focus,
    forms,
    further_words,
    pages,
    services,
    services_page,
    unit_part,
    views_expired_session,
    views_pace,
    views_rating_order,
    views_saving,
    working_here,
)
from app.ballots.focus_forms import with_focus_read, with_focus_shown
from app.ballots.queries import Review, review_of
from app.ballots.transparency import TOLD_TO_NOBODY, told_to, with_numbers_asked
from app.cycles.queries import open_cycle
from app.domain.access import Permission
from app.domain.enps import direct
from app.domain.errors import BallotError, CycleClosedError, SealBrokenError
from app.domain.heard import TOLD
from app.domain.internal_services import asked
from app.domain.release.policy import ReleasePolicy
from app.infra import clock, failing_steps, hidden_traffic
from app.infra.db import transaction
from app.infra.pages import moment
from app.people.guard import account, my_account, public, requires

bp = Blueprint("ballots", __name__, url_prefix="/review")
bp.before_request(views_expired_session.keep_typed)
bp.after_request(hidden_traffic.level)
bp.register_error_handler(CSRFError, views_expired_session.keep_stale)

bp.register_blueprint(views_saving.bp)

UNPROCESSABLE = 422
UNAVAILABLE = 503

View = Callable[..., ResponseReturnValue]
Read = Callable[[forms.Form, Review], forms.Posted]


def with_review(view: View) -> View:
    """Give the view the person's open review; after the close, say so and what was counted."""

    @wraps(view)
    def found(**kwargs: Any) -> ResponseReturnValue:
        try:
            review = review_of(my_account())
            if review is None or clock.now() >= review.cycle.closes_at:
                return _no_review()
            views_pace.seconds_on_page(review)  # refuses a page that was made for somebody else
            return view(review, **kwargs)
        except CycleClosedError:  # closed between reading and saving
            return _no_review()
        except SealBrokenError:
            return _unreadable()

    return found


def _unreadable() -> ResponseReturnValue:
    """A kind page while the key cannot be read: HR can do something, the rater cannot."""
    failing_steps.note_apart(failing_steps.ANSWERS, failing_steps.UNREADABLE)
    is_post = request.method == "POST"
    page = render_template("ballots/unreadable.html", cycle=open_cycle(), is_post=is_post)
    return page, UNAVAILABLE if is_post else 200


def _no_review() -> ResponseReturnValue:
    """A kind page, or for answers that came too late a 409 that says what counted."""
    last = after_the_close.last_review_of(my_account().id)
    status = 409 if request.method == "POST" and last else 200
    running = open_cycle()
    asked = last is not None and running is not None and running.name == last.cycle_name
    page = render_template(
        "ballots/none.html", last=last, running=None if asked else running, is_late=status == 409
    )
    # While no review is open, answers that a device still keeps can never be sent by anybody.
    return page, status, {} if running else {"Clear-Site-Data": '"storage"'}


@bp.route("/")
@requires(Permission.BALLOT_FILL)
@with_review
def index(review: Review) -> ResponseReturnValue:
    """The task list: what is done, what is open, and where to go on."""
    way = fill_in_steps.steps(review, views_rating_order.current_order())
    return render_template(
        "ballots/index.html",
        review=review,
        steps=way,
        following=fill_in_steps.next_open(way),
        progress=_progress(review),
        view=views_rating_order.current_order(),
        earlier_note=pages.earlier_note(review),
    )


@bp.route("/view", methods=["POST"])
@requires(Permission.BALLOT_FILL)
def choose_view() -> ResponseReturnValue:
    """Go through the ratings by statement or by person from now on."""
    response = redirect(url_for("ballots.index"))
    if view := views_rating_order.chosen(request.form.get("view")):
        views_rating_order.remember(response, view)
    return response


@bp.route("/colleagues", methods=["GET", "POST"])
@requires(Permission.BALLOT_FILL)
@with_review
def colleagues(review: Review) -> ResponseReturnValue:
    """Tick whom one did not work with: the largest saving of time."""

    def with_numbers(found: Review, typed: pages.Typed | None) -> pages.ScalePage:
        return with_numbers_asked(pages.away_page(found, typed), found)

    return _fill_in("colleagues", review, forms.read_colleagues, with_numbers)


@bp.route("/self", methods=["GET", "POST"])
@requires(Permission.BALLOT_FILL)
@with_review
def own(review: Review) -> ResponseReturnValue:
    """All statements about oneself; the warm-up. Not for whoever asked not to be rated."""
    if not review.is_rated:
        return redirect(url_for("ballots.index"))
    others = after_the_close.readers_of(review.cycle.id, review.person_id)
    readers = f"you and {', '.join(others)}" if others else "you alone"
    return _fill_in("own", review, forms.read_own, pages.own_page, readers=readers)


@bp.route("/statements/<int:number>", methods=["GET", "POST"])
@requires(Permission.BALLOT_FILL)
@with_review
def statement(review: Review, number: int) -> ResponseReturnValue:
    """One statement, all colleagues."""
    if not 1 <= number <= len(review.statements):
        abort(404)
    places = focus.on_statement(review, number)
    read = with_focus_read(partial(forms.read_statement, number=number), places)
    show = with_focus_shown(partial(pages.statement_page, number=number), places)
    return _fill_in("statement", review, read, show, statement=review.statements[number - 1])


@bp.route("/people/<int:number>", methods=["GET", "POST"])
@requires(Permission.BALLOT_FILL)
@with_review
def person(review: Review, number: int) -> ResponseReturnValue:
    """One colleague, all statements: the same cells as on the statement pages."""
    if not 1 <= number <= len(review.colleagues):
        abort(404)
    colleague = review.colleagues[number - 1]
    places = focus.about_person(review, number)
    read = with_focus_read(partial(forms.read_person, position=number), places)
    show = with_focus_shown(partial(by_person.person_page, position=number), places)
    note = pages.note_on(colleague)
    return _fill_in("person", review, read, show, colleague=colleague, note=note)


@bp.route("/comments", methods=["GET", "POST"])
@requires(Permission.BALLOT_FILL)
@with_review
def comments(review: Review) -> ResponseReturnValue:
    """Keep doing, try next quarter: a fold per colleague, away from the ratings."""
    if not review.asks_for_words:
        return redirect(url_for("ballots.index"))
    return _fill_in("comments", review, forms.read_comments, pages.comments_page)


@bp.route("/services", methods=["GET", "POST"], endpoint="services")
@requires(Permission.BALLOT_FILL)
@with_review
def used_services(review: Review) -> ResponseReturnValue:
    """Every internal service on one page, for whoever used it."""
    if not review.services:
        return redirect(url_for("ballots.index"))
    read, show = services_page.read_services, services_page.services_page
    return _fill_in("services", review, read, show, asked=asked)


@bp.route("/recommend", methods=["GET", "POST"])
@requires(Permission.BALLOT_FILL)
@with_review
def recommend(review: Review) -> ResponseReturnValue:
    """The 0-10 question about working here."""
    return _fill_in(
        "recommend", review, forms.read_recommend, working_here.recommend_page, direct=direct
    )


@bp.route("/check", methods=["GET", "POST"])
@requires(Permission.BALLOT_FILL)
@with_review
def check(review: Review) -> ResponseReturnValue:
    """Every gap once; sending with gaps is allowed, after they were named."""
    nothing = review.is_untouched
    if request.method == "POST" and not nothing:
        with transaction():
            services.send(review)
        return redirect(url_for("ballots.done"))
    page = render_template(
        "ballots/check.html",
        review=review,
        view=views_rating_order.current_order(),
        open_statements=pages.open_statements(review),
        open_people=by_person.open_people(review),
        nothing=nothing,
        earlier_note=pages.earlier_note(review),
        progress=_progress(review),
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
        earlier_note=pages.earlier_note(review),
        table=pages.all_answers(review),
        folds=pages.comments_page(review).folds,
        focus=focus.all_questions(review),
        units=unit_part.unit_parts(review),
    )


@bp.route("/rather-not", methods=["GET", "POST"])
@requires(Permission.BALLOT_FILL)
@with_review
def rather_not(review: Review) -> ResponseReturnValue:
    """What it takes not to take part: nothing; whoever says so gets no more reminders."""
    if request.method != "POST":
        return render_template("ballots/rather_not.html", review=review)
    again = request.form.get("wish") == "again"
    with transaction():
        (services.take_part_again if again else services.decline)(review)
    flash("You get reminders again." if again else "No more reminders of this review come to you.")
    return redirect(url_for("ballots.rather_not"))


@bp.route("/promise")
@public
def promise() -> ResponseReturnValue:
    """The promise in plain words: of the open cycle, or to a stranger what holds in any."""
    reader = account()
    cycle = open_cycle() if reader else None
    return render_template(
        "ballots/promise.html",
        cycle=cycle,
        policy=cycle.policy if cycle else ReleasePolicy(),
        is_stranger=reader is None,
        told_of_leaders=TOLD,
        asked=asked,
        **(told_to(cycle, reader.id) if cycle and reader else TOLD_TO_NOBODY),
    )


def _progress(review: Review) -> fill_in_steps.RatingProgress:
    return fill_in_steps.progress(
        review,
        views_rating_order.current_order(),
        seconds_per_rating=views_pace.seconds_per_rating(review),
    )


def _fill_in(
    name: str, review: Review, read: Read, show: Callable[..., object], **context: Any
) -> ResponseReturnValue:
    """A fill-in page: shown; or saved and left; or, with faults, back with everything typed."""
    posted = read(request.form, review) if request.method == "POST" else None
    if posted and not posted.faults:
        try:
            return _save(review, posted, read(forms.as_first_shown(request.form), review))
        except BallotError as error:
            posted.faults.append(str(error))
    values = context | {
        "review": review,
        "progress": _progress(review),
        "shown": views_pace.stamp(review),
        "page": show(review, typed=posted.typed if posted else None),
        "promise": review.cycle.policy.promise(moment(review.cycle.closes_at)),
        "person": my_account(),
        "earlier_note": pages.earlier_note(review),
    }
    if posted:
        page = render_template(f"ballots/{name}.html", faults=posted.faults, **values)
        return page, UNPROCESSABLE
    return render_template(f"ballots/{name}.html", **values)


def _save(review: Review, posted: forms.Posted, given: forms.Posted) -> ResponseReturnValue:
    """Store a page's changes, then go where the pressed button says, or ask once to look again.

    `given` is the page with what was saved on the way, as it was answered.
    """
    # Both are asked before the commit, which forgets what was read.
    target, nudge = _target(review), _nudge(review, given)
    go = request.form.get("go")
    if posted.changes:
        with transaction():
            ballot = services.save(review, posted.changes)
        if pages.contradicted(posted.changes, ballot):
            flash(f"Saved. {pages.TWO_VERSIONS}", "warning")
            return redirect(request.path)
    if go == "stay" or nudge:
        flash(f"Saved. {nudge}".strip())
    response = redirect(request.path if nudge else target)
    if view := views_rating_order.chosen(go):
        views_rating_order.remember(response, view)
    return response


def _nudge(review: Review, given: forms.Posted) -> str:
    """What to ask before the page is left; the pace is noted on the way."""
    seconds = views_pace.seconds_on_page(review)
    views_pace.note_pace(review, given, seconds)
    goes_on = request.form.get("go") == "next" and "clear" not in request.form
    return views_pace.due_nudge(review, given, seconds) if goes_on else ""


def _target(review: Review) -> str:
    """Where the pressed button leads; the task list and the check are the ends of the way."""
    here = url_for(str(request.endpoint), **(request.view_args or {}))
    if version := forms.chosen_version(request.form):
        kind, position, _ = version
        return f"{here}#{kind}{position or ''}"
    if words := further_words.chosen_words(request.form):
        return f"{here}#{words[0]}"
    if "clear" in request.form:
        return f"{here}#row-{forms.cleared_position(request.form)}"
    go = request.form.get("go")
    if go == "stay":
        return here
    if view := views_rating_order.chosen(go):
        step = fill_in_steps.first_rating(review, view)
        return url_for(step.endpoint, number=step.number)
    way = [
        url_for("ballots.index"),
        *(
            url_for(step.endpoint, number=step.number)
            for step in fill_in_steps.steps(review, views_rating_order.current_order())
        ),
        url_for("ballots.check"),
    ]
    return way[way.index(here) + (-1 if go == "back" else 1)]

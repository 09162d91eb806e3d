"""The start page per role, and for HR outbox, log and reported comments."""

from flask import (
    Blueprint,
    abort,
    flash,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue

from app.assignments.queries import unsent_page
from app.cycles import queries as cycles
from app.cycles.forms import options
from app.domain.access import Permission
from app.domain.cycle import CycleState
from app.domain.durations import NAMES_KEPT, lasting
from app.domain.errors import NotFoundError, WrongStateError
from app.domain.plurals import counted
from app.home import queries, views_not_rated, views_own_data
from app.home.forms import EraseForm, LogForm
from app.home.queries import LogFilter
from app.home.start import start_of
from app.infra import audit_checking
from app.infra.db import transaction
from app.infra.mail_status import mail_status
from app.infra.pages import page_number
from app.infra.settings import settings
from app.people.guard import asking, my_account, requires
from app.people.queries import labels_of, person_by_id
from app.reminders import services as reminders
from app.reports.bundling import discard_all
from app.results import services as results

bp = Blueprint("home", __name__)
bp.register_blueprint(views_own_data.bp)
bp.register_blueprint(views_not_rated.bp)


@bp.route("/")
@requires(Permission.ACCOUNT_USE)
def index() -> ResponseReturnValue:
    """What waits for the signed-in person."""
    return render_template("home/index.html", start=start_of(my_account(), asking()))


@bp.route("/participation/<int:cycle_id>")
@requires(Permission.PARTICIPATION_READ)
def participation(cycle_id: int) -> ResponseReturnValue:
    """Who has not sent, by name; never what anybody answered."""
    cycle = cycles.cycle_by_id(cycle_id)
    if cycle.state is CycleState.DRAFT or cycle.purged_on is not None:
        raise NotFoundError(
            f"Names are kept from the opening until {lasting(NAMES_KEPT)} after publishing."
        )
    if cycle.policy.hr_sees_numbers_only:
        raise NotFoundError("This plan shows HR how many have sent, and nobody's name.")
    found = unsent_page(cycle, page=page_number())
    unsent = labels_of({person.id: person.name for person in found.items})
    return render_template(
        "home/participation.html", cycle=cycle, unsent=unsent.values(), found=found
    )


@bp.route("/comments/<comment_id>/<judgement>", methods=["POST"])
@requires(Permission.COMMENT_JUDGE)
def judge(comment_id: str, judgement: str) -> ResponseReturnValue:
    """Withhold a reported comment, or keep it."""
    if judgement not in {"withhold", "keep"}:
        abort(404)
    withhold = judgement == "withhold"
    with transaction():
        results.judge_comment(comment_id, withhold=withhold, by=my_account().id)
        if withhold:
            discard_all()  # its text may lie in a ZIP that waits to be fetched
    flash("Nobody sees the comment any more." if withhold else "The comment stays.")
    return redirect(url_for("desk.show"))


@bp.route("/people/<int:person_id>/erase-reports", methods=["GET", "POST"])
@requires(Permission.PEOPLE_MANAGE)
def erase_of_leaver(person_id: int) -> ResponseReturnValue:
    """Erase the reports of somebody who has left and asks for it; others do it themselves."""
    person, form = person_by_id(person_id), EraseForm()
    if person.is_active:
        raise WrongStateError(f"{person.name} works here and erases reports on their own pages.")
    if not form.validate_on_submit():
        return render_template("home/erase_of_leaver.html", form=form, someone=person)
    with transaction():
        reports = results.erase_subject(person_id, by=my_account().id)
        discard_all()  # one of them may lie in a ZIP that waits to be fetched
    flash(f"{counted(reports, 'report is', 'reports are')} erased for good.")
    return redirect(url_for("people.show", person_id=person_id))


@bp.route("/outbox")
@requires(Permission.MAIL_READ)
def outbox() -> ResponseReturnValue:
    """Every mail with its state; without a mail server they can be read here, for trying out."""
    config, page = settings(), page_number()
    return render_template(
        "home/outbox.html",
        box=queries.outbox(request.args.get("list", ""), page=page),
        status=mail_status(),
        has_server=bool(config.smtp_url),
        shows_links=not config.is_production,
        page=page,
    )


@bp.route("/outbox/send-again", methods=["POST"])
@bp.route("/outbox/<mail_number>/send-again", methods=["POST"])
@requires(Permission.MAIL_SEND)
def send_mail_again(mail_number: str | None = None) -> ResponseReturnValue:
    """Let one mail, or all that did not get through, be tried at once."""
    with transaction():
        chosen = None if mail_number is None else [mail_number]
        again = reminders.send_again(chosen, by=my_account().id)
    flash(f"{counted(again, 'mail is', 'mails are')} tried again now.")
    return redirect(url_for("home.outbox"))


@bp.route("/outbox/take-off", methods=["POST"])
@bp.route("/outbox/<mail_number>/take-off", methods=["POST"])
@requires(Permission.MAIL_SEND)
def take_mail_off(mail_number: str | None = None) -> ResponseReturnValue:
    """Take one mail that nobody got off the list, or all of them."""
    with transaction():
        chosen = None if mail_number is None else [mail_number]
        gone = reminders.take_off(chosen, by=my_account().id)
    flash(f"{counted(gone, 'mail is', 'mails are')} taken off the list.")
    return redirect(url_for("home.outbox"))


@bp.route("/audit")
@requires(Permission.AUDIT_READ)
def audit_log() -> ResponseReturnValue:
    """The log of acts, and whether its chain is whole."""
    form, page = LogForm(request.args), page_number()
    known = {cycle.id: cycle.name for cycle in cycles.cycles_newest_first()}
    form.cycle.choices = options([(0, "All cycles"), *known.items()])
    chosen = form.cycle.data if form.cycle.data in known else 0
    wanted = LogFilter(kind=form.kind.data or "", cycle_id=chosen)
    lines, has_more = queries.audit_lines(wanted, page=page)
    return render_template(
        "home/audit.html",
        lines=lines,
        state=audit_checking.look(cycles.log_witnesses()),
        form=form,
        page=page,
        has_more=has_more,
    )

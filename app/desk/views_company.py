"""Settings of the company: HR sets them here, unless whoever runs Full Circle did."""

from typing import Final

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.desk.company_settings import WHOLE_COMPANY, save_settings
from app.desk.forms import AgreeForm, CompanyForm
from app.domain.access import Permission
from app.domain.reminder_times import PlannedKind
from app.infra import audit, company
from app.infra.db import transaction
from app.infra.logo_cleaning import LogoRefusedError, cleaned
from app.infra.settings import settings
from app.people import two_person_requests
from app.people.guard import my_account, public, requires
from app.people.models import Act
from app.reminders import schedule
from app.reminders.forms import RemindersForm

bp = Blueprint("company", __name__)
KEPT: Final = "public, max-age=31536000, immutable"
SANDBOX: Final = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
UNPROCESSABLE = 422


@bp.route("/desk/company", methods=["GET", "POST"])
@requires(Permission.COMPANY_SET)
def edit() -> ResponseReturnValue:
    """Every setting with where it comes from; a wrong one is refused with all the others."""
    form = CompanyForm(data=_as_set())
    form.lock_given()
    faults: list[str] = []
    if form.is_submitted():
        faults, waits = _saved(form)
        if not faults:
            flash("The settings are saved. Every process takes them over within a minute.")
            if waits:
                flash(
                    "How long results are kept waits until a second person of HR agrees: a shorter "
                    "time erases results.",
                    "warning",
                )
            return redirect(url_for("desk.company.edit"))
    asked = two_person_requests.find(Act.SHORTEN_RETENTION, WHOLE_COMPANY)
    page = render_template(
        "desk/company.html", form=form, faults=faults, given=company.is_given, asked=asked
    )
    return page, UNPROCESSABLE if faults else 200


def _as_set() -> dict[str, object]:
    now = settings()
    shown = {name: getattr(now, name) for name in company.OF_CONFIG}
    shown["company_name"] = now.company_name if now.is_named else ""
    shown[company.FACTOR] = sorted(now.factor_roles)
    return shown | {"colour": company.look().colour}


def _saved(form: CompanyForm) -> tuple[list[str], bool]:
    """Save what was sent: the faults that stop it, and whether a part waits for a second person."""
    if not form.validate():
        return form.faults, False
    changes = form.changes
    try:
        if form.logo.data:
            changes[company.LOGO] = cleaned(form.logo.data.read()).as_text()
        elif form.drops_logo.data:
            changes[company.LOGO] = ""
    except LogoRefusedError as refusal:
        return [str(refusal)], False
    with transaction():
        is_whole = save_settings(changes, by=my_account().id)
    return [], not is_whole


@bp.route("/desk/company/reminders", methods=["GET", "POST"])
@requires(Permission.COMPANY_SET)
def reminder_texts() -> ResponseReturnValue:
    """The words with which the reminders of every new plan begin."""
    form = RemindersForm.of(schedule.words_of_company())
    if form.validate_on_submit():
        with transaction():
            if schedule.keep_words_of_company(form.words):
                audit.record(
                    "company:changed", actor_id=my_account().id, settings=[company.REMINDERS]
                )
        flash("The texts are saved. The next plan begins with them.")
        return redirect(url_for("desk.company.edit"))
    page = render_template("desk/reminder_texts.html", form=form, kinds=list(PlannedKind))
    return page, UNPROCESSABLE if form.faults else 200


@bp.route("/desk/company/shorten", methods=["GET", "POST"])
@requires(Permission.COMPANY_SET)
def shorten() -> ResponseReturnValue:
    """Agree that results are kept for a shorter time, as another person of HR asked."""
    asked = two_person_requests.find(Act.SHORTEN_RETENTION, WHOLE_COMPANY)
    if asked is None or asked.needs_second_person(my_account().id):
        return redirect(url_for("lifecycle.requests.index"))
    form = AgreeForm()
    if form.validate_on_submit():
        years = {company.YEARS: asked.content}
        with transaction():
            save_settings(years, by=my_account().id, word=form.word.data or "")
        flash("Saved. Older results are erased within minutes.")
        return redirect(url_for("desk.company.edit"))
    return render_template("desk/shorten.html", form=form, asked=asked)


@bp.route("/company.css")
@public
def style() -> ResponseReturnValue:
    """The company's colour as a style sheet."""
    response = Response(company.look().style, mimetype="text/css")
    return _kept(response)


@bp.route("/company-logo")
@public
def logo() -> ResponseReturnValue:
    """The company's logo: a picture and nothing else, whoever opens it by itself."""
    picture = company.look().logo
    if picture is None:
        abort(404)
    response = Response(picture.content, mimetype=picture.kind)
    response.headers["Content-Security-Policy"] = SANDBOX
    return _kept(response)


def _kept(response: Response) -> Response:
    """Browsers may keep what they asked for by its present mark."""
    if request.args.get("v") == company.look().mark:
        response.headers["Cache-Control"] = KEPT
    return response

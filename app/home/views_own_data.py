"""What is kept about whoever asks: taken along as a file, and their reports erased."""

from io import BytesIO

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.domain.access import Permission
from app.domain.plurals import counted
from app.home import own_data
from app.home.forms import EraseForm
from app.infra import audit_readings
from app.infra.db import transaction
from app.infra.pages import paper
from app.people.guard import asking, me, my_account, requires, wait_for_an_objection
from app.reports.bundling import discard_all
from app.results.queries import readable_reports
from app.results.services import erase_subject

bp = Blueprint("own_data", __name__, url_prefix="/account/data")
bp.before_request(wait_for_an_objection)


@bp.route("")
@requires(Permission.ACCOUNT_USE)
def show() -> ResponseReturnValue:
    """What is kept, in words, with both buttons."""
    mine = asking()
    own = readable_reports(mine, subjects={mine.person_id})
    return render_template("home/own_data.html", reports=own, not_in_it=own_data.NOT_IN_IT)


@bp.route("/file")
@requires(Permission.ACCOUNT_USE)
def take() -> ResponseReturnValue:
    """All of it as one file."""
    content = own_data.own_data_file(me(), asking())
    for one in readable_reports(asking(), subjects={my_account().id}):
        audit_readings.note(
            "report:downloaded",
            actor_id=my_account().id,
            cycle_id=one.cycle_id,
            kind="personal",
        )
    return paper(BytesIO(content), name="What is kept about me.zip", kind="application/zip")


@bp.route("/erase", methods=["GET", "POST"])
@requires(Permission.ACCOUNT_USE)
def erase() -> ResponseReturnValue:
    """Say what will be gone and ask once, then erase the person's own reports for good."""
    form, mine = EraseForm(), asking()
    own = readable_reports(mine, subjects={mine.person_id})
    if not form.validate_on_submit():
        return render_template("home/erase.html", form=form, reports=own)
    with transaction():
        reports = erase_subject(mine.person_id, by=mine.person_id)
        discard_all()  # one of them may lie in a ZIP that waits to be fetched
    flash(f"{counted(reports, 'report is', 'reports are')} erased for good.")
    return redirect(url_for("home.own_data.show"))

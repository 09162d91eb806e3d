"""What programs read that watch an installation."""

import hmac

from flask import Blueprint, Response, abort, request
from flask.typing import ResponseReturnValue
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4

from app.infra.settings import settings
from app.operations import metrics as figures
from app.people.guard import public

bp = Blueprint("operations", __name__)


@bp.route("/metrics")
@public
def metrics() -> ResponseReturnValue:
    """Figures for Prometheus, for whoever shows the token; without one set there is no page."""
    token = settings().metrics_token
    if not token:
        abort(404)
    shown = request.headers.get("Authorization", "")
    if not hmac.compare_digest(shown.encode(), f"Bearer {token}".encode()):
        refused = {"WWW-Authenticate": "Bearer", "Content-Type": "text/plain; charset=utf-8"}
        return "Send the token of FULL_CIRCLE_METRICS_TOKEN as a bearer token.\n", 401, refused
    kept_by_nobody = {"Cache-Control": "no-store", "Content-Type": CONTENT_TYPE_PLAIN_0_0_4}
    return Response(figures.page(), headers=kept_by_nobody)

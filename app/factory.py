"""How the app is put together: the only place that knows all its parts."""

import sys
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import IO, Any

from flask import Flask, Request
from jinja2 import StrictUndefined
from werkzeug.middleware.proxy_fix import ProxyFix

from app.domain import durations, limits, scale
from app.infra import commands, logs
from app.infra.private import close_to_others, keep_private
from app.infra.request_ids import NameRequest
from config import Config, ConfigError

LARGEST_UPLOAD = 32 * 1024 * 1024
ROOT = Path(__file__).resolve().parent.parent


class InMemory(Request):
    """A request whose uploads never touch a disk: a file of ratings says who answered what."""

    def _get_file_stream(self, *_args: Any, **_kwargs: Any) -> IO[bytes]:
        """Where an uploaded file is kept while it is read; MAX_CONTENT_LENGTH bounds it."""
        return BytesIO()


class FullCircle(Flask):
    """A Flask app without asynchronous views."""

    request_class = InMemory

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """`func` as it is; Flask would look at every hook of every request."""
        return func

    def log_exception(self, exc_info: Any) -> None:
        """Log an error without the address that was asked for, which names people by numbers."""
        self.logger.error("a request met an error that nobody expected", exc_info=exc_info)


def build(settings: Config | None = None, *, testing: bool = False) -> Flask:
    """Build the app from `settings` (by default the environment's).

    Ends the process with one sentence per fault when the environment's settings are unusable.
    """
    keep_private()
    try:
        settings = settings or Config.from_environment()
        if not testing:
            logs.configure(settings, NameRequest())
        for sentence in close_to_others(settings):
            logs.tell(settings, sentence)
    except ConfigError as error:
        sys.exit(str(error))
    app = FullCircle(__name__, template_folder=str(ROOT / "templates"), static_folder=None)
    app.testing = testing
    app.config.update(_flask_settings(settings))
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.globals.update(durations=durations, limits=limits, scale=scale)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    if settings.trusted_proxies:
        hops = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    _start_services(app)
    if commands.needs_pages():
        _mount_pages(app)
    _welcome_first_hr(app)
    return app


def _flask_settings(settings: Config) -> dict[str, Any]:
    """What Flask and its extensions read."""
    is_secure = settings.base_url.startswith("https:")
    return {
        "SETTINGS": settings,
        "SECRET_KEY": settings.secret_key,
        "SQLALCHEMY_DATABASE_URI": settings.sqlalchemy_url,
        # Without parameters no log line can hold a person together with what they did.
        "SQLALCHEMY_ENGINE_OPTIONS": {"hide_parameters": True},
        "MAX_CONTENT_LENGTH": LARGEST_UPLOAD,
        "MAX_FORM_MEMORY_SIZE": 4 * 1024 * 1024,
        "MAX_FORM_PARTS": 20_000,
        "PERMANENT_SESSION_LIFETIME": durations.IDLE + durations.IDLE_STEP,
        "WTF_CSRF_TIME_LIMIT": int(durations.IDLE.total_seconds()),
        # Signing it again costs as much as a query; guard renews it once an hour.
        "SESSION_REFRESH_EACH_REQUEST": False,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_SECURE": is_secure,
        # Under such a name browsers take the cookie from this very host only, and over TLS.
        "SESSION_COOKIE_NAME": "__Host-session" if is_secure else "session",
        "SESSION_COOKIE_PATH": "/",
    }


def _start_services(app: Flask) -> None:
    """Start what pages, commands and the worker need alike, and hang up the commands."""
    from app.cli import init_cli
    from app.infra.company import init_company
    from app.infra.db import init_db
    from app.infra.measuring import init_measuring
    from app.infra.pages import init_pages
    from app.infra.processes import init_processes
    from app.infra.slow_statements import init_slow_statements

    init_db(app)
    init_measuring(app)
    init_slow_statements(app)
    init_pages(app)  # how mails write values, too
    init_company(app)
    init_processes(app)
    init_cli(app, import_tables=_import_tables)


def _mount_pages(app: Flask) -> None:
    """Start what stands around a request, then hang up every feature's views."""
    from flask_wtf import CSRFProtect

    from app.infra.error_pages import init_error_pages
    from app.infra.hidden_traffic import init_quiet
    from app.infra.jobs import init_jobs
    from app.infra.layout import init_layout
    from app.infra.request_ids import init_request_ids
    from app.infra.sessions import init_sessions
    from app.infra.static_files import init_static_files
    from app.people.guard import init_guard

    _import_tables()
    init_error_pages(app)
    init_request_ids(app)
    CSRFProtect(app)
    init_sessions(app)
    init_jobs(app)
    init_guard(app)
    init_layout(app)
    init_static_files(app)
    _mount_views(app)
    init_quiet(app)


def _welcome_first_hr(app: Flask) -> None:
    """Let whom the settings name begin; with an empty directory nobody else could."""
    if not app.config["SETTINGS"].first_hr:
        return
    from app.infra.db import db
    from app.people.first_hr import make_first_hr

    _import_tables()
    with app.app_context():
        make_first_hr()
        db.engine.dispose()  # a server may fork now; connections must not be shared


def _import_tables() -> None:
    """Let the database know every table and what watches its rows, whoever asks for them first."""
    import app.assignments.models
    import app.ballots.models
    import app.cycles.models
    import app.enps.models
    import app.infra.audit
    import app.infra.company
    import app.infra.failing_steps
    import app.infra.heartbeats
    import app.infra.mail
    import app.infra.mail_health
    import app.infra.processes
    import app.internal_services.models
    import app.leaders.models
    import app.people.credentials
    import app.people.large_import
    import app.people.models
    import app.projects.models
    import app.questionnaires.models
    import app.reminders.models
    import app.reports.models
    import app.results.models
    import app.service_results.models
    import app.unit_answers.models
    import app.unit_questions.models


def _mount_views(app: Flask) -> None:
    from importlib import import_module

    for feature in FEATURES:
        app.register_blueprint(import_module(f"app.{feature}.views").bp)


FEATURES: tuple[str, ...] = (
    "people",
    "questionnaires",
    "internal_services",
    "ballots",
    "unit_questions",
    "unit_answers",
    "enps",
    "heard",
    "reports",
    "lifecycle",
    "home",
    "desk",
    "operations",
)

"""Signed session cookies as Flask makes them, read with less ado."""

from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from itsdangerous import URLSafeTimedSerializer


def init_sessions(app: Flask) -> None:
    """Let `app` read and write its sessions with one signer of its own."""
    app.session_interface = _OneSigner()


class _OneSigner(SecureCookieSessionInterface):
    """Flask sets up the signer at every request, which costs more than reading the cookie."""

    def __init__(self) -> None:
        self._signer: URLSafeTimedSerializer | None = None

    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer | None:
        """The app's signer; its key is never another one while the app runs."""
        self._signer = self._signer or super().get_signing_serializer(app)
        return self._signer

"""The smallest Flask app: what a page and a save are compared with."""

from flask import Flask

from app.server.gate import Gate
from app.server.receiving import Receiver

app = Flask(__name__)


@app.route("/")
def hello() -> str:
    return "hello"


def create_gate() -> Gate:
    """What granian calls; the same as before our own app."""
    return Gate(app, Receiver(largest=1024))

"""The smallest Flask app: what a page and a save are compared with."""

from flask import Flask

app = Flask(__name__)


@app.route("/")
def hello() -> str:
    return "hello"

"""What every app of a run would compile again for itself, compiled once.

A test gets an app of its own. Nearly all of what making it costs is the builders of the same
routes and the code of the same templates; both depend on nothing but their text.
"""

from collections.abc import Callable
from typing import Any

import jinja2
from flask import Flask
from jinja2.bccache import Bucket, BytecodeCache
from werkzeug.routing.rules import Rule


class InMemory(BytecodeCache):
    """Compiled templates of this process; Jinja compares their text before it uses one."""

    def __init__(self) -> None:
        self.kept: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Fill `bucket` with what is kept."""
        if bucket.key in self.kept:
            bucket.bytecode_from_string(self.kept[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep what was compiled."""
        self.kept[bucket.key] = bucket.bytecode_to_string()


def compile_once() -> None:
    """From here on, compile the builder of a route and the code of a template once."""
    make_builder: Callable[..., Any] = Rule._compile_builder
    builders: dict[Any, Any] = {}

    def builder(rule: Rule, *append_unknown: bool) -> Any:
        if rule.defaults or rule.subdomain:
            return make_builder(rule, *append_unknown)
        key = rule.rule, *append_unknown
        if key not in builders:
            builders[key] = make_builder(rule, *append_unknown)
        return builders[key]

    Rule._compile_builder = builder  # type: ignore[method-assign,assignment]
    make_environment = Flask.create_jinja_environment
    templates = InMemory()

    def environment(app: Flask) -> jinja2.Environment:
        made = make_environment(app)
        made.bytecode_cache = templates
        return made

    Flask.create_jinja_environment = environment  # type: ignore[method-assign,assignment]

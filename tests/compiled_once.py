"""What every app of a run would compile again for itself, compiled once.

A test gets an app and an engine of its own. Nearly all of what that costs is the builders of
the same routes, the code of the same templates and the text of the same statements; none of
them depends on anything but what is written in the code.
"""

import functools
import os
from collections.abc import Callable
from types import CodeType
from typing import Any

import jinja2
from argon2 import PasswordHasher
from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from jinja2.bccache import Bucket, BytecodeCache
from sqlalchemy import event
from sqlalchemy.engine import Engine
from sqlalchemy.engine.default import DefaultDialect
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.util import LRUCache
from werkzeug.routing import Map
from werkzeug.routing.rules import Rule, RuleFactory

from app import factory
from app.people import passwords

HASHER_OF_THE_APP = passwords.hasher
"""What hashes passwords outside of tests."""


class InMemory(BytecodeCache):
    """Compiled templates of this process, each under its name and the digest of its text."""

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], CodeType] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Give `bucket` what is kept, as it is: reading bytes takes as long as rendering."""
        bucket.code = self.kept.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep what was compiled."""
        if bucket.code is not None:
            self.kept[bucket.key, bucket.checksum] = bucket.code


def compile_once() -> None:
    """From here on, compile routes, templates and statements once."""
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
    _share_statements()
    _share_addresses()


def hash_quickly() -> None:
    """Keep the passwords of the cast with the least work that argon2 can do."""
    cheap = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    passwords.hasher = lambda: cheap  # type: ignore[assignment]


def wait_for_no_disk() -> None:
    """Leave it to the system when SQLite and files are written: no test pulls the plug."""
    os.fsync = lambda _file: None  # type: ignore[assignment]
    make_engine: Callable[..., Engine] = SQLAlchemy._make_engine

    def engine(*args: Any) -> Engine:
        made = make_engine(*args)
        if made.dialect.name == "sqlite":
            # Whenever it is taken: a process that says it is alive leaves the setting of the app.
            event.listen(made, "checkout", _let_go_of_the_disk)
        return made

    SQLAlchemy._make_engine = engine  # type: ignore[method-assign,assignment]


def _let_go_of_the_disk(connection: DBAPIConnection, *_of: object) -> None:
    connection.cursor().execute("PRAGMA synchronous=OFF")


def _share_statements() -> None:
    """Let every engine of one kind of database use the same compiled statements."""
    compiled: LRUCache[Any, Any] = LRUCache(2000)
    make_engine: Callable[..., Engine] = SQLAlchemy._make_engine

    def engine(*args: Any) -> Engine:
        made = make_engine(*args)
        made._compiled_cache = compiled
        return made

    SQLAlchemy._make_engine = engine  # type: ignore[method-assign,assignment]
    # Statements are kept by dialect, and each engine has its own that differs in nothing.
    DefaultDialect.__eq__ = lambda one, other: type(one) is type(other)  # type: ignore
    DefaultDialect.__hash__ = lambda one: hash(type(one))  # type: ignore


class Filled(Map):
    """Stands in for an app's map of addresses while views are mounted that another app has."""

    def add(self, rulefactory: RuleFactory) -> None:
        """Leave it: what is added now stands in the map that takes this one's place."""


def _share_addresses() -> None:
    """Let every app find its views by the same map; the views themselves belong to each app."""
    mount = factory._mount_views
    maps: dict[frozenset[str], Map] = {}

    def mounted(app: Flask) -> None:
        own = app.url_map
        before = frozenset(f"{rule.rule} {rule.endpoint}" for rule in own.iter_rules())
        app.url_map = Filled() if before in maps else own
        mount(app)
        app.url_map = maps.setdefault(before, own)
        app.add_url_rule = functools.partial(_add_to_own_map, app)  # type: ignore[method-assign]

    factory._mount_views = mounted


def _add_to_own_map(app: Flask, *args: Any, **kwargs: Any) -> None:
    """Give the app of a test that has a page of its own a map of its own first."""
    shared = app.url_map
    app.url_map = Map([rule.empty() for rule in shared.iter_rules()])
    app.url_map.converters.update(shared.converters)
    del app.add_url_rule
    app.add_url_rule(*args, **kwargs)

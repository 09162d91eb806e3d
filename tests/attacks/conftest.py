"""The companies under attack: each is played once in a run and shared by all attacks."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import partial
from pathlib import Path

import pytest

from tests.attacks.attacked_company import Stage, play
from tests.attacks.score import tell
from tests.conftest import make_settings
from tests.databases import OnPostgres, OnSqlite
from tests.shared_by_workers import made_once, of_this_run

__all__ = ["company", "tell"]

Company = Callable[[int], Stage]
SHARED = {5000}
"""Companies that one worker plays for all, because it takes most of a minute."""
COPIES = {5000: 1}
"""How often a company is copied while people answer; a copy of thousands is large."""


@pytest.fixture(scope="session")
def company(
    databases: OnSqlite | OnPostgres, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Company]:
    """`company(25)` is the company of that size after its whole cycle; do not change it."""
    stages: dict[int, Stage] = {}
    with ExitStack() as open_databases:

        def of(size: int) -> Stage:
            if size not in stages and size in SHARED and isinstance(databases, OnSqlite):
                folder = of_this_run(tmp_path_factory) / f"company-{size}"
                stages[size] = made_once(folder, partial(played, size))
            elif size not in stages:
                stages[size] = played(size, tmp_path_factory.mktemp(f"company-{size}"))
            return stages[size]

        def played(size: int, folder: Path) -> Stage:
            url = open_databases.enter_context(databases.fresh(folder))
            settings = make_settings(folder, database_url=url)
            return play(size, settings, copies=COPIES.get(size, 3))

        yield of


@pytest.fixture
def own_company(databases: OnSqlite | OnPostgres, tmp_path: Path) -> Iterator[Callable[..., Stage]]:
    """`own_company(25)` is an unplayed stage of this test's own, to be opened and broken."""
    with ExitStack() as open_things:

        def of(size: int = 25) -> Stage:
            folder = tmp_path / f"own-{len(list(tmp_path.iterdir()))}"
            folder.mkdir()
            url = open_things.enter_context(databases.fresh(folder))
            stage = Stage(size, make_settings(folder, database_url=url))
            open_things.enter_context(stage.on())
            return stage

        yield of

"""No test is passed over by its folder that `-m` would not leave out."""

from types import SimpleNamespace
from typing import Any

import pytest

from tests import conftest


@pytest.mark.parametrize(
    ("folder", "wanted", "is_passed_over"),
    [
        ("attacks", "not browser and not slow", True),
        ("browser", "not browser and not sqlite_suffices", True),
        ("features/counting", "not slow", True),
        ("features/people", "not browser and not slow", False),
        ("features/heard", "not browser", False),
        ("attacks", "", False),
        ("attacks", "slow", False),
        ("attacks", "not browser", False),
        ("browser", "browser", False),
        ("browser", "not browser or not slow", False),
    ],
)
def test_a_folder_is_passed_over_only_with_all_its_tests(folder, wanted, is_passed_over):
    config: Any = SimpleNamespace(option=SimpleNamespace(markexpr=wanted))

    passed_over = conftest.pytest_ignore_collect(conftest.TESTS / folder, config)

    assert bool(passed_over) is is_passed_over


def test_a_folder_gives_its_mark_to_every_test_in_it(request):
    for item in request.session.items:
        folder = item.path.relative_to(conftest.TESTS).parts[:-1]
        for mark, folders in conftest.MARKED.items():
            assert folder not in folders or item.get_closest_marker(mark), item.nodeid

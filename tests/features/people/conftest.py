"""What several tests about accounts begin with."""

import pytest

from app.people.imports import working
from tests.fake_provider import FakeProvider, answer_for
from tests.features.people import large_lists as large
from tests.features.people.test_import import upload


@pytest.fixture
def provider(monkeypatch: pytest.MonkeyPatch) -> FakeProvider:
    """A sign-in provider that answers in place of the network."""
    return answer_for(FakeProvider(), monkeypatch)


@pytest.fixture
def large_lists(monkeypatch):
    """Every people list counts as a large one, and is written two people at a time."""
    large.count_as_large(monkeypatch)


@pytest.fixture
def shown(large_lists, hanna, charlie):
    """The page on which HR looks at what a list would do, of which Charlie is not part."""
    upload(hanna, *large.LIST)
    working.go_on()
    return large.look_at_whole(hanna)

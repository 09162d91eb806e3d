"""What several tests about accounts begin with."""

import pytest

from tests.fake_provider import FakeProvider, answer_for


@pytest.fixture
def provider(monkeypatch: pytest.MonkeyPatch) -> FakeProvider:
    """A sign-in provider that answers in place of the network."""
    return answer_for(FakeProvider(), monkeypatch)

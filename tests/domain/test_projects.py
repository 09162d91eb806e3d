"""Projects: their way, and what may be said of the figure that each was to move."""

import pytest

from app.domain.errors import WrongStateError
from app.domain.projects.effect import PrintedFigure, Verdict, effect_of
from app.domain.projects.said_and_done import SaidAndDone, one_after_another
from app.domain.projects.steps import ProjectState, advance, next_state
from tests.bench.numbers_projects import called


def quarters(*values: float, error: float = 0.15) -> list[PrintedFigure]:
    return [PrintedFigure(value, error) for value in values]


def test_a_project_goes_one_way_through_five_states():
    way, state = [], ProjectState.PROPOSED
    while following := next_state(state):
        state = advance(state, following)
        way.append(state.value)

    assert way == ["agreed", "under way", "done", "looked at"]
    with pytest.raises(WrongStateError, match="A project that is done cannot become agreed"):
        advance(ProjectState.DONE, ProjectState.AGREED)


def test_without_a_quarter_on_both_sides_nothing_is_said():
    assert effect_of([], quarters(3.0), wants_more=True) is None
    assert effect_of(quarters(3.0), [], wants_more=True) is None


def test_a_figure_that_rose_by_more_than_chance_has_moved():
    found = effect_of(quarters(3.1, 3.1), quarters(3.9), wants_more=True)

    assert found is not None
    assert (found.before, found.now, found.verdict) == (3.1, 3.9, Verdict.MOVED)


def test_the_same_rise_is_against_a_project_that_wanted_less():
    found = effect_of(quarters(3.1, 3.1), quarters(3.9), wants_more=False)

    assert found is not None
    assert found.verdict is Verdict.AGAINST


def test_a_small_change_comes_with_the_smallest_that_would_have_been_seen():
    found = effect_of(quarters(3.7), quarters(3.8), wants_more=True)

    assert found is not None
    assert found.verdict is Verdict.NOT_SEEN
    assert found.smallest == pytest.approx(2.59 * 0.15 * 2**0.5)


def test_at_most_four_quarters_before_are_looked_at():
    found = effect_of(quarters(1.0, 3.0, 3.0, 3.0, 3.0), quarters(3.0), wants_more=True)

    assert found is not None
    assert found.before == 3.0


def test_a_project_that_moved_its_figure_is_mostly_called_so():
    """Sixty people, half of whom use the service; four quarters, 150 runs, good to 4 points."""
    assert called(effect=0.4, runs=150) >= 60


def test_a_project_that_moved_nothing_is_rarely_called_so():
    assert called(effect=0.0, runs=150, seed=2) <= 10


def test_what_became_of_a_figure_is_said_once_however_many_were_to_move_it():
    told = [
        SaidAndDone(f"Title {n}", f"Said {n}.", f"Did {n}.", is_done=True, verdict="It moved.")
        for n in (1, 2)
    ]
    new = SaidAndDone("New", "Said.", "Do.", is_done=False, verdict="")

    assert one_after_another([*told, new, new]) == [
        "You said: Said 1. We did: Did 1. It moved.",
        "You said: Said 2. We did: Did 2. It was to move the same figure as one above.",
        "You said: Said. We do: Do.",
        "You said: Said. We do: Do.",
    ]

"""What each attack achieved beside what guessing does, collected into one table at the end."""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

import pytest

SHOWN_AS = "attack"
HEAD = f"{'attack':<58}{'people':>7}{'success':>10}{'chance':>10}   protection"


@dataclass(frozen=True)
class Score:
    """One attack's rate of success and that of guessing, both 0-1."""

    attack: str
    people: int
    success: float
    chance: float
    is_protected: bool = True

    def __str__(self) -> str:
        state = "" if self.is_protected else "   switched off"
        return (
            f"{self.attack:<58}{self.people:>7,}{100 * self.success:>9.1f}%"
            f"{100 * self.chance:>9.1f}%{state}"
        )


Tell = Callable[..., Score]


@pytest.fixture
def tell(request: pytest.FixtureRequest) -> Tell:
    """`tell("what", people=…, success=…, chance=…)` prints the rate and puts it in the table."""

    def told(
        attack: str, *, people: int, success: float, chance: float, off: bool = False
    ) -> Score:
        score = Score(attack, people, success, chance, is_protected=not off)
        request.node.user_properties.append((SHOWN_AS, asdict(score)))
        print(f"\n{score}")  # noqa: T201 - read with -s
        return score

    return told


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """The table of all attacks; workers of a parallel run send their lines along."""
    reports = [one for kind in ("passed", "failed") for one in terminalreporter.stats.get(kind, [])]
    scores = [
        Score(**content)
        for report in reports
        for name, content in getattr(report, "user_properties", ())
        if name == SHOWN_AS and getattr(report, "when", "") == "call"
    ]
    if not scores:
        return
    terminalreporter.section("attacks")
    terminalreporter.write_line(HEAD)
    for score in sorted(scores, key=lambda one: (not one.is_protected, one.attack, one.people)):
        terminalreporter.write_line(str(score))

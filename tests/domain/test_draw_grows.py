"""Drawing pairs costs as much for each person in a large company as in a small one."""

import sys
from random import Random

from app.domain.pairing import sample
from app.domain.pairing.assignment import Member, balanced_sample

SMALL, LARGE = 400, 2_000
HEADS = 40
"""Of whom the first manages all others, so that thousands have to rate one person."""


def company(people):
    return [
        Member(number, number % HEADS, None if number == 1 else 1)
        for number in range(1, people + 1)
    ]


def work_for_each(people, monkeypatch):
    """Function calls, and elements sorted, that a draw takes for each person in it."""
    work = 0

    def count(_frame, event, _argument):
        nonlocal work
        work += event in ("call", "c_call")

    def watched(values):
        nonlocal work
        found = sorted(values)
        work += len(found)
        return found

    members, random = company(people), Random(5)
    monkeypatch.setattr(sample, "sorted", watched, raising=False)
    sys.setprofile(count)
    try:
        balanced_sample(members, random=random)
    finally:
        sys.setprofile(None)
    return work / people


def test_a_person_takes_no_more_work_in_a_larger_company(monkeypatch):
    small, large = (work_for_each(people, monkeypatch) for people in (SMALL, LARGE))

    assert large < 1.5 * small

"""Errors are sentences; where to look is told to operators and HR only."""

from app.domain.errors import PlanRefusedError, ReviewError, SealBrokenError


def test_where_a_broken_seal_lies_is_added_for_those_who_can_look():
    known = SealBrokenError("A key half is lost.", place="/keys/3")

    assert str(known) == "A key half is lost."
    assert known.in_full == "A key half is lost. Look in /keys/3."
    assert SealBrokenError("A key half is lost.").in_full == "A key half is lost."
    assert ReviewError("It is closed.").in_full == "It is closed."


def test_a_refused_plan_names_every_fault():
    refused = PlanRefusedError(["Nobody takes part.", "It ends before it begins."])

    assert str(refused) == "Nobody takes part. It ends before it begins."
    assert refused.faults == ["Nobody takes part.", "It ends before it begins."]

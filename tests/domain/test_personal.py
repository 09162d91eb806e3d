"""A personal report says only what the released cells carry, and the strongest first."""

import re
from dataclasses import replace
from datetime import date
from random import Random

import numpy as np
import pytest

from app.domain.release.noise import twice_blurred
from app.domain.release.policy import BOUND, Hidden, ReleasePolicy, Shares, Shown, noise_with
from app.domain.reports.contents import AdjustedOverall
from app.domain.reports.measured import Measured
from app.domain.reports.personal import Comments, Cover, SubjectQuarter, compose
from app.domain.reports.wording import NOT_COMPARABLE
from app.domain.reports.words import remark_words, statement_words
from app.domain.statistics.differences import Direction

NAMES = [f"Competency {i // 2 + 1}" for i in range(14)]
TEXTS = [f"Does thing {i + 1}." for i in range(14)]
IDENTITIES = tuple(f"identity {i + 1}" for i in range(14))
HIDDEN = Hidden("fewer than 5 colleagues answered")
COVER = Cover("Acme", "2026 Q3", date(2026, 10, 1), "Alice", "Clerk", "Sales", 12)


def shown(mean, width=0.2, shares=None):
    return Shown(mean, raters=12, standard_error=width / 1.96, shares=shares)


def quarter(
    means, *, own=None, name="2026 Q3", company=3.6, company_own=None, identities=IDENTITIES
):
    return SubjectQuarter(
        cycle_name=name,
        competencies=NAMES,
        texts=TEXTS,
        identities=identities,
        measured=Measured(
            [mean if isinstance(mean, Shown | Hidden) else shown(mean) for mean in means]
        ),
        own=own or [None] * 14,
        company=[shown(company, 0.1)] * 14,
        company_own=[company_own] * 14,
    )


def report(current, *history, cover=COVER):
    return compose(
        cover,
        current=current,
        history=history,
        comments=Comments((), (), None),
        policy=ReleasePolicy(),
    )


def test_a_flat_report_claims_nothing():
    made = report(quarter([3.6] * 14))

    assert made.finding == "No single behaviour stands out from the others."
    assert (made.said, made.also) == ((), ())


def test_what_is_clearly_higher_is_the_finding():
    made = report(quarter([4.8, *[3.4] * 13]))

    assert made.finding == "“Does thing 1” stands out."
    assert made.statements[0].stands_out is Direction.UP


def test_everything_hidden_is_said_with_the_reason():
    made = report(quarter([HIDDEN] * 14))

    assert made.finding == "No scores this quarter: fewer than 5 colleagues answered."
    assert all(isinstance(line.colleagues, Hidden) for line in made.competencies)
    assert made.statements[0].change is Direction.UNKNOWN


def test_a_competency_is_the_mean_of_its_released_means_and_hidden_with_either():
    made = report(quarter([4.0, 3.0, HIDDEN, 4.0, *[3.6] * 10], own=[5, 4, None, 3, *[3] * 10]))

    assert made.competencies[0].colleagues == 3.5
    assert made.competencies[0].own == 4.5
    assert isinstance(made.competencies[1].colleagues, Hidden)
    assert made.competencies[1].own is None


def test_a_change_within_noise_is_none_and_beyond_it_has_a_direction():
    made = report(quarter([4.9, *[3.6] * 13]), quarter([3.4, *[3.4] * 13], name="2026 Q2"))

    assert made.statements[0].change is Direction.UP
    assert made.statements[1].change is Direction.NONE
    assert "“Does thing 1” has risen" in made.finding


def test_the_self_view_is_measured_against_what_is_usual_in_the_company():
    own = [5, *[None] * 13]

    plain = report(quarter([2.4] * 14, own=own))
    usual = report(quarter([2.4] * 14, own=own, company=2.4, company_own=4.8))

    assert plain.statements[0].own_view is Direction.DOWN
    assert plain.statements[0].gap == 2.6
    assert usual.statements[0].own_view is Direction.NONE


def test_the_trend_holds_eight_quarters_with_gaps_where_nothing_was_released():
    past = [quarter([3.0 + n / 10] * 14, name=f"Q{n}") for n in range(9)]
    past[4] = quarter([HIDDEN] * 14, name="Q4")

    made = report(quarter([4.0] * 14), *past)

    names = [point.cycle_name for point in made.trend[0].points]
    assert names == ["Q2", "Q3", "Q4", "Q5", "Q6", "Q7", "Q8", "2026 Q3"]
    assert made.trend[0].points[2].value is None
    assert made.trend[0].points[-1].value == 4.0
    assert made.trend[0].noise > 0


def test_each_row_knows_how_many_colleagues_answered_at_all():
    made = report(quarter([replace(shown(3.6), raters=9), *[3.6] * 13]))

    assert {line.answered for line in made.statements} == {12}
    assert remark_words(made.statements[0]) == "3 of 12 did not rate it"
    assert remark_words(made.statements[1]) == ""


def test_the_noise_is_told_for_as_many_colleagues_as_answered():
    made = report(quarter([3.6] * 14), cover=replace(COVER, raters=21))

    assert any("with 21 colleagues it is mostly less than 0.1." in note for note in made.notes)
    assert not any("12 colleagues" in note for note in made.notes)


@pytest.mark.parametrize("raters", [5, 6, 9, 10, 12, 19, 20, 21, 24, 40])
def test_the_noise_is_mostly_less_than_it_is_said_to_be(raters):
    nothing = np.zeros((4000, 1), dtype=np.int64)
    drawn = np.abs(twice_blurred(nothing, randomness=Random(7).randbytes)) / raters

    said = float(re.findall(r"less than (\d\.\d)", noise_with(raters))[0])

    assert 0.8 < (drawn < said).mean() < 1


def test_the_noise_and_its_promise_are_told():
    plain = report(quarter([3.6] * 14))
    divided = report(quarter([shown(3.6, shares=Shares(20, 30, 50)), *[3.6] * 13]))

    assert f"{noise_with(12)} {BOUND}" in plain.notes
    assert not any("blurred" in note for note in plain.notes)
    assert "The shares of answers are slightly blurred in the same way." in divided.notes


def test_a_hidden_number_of_raters_is_said_with_its_reason():
    made = report(quarter([HIDDEN] * 14), cover=replace(COVER, raters=HIDDEN))

    assert made.notes[0] == "Scores are hidden: fewer than 5 colleagues answered."
    assert not any(isinstance(line.colleagues, Shown) for line in made.statements)


def test_differences_are_sorted_by_size_and_leave_out_what_is_missing():
    own = [5, 1, None, 4, *[None] * 10]

    made = report(quarter([4.0, 3.8, 3.6, HIDDEN, *[3.6] * 10], own=own))

    assert [line.number for line in made.differences] == [2, 1]


def test_a_file_name_takes_no_forbidden_letters():
    made = report(quarter([3.6] * 14), cover=replace(COVER, name='A/B:"C"', cycle_name="2026 Q3"))

    assert made.file_name == "Full Circle 2026 Q3 - A-B--C-.pdf"


def with_adjusted(adjusted):
    return compose(
        COVER,
        current=quarter([3.6] * 14),
        history=(),
        comments=Comments((), (), None),
        policy=ReleasePolicy(),
        adjusted=adjusted,
    )


def test_the_adjusted_score_is_told_once_with_interval_reliability_and_what_it_is():
    made = with_adjusted(AdjustedOverall(shown(3.8, 0.4), "solid"))

    told = [note for note in made.notes if "adjusted" in note]
    assert told == [
        "Your adjusted overall score is 3.8 (likely between 3.4 and 4.2; solid). It is the average "
        "of colleagues’ ratings after correcting for how strict or generous each colleague "
        "usually is."
    ]


def test_why_there_is_no_adjusted_score_is_told_as_well():
    made = with_adjusted(Hidden("too few colleagues rated people of other departments"))

    assert (
        "There is no overall score adjusted for strict raters: too few colleagues rated people of "
        "other departments."
    ) in made.notes


def test_a_review_from_before_says_nothing_about_adjusting():
    assert not [note for note in with_adjusted(None).notes if "adjusted" in note]


def test_a_statement_is_compared_where_it_means_the_same_wherever_it_stood():
    before = quarter([2.0, 4.5, *[3.6] * 12], identities=swapped(0, 1))

    made = report(quarter([4.5, 2.0, *[3.6] * 12]), before)

    assert [line.previous.mean for line in made.statements[:2]] == [4.5, 2.0]
    assert {line.change for line in made.statements} == {Direction.NONE}
    assert made.trend[0].points[0].value == made.trend[0].points[1].value


def test_a_statement_with_a_new_meaning_is_compared_with_nothing():
    before = quarter([1.5, *[3.6] * 13])

    made = report(quarter([4.5, *[3.6] * 13], identities=("new", *IDENTITIES[1:])), before)

    first = made.statements[0]
    assert first.previous == NOT_COMPARABLE
    assert first.change is Direction.UNKNOWN
    assert "new wording: not comparable" in statement_words(first)
    assert "new wording: not comparable" in remark_words(first)
    assert made.trend[0].points[0].value is None
    assert not any("last quarter" in one.words for one in made.said)


def swapped(one, other):
    places = list(IDENTITIES)
    places[one], places[other] = places[other], places[one]
    return tuple(places)


def test_a_report_speaks_of_the_labels_that_raters_were_shown():
    labels = ("not at all", "a little", "partly", "mostly", "fully")

    made = report(replace(quarter([3.6] * 14), labels=labels))

    assert made.labels == labels
    assert any("from 1 (not at all) to 5 (fully)" in note for note in made.notes)
    assert not any("almost never" in note for note in made.notes)


def test_competencies_of_one_to_five_statements_are_each_their_own_average():
    sizes = (5, 1, 3, 5)
    names = [f"Competency {place}" for place, size in enumerate(sizes) for _ in range(size)]
    means = [2.0] * 5 + [5.0] + [3.0] * 3 + [4.0] * 5

    made = report(replace(quarter(means), competencies=names))

    assert [line.name for line in made.competencies] == list(dict.fromkeys(names))

"""The small rules: who may do what, the way through the states, the release policy."""

import pytest

from app.domain.access import (
    Actor,
    CompanyAccess,
    Permission,
    ReportAccess,
    is_allowed,
)
from app.domain.cycle import CycleState, advance
from app.domain.errors import PlanRefusedError, WrongStateError
from app.domain.release.policy import FLOORS, Reason, ReleasePolicy, Shown

ALICE, BOB, HANNA, CHARLIE = (
    Actor(1),
    Actor(2, is_manager=True),
    Actor(3, is_hr=True),
    Actor(4, is_board=True),
)


def report(*readers, is_published=True):
    return ReportAccess(1, frozenset({2, *readers}), is_published=is_published)


def readers(access):
    everybody = {"alice": ALICE, "bob": BOB, "hanna": HANNA, "charlie": CHARLIE}
    return {
        name
        for name, actor in everybody.items()
        if is_allowed(actor, Permission.REPORT_READ, access)
    }


class TestAPersonalReport:
    def test_is_read_by_its_subject_and_the_frozen_readers(self):
        assert readers(report()) == {"alice", "bob"}

    def test_is_read_by_hr_only_as_a_frozen_reader(self):
        assert readers(report(HANNA.person_id)) == {"alice", "bob", "hanna"}

    def test_is_read_by_nobody_before_it_is_published(self):
        assert readers(report(HANNA.person_id, is_published=False)) == set()

    def test_is_not_read_without_knowing_which(self):
        assert readers(None) == set()


def test_company_figures_are_for_everybody_once_published_and_for_hr_before():
    early, late = CompanyAccess(is_published=False), CompanyAccess(is_published=True)

    assert not is_allowed(ALICE, Permission.COMPANY_READ, early)
    assert is_allowed(HANNA, Permission.COMPANY_READ, early)
    assert is_allowed(ALICE, Permission.COMPANY_READ, late)


@pytest.mark.parametrize(
    ("permission", "allowed"),
    [
        (Permission.ACCOUNT_USE, [ALICE, BOB, HANNA, CHARLIE]),
        (Permission.BALLOT_FILL, [ALICE, BOB, HANNA, CHARLIE]),
        (Permission.BOARD_READ, [CHARLIE]),
        (Permission.PARTICIPATION_READ, [HANNA]),
        (Permission.PEOPLE_MANAGE, [HANNA]),
        (Permission.QUESTIONNAIRE_EDIT, [HANNA]),
        (Permission.CYCLE_RUN, [HANNA]),
        (Permission.COMMENT_JUDGE, [HANNA]),
        (Permission.MAIL_READ, [HANNA]),
        (Permission.MAIL_SEND, [HANNA]),
        (Permission.AUDIT_READ, [HANNA]),
    ],
)
def test_the_table_of_permissions(permission, allowed):
    assert [who for who in (ALICE, BOB, HANNA, CHARLIE) if is_allowed(who, permission)] == allowed


def test_a_cycle_goes_one_way_only():
    way = list(CycleState)

    for current in way:
        for target in way:
            if way.index(target) == way.index(current) + 1:
                assert advance(current, target) is target
            else:
                with pytest.raises(WrongStateError, match=f"{current} cannot become {target}"):
                    advance(current, target)


@pytest.mark.parametrize("threshold", FLOORS)
def test_no_threshold_can_be_lowered(threshold):
    terms = ReleasePolicy().as_dict()

    with pytest.raises(PlanRefusedError, match=f"cannot be lower than {FLOORS[threshold]}"):
        ReleasePolicy.from_dict(terms | {threshold: FLOORS[threshold] - 1})

    stricter = ReleasePolicy.from_dict(terms | {threshold: FLOORS[threshold] + 1})
    assert getattr(stricter, threshold) == FLOORS[threshold] + 1


def test_a_policy_survives_being_stored():
    policy = ReleasePolicy(blind_raters=7, hr_reads_reports=True)

    assert ReleasePolicy.from_dict(policy.as_dict()) == policy


def test_every_reason_has_words():
    policy = ReleasePolicy(blind_raters=8)

    assert policy.words(Reason.FEW_RATERS) == "fewer than 8 colleagues answered"
    assert all(policy.words(reason) for reason in Reason)


def test_a_score_prints_one_decimal_and_its_exact_interval_to_one_decimal():
    score = Shown(3.6, raters=12, standard_error=0.2)

    assert score.text == "3.6"
    assert (score.low, score.high) == (3.2, 4.0)  # 3.6 ± .392, rounded outwards by nobody


def test_an_interval_is_cut_to_the_scale():
    assert Shown(4.8, raters=6, standard_error=0.4).high == 5.0
    assert Shown(1.3, raters=6, standard_error=0.4).low == 1.0

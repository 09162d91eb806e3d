"""Whatever stands in the way of a plan leads to the page where it is mended."""

from datetime import timedelta

import pytest

from app.domain.cycle import CycleState
from app.domain.release.policy import ReleasePolicy
from app.infra import clock
from app.lifecycle.plan import plan_check
from tests.factories import make_cycle
from tests.features.lifecycle.drafts_and_forms import make_draft, make_second_hr


@pytest.mark.parametrize("fault", ["people", "raters", "dates", "other", "confirmation"])
def test_each_thing_in_the_way_leads_to_where_it_is_mended(app, hanna, fault):
    if fault == "people":
        cycle, ends = make_draft(5), ["people.upload"]
    elif fault == "raters":
        policy = ReleasePolicy(blind_raters=7).as_dict()
        cycle, ends = make_draft(8, policy_terms=policy), ["lifecycle.edit", "people.index"]
    elif fault == "dates":
        past = clock.now() - timedelta(days=2)
        over = {"opens_at": past, "closes_at": past + timedelta(days=1)}
        cycle, ends = make_draft(8, **over), ["lifecycle.edit"]
    elif fault == "other":
        make_cycle(state=CycleState.OPEN)
        cycle, ends = make_draft(8), ["lifecycle.edit", "lifecycle.show"]
    else:
        make_second_hr()
        cycle, ends = make_draft(8, planner=hanna.person), ["lifecycle.requests.index"]

    (only,) = plan_check.check_plan(cycle).obstacles

    assert [way.endpoint for way in only.ways] == ends

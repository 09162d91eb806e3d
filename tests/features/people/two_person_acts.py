"""Every act that needs two people of HR: asked for by Hanna, and how another one agrees."""

from contextlib import nullcontext
from typing import Any

from app.cycles.queries import cycle_by_id
from app.desk.company_settings import save_settings
from app.domain.cycle import CycleState
from app.infra.company import YEARS
from app.infra.db import transaction
from app.infra.keys import key_folder
from app.infra.settings import settings
from app.lifecycle import services as lifecycle
from app.lifecycle.count.abandoning import abandon
from app.lifecycle.count.restoring import go_on_with_backup
from app.lifecycle.count.turned_back import turned_back
from app.lifecycle.plan import plan_check
from app.people import second_factor, services
from app.people.models import Act
from tests.factories import make_person
from tests.features.lifecycle.drafts_and_forms import confirm_as_shown, make_draft, open_now
from tests.features.people.factors import give_codes
from tests.features.people.test_directory import as_typed


def confirmed_draft(scene, other):
    cycle = make_draft(9, planner=scene.hanna.person)
    with transaction():
        confirm_as_shown(cycle.id, by=other.id)
    return cycle


class Plan:
    def __init__(self, scene):
        self.cycle = make_draft(9, planner=scene.hanna.person)

    def agree(self, actor):
        confirm_as_shown(self.cycle.id, by=actor.id)

    def is_done(self):
        return not plan_check.check_plan(cycle_by_id(self.cycle.id)).needs_confirmation


class CloseEarly:
    def __init__(self, scene):
        self.cycle = open_now(confirmed_draft(scene, scene.henry))
        with transaction():
            lifecycle.close_early(cycle_by_id(self.cycle.id), by=scene.hanna.person.id)

    def agree(self, actor):
        lifecycle.close_early(cycle_by_id(self.cycle.id), by=actor.id)

    def is_done(self):
        return cycle_by_id(self.cycle.id).state is not CycleState.OPEN


class End:
    def __init__(self, scene):
        self.cycle = open_now(confirmed_draft(scene, scene.henry))
        key_folder().destroy(self.cycle.id)
        with transaction():
            abandon(cycle_by_id(self.cycle.id), by=scene.hanna.person.id)

    def agree(self, actor):
        abandon(cycle_by_id(self.cycle.id), by=actor.id)

    def is_done(self):
        return cycle_by_id(self.cycle.id).is_abandoned


class TakeBack:
    def __init__(self, scene):
        self.board = make_person(name="Bea Board", is_board=True, is_active=False)
        with transaction():
            services.reactivate(self.board, by=scene.hanna.person.id)

    def agree(self, actor):
        services.reactivate(self.board, by=actor.id)

    def is_done(self):
        return self.board.is_active


class ChangeAddress:
    def __init__(self, scene):
        self.person, self.before = scene.manager, scene.manager.email
        page = f"/people/{self.person.id}"
        scene.hanna.post(page, as_typed(self.person, email="hanna+mara@example.com"))

    def agree(self, actor):
        services.agree_to_address(self.person, "hanna+mara@example.com", by=actor.id)

    def is_done(self):
        return self.person.email != self.before


class ResetFactor:
    def __init__(self, scene):
        self.person = scene.manager
        give_codes(self.person)
        with transaction():
            second_factor.reset(self.person, by=scene.hanna.person.id)

    def agree(self, actor):
        second_factor.reset(self.person, by=actor.id)

    def is_done(self):
        return not second_factor.is_set(self.person)


class GoOnWithBackup:
    def __init__(self, scene):
        self.cycle = open_now(confirmed_draft(scene, scene.henry))
        saves = key_folder().saves(self.cycle.id).counts()
        key_folder().write_saves(self.cycle.id, dict.fromkeys(saves, 1))
        self.agree(scene.hanna.person, in_act=False)

    def agree(self, actor, *, in_act=True):
        with nullcontext() if in_act else transaction():
            go_on_with_backup(by=actor.id)

    def is_done(self):
        return turned_back(cycle_by_id(self.cycle.id)).behind == 0


class ShortenRetention:
    def __init__(self, scene):
        with transaction():
            save_settings({YEARS: "1"}, by=scene.hanna.person.id)

    def agree(self, actor):
        save_settings({YEARS: "1"}, by=actor.id)

    def is_done(self):
        return settings().results_years == 1


ACTS: dict[Act, Any] = {
    Act.PLAN: Plan,
    Act.CLOSE_EARLY: CloseEarly,
    Act.END: End,
    Act.TAKE_BACK: TakeBack,
    Act.CHANGE_ADDRESS: ChangeAddress,
    Act.RESET_FACTOR: ResetFactor,
    Act.GO_ON_WITH_BACKUP: GoOnWithBackup,
    Act.SHORTEN_RETENTION: ShortenRetention,
}

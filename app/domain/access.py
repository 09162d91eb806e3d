"""Who may do what: one table that reads as policy."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Permission(StrEnum):
    """One thing a person may be allowed to do, named `thing:act`."""

    ACCOUNT_USE = "account:use"
    BALLOT_FILL = "ballot:fill"
    REPORT_READ = "report:read"
    REPORTS_TAKE = "reports:take"
    TALK_LEAD = "talk:lead"
    PLAN_READ = "plan:read"
    PLAN_WRITE = "plan:write"
    TEAM_READ = "team:read"
    COMPANY_READ = "company:read"
    SERVICE_READ = "service:read"
    UNIT_QUESTION_ASK = "unit_question:ask"
    UNIT_QUESTION_CONFIRM = "unit_question:confirm"
    UNIT_ANSWERS_READ = "unit_answers:read"
    COMMENTS_HEAR = "comments:hear"
    LEADERS_CHOOSE = "leaders:choose"
    PROJECTS_READ = "projects:read"
    PROJECT_BEGIN = "project:begin"
    PROJECT_CHANGE = "project:change"
    BOARD_READ = "board:read"
    CYCLE_REPORT_READ = "cycle_report:read"
    PARTICIPATION_READ = "participation:read"
    PEOPLE_MANAGE = "people:manage"
    QUESTIONNAIRE_EDIT = "questionnaire:edit"
    SERVICES_NAME = "services:name"
    CYCLE_RUN = "cycle:run"
    COMMENT_JUDGE = "comment:judge"
    MAIL_READ = "mail:read"
    MAIL_SEND = "mail:send"
    AUDIT_READ = "audit:read"
    COMPANY_SET = "company:set"


@dataclass(frozen=True)
class Actor:
    """The signed-in person on whose behalf code runs."""

    person_id: int
    is_hr: bool = False
    is_board: bool = False
    is_manager: bool = False


@dataclass(frozen=True)
class ReportAccess:
    """What decides who reads a personal report: its subject, and the readers frozen for it.

    Where the policy lets HR read, the HR people of the opening are among those readers;
    nobody becomes one later, for raters were counted as blind against that list.
    """

    subject_id: int
    reader_ids: frozenset[int]
    """Of the frozen readers at least whoever asks."""
    is_published: bool


@dataclass(frozen=True)
class ActionPlanAccess:
    """What decides who reads a line of a person's plan: the report it belongs to, the sharing."""

    report: ReportAccess
    is_shared: bool


@dataclass(frozen=True)
class ReportsAccess:
    """What decides who takes several reports along: for whom, and whether there are any."""

    reader_id: int
    has_reports: bool
    """Whether that reader was frozen for at least one of them, and they are published."""


@dataclass(frozen=True)
class TeamAccess:
    """What decides who reads a team's report: the readers frozen for every report in it."""

    reader_ids: frozenset[int]
    is_published: bool


@dataclass(frozen=True)
class CompanyAccess:
    """What decides who reads the company figures of a cycle."""

    is_published: bool


@dataclass(frozen=True)
class ServiceAccess:
    """What decides who reads a service's own page: who answers for it, and who was of HR.

    Nobody becomes such a reader later, for raters were counted as blind against both lists.
    """

    reader_ids: frozenset[int]
    hr_ids: frozenset[int]
    """Who was of HR when the cycle opened."""
    is_published: bool


@dataclass(frozen=True)
class UnitAnswersAccess(ServiceAccess):
    """What decides who reads the answers to a department's question: who asked, and HR."""


@dataclass(frozen=True)
class HearingAccess:
    """What decides who hears comments: the people whom HR chose, as long as they lead."""

    chosen_ids: frozenset[int]


@dataclass(frozen=True)
class ProjectAccess:
    """What decides who changes a project: its owner, beside HR."""

    owner_id: int


Rule = Callable[[Actor, object], bool]


def anybody(_actor: Actor, _thing: object) -> bool:
    """Everyone who is signed in."""
    return True


def is_hr(actor: Actor, _thing: object) -> bool:
    """People of HR."""
    return actor.is_hr


def is_board(actor: Actor, _thing: object) -> bool:
    """People of the board."""
    return actor.is_board


def is_subject(actor: Actor, report: object) -> bool:
    """The person whom a published report is about."""
    return (
        isinstance(report, ReportAccess)
        and report.is_published
        and report.subject_id == actor.person_id
    )


def reads_by_roster(actor: Actor, report: object) -> bool:
    """Whether the actor was frozen as a reader of this report when the cycle opened."""
    return (
        isinstance(report, ReportAccess)
        and report.is_published
        and actor.person_id in report.reader_ids
    )


def reads_shared_action_plan(actor: Actor, plan: object) -> bool:
    """A frozen reader of the report whom the subject lets read; never somebody of HR."""
    return (
        isinstance(plan, ActionPlanAccess)
        and plan.is_shared
        and not actor.is_hr
        and reads_by_roster(actor, plan.report)
    )


def owns_action_plan(actor: Actor, plan: object) -> bool:
    """The person whose plan it is."""
    return isinstance(plan, ActionPlanAccess) and is_subject(actor, plan.report)


def reads_all_of_team(actor: Actor, team: object) -> bool:
    """Who was frozen as a reader of every report behind the team's."""
    return isinstance(team, TeamAccess) and team.is_published and actor.person_id in team.reader_ids


def takes_along(actor: Actor, reports: object) -> bool:
    """The reader for whom several reports are put together."""
    return (
        isinstance(reports, ReportsAccess)
        and reports.has_reports
        and reports.reader_id == actor.person_id
    )


def is_published(_actor: Actor, figures: object) -> bool:
    """Everyone, once the figures are published."""
    return isinstance(figures, CompanyAccess) and figures.is_published


def answers_for_service(actor: Actor, service: object) -> bool:
    """The owner of a service, or whoever runs it where they are few; and HR of the opening."""
    if not isinstance(service, ServiceAccess):
        return False
    if actor.is_hr and actor.person_id in service.hr_ids:
        return True
    return service.is_published and actor.person_id in service.reader_ids


def is_leader(actor: Actor, hearing: object) -> bool:
    """Whom HR chose, and who is of the board or leads others."""
    is_chosen = isinstance(hearing, HearingAccess) and actor.person_id in hearing.chosen_ids
    return is_chosen and (actor.is_board or actor.is_manager)


def leads(actor: Actor, _thing: object) -> bool:
    """People who have others reporting to them."""
    return actor.is_manager


def owns_project(actor: Actor, project: object) -> bool:
    """The owner of a project."""
    return isinstance(project, ProjectAccess) and project.owner_id == actor.person_id


RULES: Final[dict[Permission, tuple[Rule, ...]]] = {  # any one rule suffices
    Permission.ACCOUNT_USE: (anybody,),
    Permission.BALLOT_FILL: (anybody,),
    Permission.REPORT_READ: (is_subject, reads_by_roster),
    Permission.REPORTS_TAKE: (takes_along,),
    Permission.TALK_LEAD: (reads_by_roster,),
    Permission.PLAN_READ: (owns_action_plan, reads_shared_action_plan),
    Permission.PLAN_WRITE: (is_subject,),
    Permission.TEAM_READ: (reads_all_of_team,),
    Permission.COMPANY_READ: (is_published, is_hr),
    Permission.SERVICE_READ: (answers_for_service,),
    Permission.UNIT_QUESTION_ASK: (leads,),
    Permission.UNIT_QUESTION_CONFIRM: (is_hr,),
    Permission.UNIT_ANSWERS_READ: (answers_for_service,),
    Permission.COMMENTS_HEAR: (is_leader,),
    Permission.LEADERS_CHOOSE: (is_hr,),
    Permission.PROJECTS_READ: (anybody,),
    Permission.PROJECT_BEGIN: (is_hr, is_board, leads, answers_for_service),
    Permission.PROJECT_CHANGE: (is_hr, owns_project),
    Permission.BOARD_READ: (is_board,),
    Permission.CYCLE_REPORT_READ: (is_hr,),
    Permission.PARTICIPATION_READ: (is_hr,),
    Permission.PEOPLE_MANAGE: (is_hr,),
    Permission.QUESTIONNAIRE_EDIT: (is_hr,),
    Permission.SERVICES_NAME: (is_hr,),
    Permission.CYCLE_RUN: (is_hr,),
    Permission.COMMENT_JUDGE: (is_hr,),
    Permission.MAIL_READ: (is_hr,),
    Permission.MAIL_SEND: (is_hr,),
    Permission.AUDIT_READ: (is_hr,),
    Permission.COMPANY_SET: (is_hr,),
}


def is_allowed(actor: Actor, permission: Permission, thing: object = None) -> bool:
    """Whether any rule of `permission` admits `actor` to `thing`."""
    return any(rule(actor, thing) for rule in RULES[permission])

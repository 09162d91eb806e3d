"""A person's own published report of a cycle, on which marks and a plan are made."""

from app.domain.access import Permission
from app.people.guard import asking, check, my_account
from app.results.dossiers import SubjectInCycle, dossiers


def own_part(cycle_id: int) -> SubjectInCycle:
    """The actor's own published report of a cycle; 403 for everybody without one."""
    found = dossiers(cycle_id, [my_account().id], reader=asking())
    check(Permission.PLAN_WRITE, found[0].access if found else None)
    return found[0].part

"""Finding the managers that HR wrote into the form of a person."""

from app.domain.errors import ReviewError
from app.people import queries
from app.people.models import Person


class FieldError(ReviewError):
    """A refusal about one field of the person form."""

    field = ""


class ManagerError(FieldError):
    """A manager who cannot be: unknown, gone, or somebody further down."""

    field = "manager"


class SecondManagerError(FieldError):
    """A second manager who is unknown, gone, or the person or manager again."""

    field = "second_manager"


def manager_by_email(email: str, *, of: Person | None) -> Person | None:
    """The manager HR wrote down; None for an empty field. Raises ManagerError."""
    if not email:
        return None
    manager = queries.find_person(email)
    if manager is None or not manager.is_active:
        raise ManagerError(f"Nobody who works here has the e-mail {email}.")
    if of is not None:
        _refuse_loop(of, manager)
    return manager


def second_manager_by_email(email: str, *, beside: tuple[Person | None, ...]) -> Person | None:
    """Somebody other than those `beside`; None for an empty field. Raises SecondManagerError."""
    if not email:
        return None
    second = queries.find_person(email)
    if second is None or not second.is_active:
        raise SecondManagerError(f"Nobody who works here has the e-mail {email}.")
    if second in beside:
        raise SecondManagerError("Please enter somebody other than the person and the manager.")
    return second


def _refuse_loop(person: Person, manager: Person) -> None:
    if manager.id == person.id:
        raise ManagerError("Nobody manages themselves. Leave the field empty for no manager.")
    trail = [manager]
    for above in queries.managers_above(manager):
        if above.id == person.id:
            names = " → ".join([person.name, *(step.name for step in trail), person.name])
            raise ManagerError(f"That would be a loop of managers: {names}.")
        trail.append(above)

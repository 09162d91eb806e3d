from datetime import date
from typing import Any

from app.domain.files.people_changes import KnownPerson, compare, fingerprint, hr_remains
from tests.domain.test_people_file import ANNA, BERT, HEADER, line, read


def known(email: str = "anna@example.com", **over) -> KnownPerson:
    values: dict[str, Any] = {
        "name": "Anna Ahorn",
        "title": "Engineer",
        "department": ("Company", "Operations"),
        "manager": "bert@example.com",
        "joined_on": date(2024, 3, 31),
        "roles": frozenset({"hr"}),
    }
    return KnownPerson(email=email, **(values | over))


def test_a_preview_names_who_comes_who_changes_and_who_goes():
    current = [
        known(title="Trainee"),
        known("gone@example.com"),
        known("left@example.com", is_active=False),
    ]

    preview = compare(current, read(HEADER, BERT, ANNA).rows)

    assert [person.email for person in preview.added] == ["bert@example.com"]
    (change,) = preview.changed
    (field,) = change.fields
    assert (field.field, field.old, field.new) == ("title", "Trainee", "Engineer")
    assert [person.email for person in preview.deactivated] == ["gone@example.com"]
    assert preview.unchanged_count == 0
    assert preview.new_departments == ()


def test_the_same_file_twice_changes_nothing():
    rows = read(HEADER, BERT, ANNA).rows
    current = [
        KnownPerson(
            r.email,
            r.name,
            r.title,
            r.department,
            r.manager,
            r.joined_on,
            roles=r.roles or frozenset(),
        )
        for r in rows
    ]

    preview = compare(current, rows)

    assert preview.is_empty
    assert preview.unchanged_count == 2


def test_somebody_who_is_in_the_file_again_comes_back():
    (change,) = compare([known(is_active=False)], [read(HEADER, BERT, ANNA).rows[1]]).changed

    assert change.comes_back


def test_without_a_column_for_roles_they_stay_as_they_are():
    rows = read(
        HEADER.removesuffix(",roles"), ANNA.removesuffix(",hr").replace("bert@example.com", "")
    ).rows

    assert compare([known(manager=None)], rows).is_empty


def test_new_departments_are_told_with_everything_above_them():
    rows = read(HEADER, line(department="Company / Sales / North", manager="")).rows

    assert compare([known()], rows).new_departments == (
        "Company / Sales",
        "Company / Sales / North",
    )
    assert compare([], rows, departments=[("Company", "Sales")]).new_departments == (
        "Company / Sales / North",
    )


def test_somebody_of_hr_must_remain():
    rows = read(HEADER, BERT).rows

    assert not hr_remains([known()], rows)
    assert hr_remains([known(roles=frozenset())], rows)
    assert hr_remains([known()], read(HEADER, BERT, ANNA).rows)


def test_a_fingerprint_tells_any_change_of_the_directory():
    before = fingerprint([known(), known("b@example.com")])

    assert fingerprint([known("b@example.com"), known()]) == before
    assert fingerprint([known(is_active=False), known("b@example.com")]) != before
    assert fingerprint([known(roles=frozenset()), known("b@example.com")]) != before

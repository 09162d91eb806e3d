"""People lists in which something is left open: what is asked, and what each answer does."""

from dataclasses import replace
from datetime import date

import pytest

from app.domain.files.people.names import turned
from app.domain.files.people.questions import Asking
from app.domain.files.people.reading import read as parse
from app.domain.files.people.scope import scoped
from app.domain.files.people_changes import KnownPerson, compare
from tests.domain.test_other_people_files import TODAY, gone, managers, seen

HEADER = "name,email,title,department,manager"


def known(name, *, number=None, manager=None):
    return KnownPerson(
        f"{name.lower()}@x.example",
        name,
        "Engineer",
        ("Works",),
        manager,
        date(2020, 1, 1),
        number=number,
    )


@pytest.mark.parametrize(
    ("written", "said"),
    [("Smith, Jr., Robert", "Robert Smith, Jr."), ("King, Martin, Jr.", "Martin King, Jr.")],
)
def test_what_follows_a_name_stays_at_its_end_wherever_it_was_written(written, said):
    assert turned(written) == said


def test_of_two_managers_the_one_who_is_nobody_here_is_asked_about():
    content = f"{HEADER}\nBo,bo@x.example,Head,Works,\n"
    content += "Ada,ada@x.example,Engineer,Works,gone@x.example; bo@x.example\n"

    reading, _ = seen(content)
    other, _ = seen(content, {"managers.two": "last"})

    assert managers(reading)["ada"] is None
    assert managers(other)["ada"] == "bo@x.example"


def test_an_address_that_is_hardly_a_person_is_taken_where_somebody_says_so():
    content = "name,email,number,title,manager\nBo,bo@x.example,1,Head,\n"
    content += (
        "Ada,ada@x.example,2,Engineer,bo@x.example\nCleo,cleo@x.example,3,Seller,bo@x.example\n"
    )
    content += "Printer,printer@x.example,,,\n"

    without, _ = seen(content)
    whole, _ = seen(content, {"accounts": "keep"})

    assert "printer" not in managers(without)
    assert "printer" in managers(whole)


def test_whoever_has_left_by_the_kind_of_their_employment_is_gone():
    content = (
        "name,email,Employment type\nBo,bo@x.example,Full time\nAda,ada@x.example,Terminated\n"
    )

    reading, _ = seen(content)

    assert gone(reading) == ["ada"]


def test_days_of_both_orders_are_read_in_the_order_of_the_many():
    content = "name,email,joined on\n" + "".join(
        f"P{n},p{n}@x.example,{day}\n"
        for n, day in enumerate(["13/02/2020", "25/03/2021", "02/17/2020"])
    )

    reading = parse(content.encode(), today=TODAY, asking=Asking({}))

    assert any("02/17/2020" in str(fault) for fault in reading.faults)
    assert not any("13/02/2020" in str(fault) for fault in reading.faults)


def test_people_whose_manager_leaves_by_the_same_file_are_asked_about_once():
    directory = [known("Bo"), known("Ada", manager="bo@x.example")]
    reading, _ = seen(f"{HEADER}\nAda,ada@x.example,Engineer,Works,\n")
    led = replace(reading, rows=tuple(replace(row, manager="bo@x.example") for row in reading.rows))
    asking = Asking({"scope": "whole"})

    found = scoped(led, directory, asking)

    assert [one.key for one in asking.open] == ["managers.leaving"]
    assert found.leaving == ("bo@x.example",)
    assert [row.manager for row in found.rows] == [None]


def test_somebody_who_left_under_another_address_is_found_by_their_number():
    directory = [known("Ada", number="0007"), known("Bo", number="8")]
    content = f"{HEADER},Personnel number,Status\nAda,new@x.example,Engineer,Works,,7,inactive\n"
    content += "Bo,bo@x.example,Engineer,Works,,8,active\n"
    reading, _ = seen(content)

    found = scoped(reading, directory, Asking({}))

    assert list(found.leaving) == ["ada@x.example"]


def test_who_takes_part_no_more_is_among_the_changes_that_hr_reads():
    ada = known("Ada")
    content = f"{HEADER}\nAda,ada@x.example,Engineer,Works,\n"
    reading, _ = seen(content)
    wanted = [replace(row, sits_out="on leave") for row in reading.rows]

    changes = compare([ada], wanted)

    assert "no, on leave" in str(changes)


@pytest.mark.parametrize(
    ("until", "day", "sits_out"),
    [
        (None, date(2030, 1, 1), True),
        (date(2026, 12, 31), date(2026, 12, 31), True),
        (date(2026, 12, 31), date(2027, 1, 1), False),
    ],
)
def test_sitting_out_ends_after_its_last_day(until, day, sits_out):
    away = replace(known("Ada"), sits_out="on leave", sits_out_until=until)

    assert away.sits_out_on(day) is sits_out

"""One person, two people: in words of ours, everywhere."""

import re

import pytest

from app.domain.plurals import counted
from app.home.log_sentences import SENTENCES, sentence
from tests.guards.places import name, python_files, templates

NOUNS = "people|mails|colleagues|reports|comments|ballots|entries|accounts|ratings"
BARE = re.compile(
    rf"\|length ?\}}\}} (?:{NOUNS})\b|\{{(?:count|number|len\([^)]*\))\}} (?:{NOUNS})\b"
)


def test_one_of_a_thing_is_not_said_in_the_plural():
    assert [counted(n, "person", "people") for n in (0, 1, 2, 1234)] == [
        "0 people",
        "1 person",
        "2 people",
        "1,234 people",
    ]
    assert counted(1, "rating") == "1 rating"


@pytest.mark.parametrize("tag", ["cycle:counted", "cycle:imported", "people:exported"])
def test_the_log_counts_one_person_as_one(tag):
    details = {"people": 1, "ballots": 1, "sent": 1}

    said = sentence(tag, details)

    assert "1 person" in said
    assert "people" not in said.replace("other", "")
    assert "some people" in sentence("people:links_given", {})
    assert all("{" not in sentence(one, {}) for one in SENTENCES)


def test_a_bare_number_before_a_noun_is_found():
    assert BARE.search("{{ people|length }} people")
    assert BARE.search('f"{count} people are reminded."')
    assert BARE.search('f"{len(found)} reports"')
    assert not BARE.search('{{ people|length|counted("person", "people") }}')


def test_no_page_and_no_message_puts_a_bare_number_before_a_noun():
    files = [*templates(), *templates("*.txt"), *python_files("app")]
    bare = {name(file): BARE.findall(file.read_text()) for file in files}

    assert {file: found for file, found in bare.items() if found} == {}

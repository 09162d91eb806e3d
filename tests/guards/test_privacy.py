"""What docs/privacy.md claims is shown by tests that exist."""

import re

import pytest

from tests.guards.places import ROOT, functions

TEXT = (ROOT / "docs" / "privacy.md").read_text()
NAMED = sorted(set(re.findall(r"(tests/[\w/]+\.py)::(\w+)", TEXT)))
PROOF = re.compile(r"^- \*\*([0-9G]+)\*\*", re.MULTILINE)


@pytest.mark.parametrize(("file", "test"), NAMED)
def test_every_test_that_is_named_exists(file, test):
    path = ROOT / file

    assert path.exists(), file
    assert test in {function.name for function in functions(path)}


def test_every_number_in_the_table_of_threats_has_its_proof():
    cited = {
        number.strip()
        for group in re.findall(r"\[([0-9G, ]+)\]", TEXT)
        for number in group.split(",")
    }

    assert cited
    assert cited <= set(PROOF.findall(TEXT))


def test_every_proof_names_a_test():
    lines = [line for line in TEXT.splitlines() if PROOF.match(line)]

    assert len(lines) >= 21
    assert [line for line in lines if "::test_" not in line] == []

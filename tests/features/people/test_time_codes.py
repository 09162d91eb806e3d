"""Time codes: those of RFC 6238, the drift of a phone's clock, and what apps take over."""

import base64
from datetime import UTC, datetime
from urllib.parse import parse_qs, unquote, urlsplit

import pytest

from app.people import time_codes

SECRET = base64.b32encode(b"12345678901234567890").decode()
"""The one of RFC 6238, appendix B."""
PUBLISHED = {
    59: "94287082",
    1111111109: "07081804",
    1111111111: "14050471",
    1234567890: "89005924",
    2000000000: "69279037",
    20000000000: "65353130",
}
"""Eight digits there; our apps show the last six."""


def at(seconds):
    return datetime.fromtimestamp(seconds, tz=UTC)


@pytest.mark.parametrize(("seconds", "code"), PUBLISHED.items())
def test_codes_are_those_of_the_standard(seconds, code):
    assert time_codes.matching_step(SECRET, code[-6:], at(seconds)) == seconds // 30


@pytest.mark.parametrize(("late", "is_taken"), [(-31, False), (-30, True), (59, True), (60, False)])
def test_a_code_is_taken_one_step_early_or_late(late, is_taken):
    begun = 1111111110  # the beginning of a step

    found = time_codes.matching_step(SECRET, "050471", at(begun + late))

    assert (found == begun // 30) is is_taken


def test_blanks_in_a_code_do_not_count():
    assert time_codes.matching_step(SECRET, " 050 471 ", at(1111111111)) is not None


@pytest.mark.parametrize("code", ["", "05047", "0504711", "०५०४७१", "05047a", "-50471", "\0" * 6])
def test_what_is_no_code_is_refused(code):
    assert time_codes.matching_step(SECRET, code, at(1111111111)) is None


def test_an_app_takes_over_secret_account_and_issuer():
    address = time_codes.address(SECRET, account="a+b@example.com", issuer="Full: Circle & Söhne")

    found = urlsplit(address)
    assert (found.scheme, found.netloc) == ("otpauth", "totp")
    assert unquote(found.path) == "/Full  Circle & Söhne:a+b@example.com"
    asked = parse_qs(found.query)
    assert asked == {"secret": [SECRET], "issuer": ["Full  Circle & Söhne"]}


def test_the_picture_is_dark_on_white_and_needs_nothing_from_elsewhere():
    picture = time_codes.picture("otpauth://totp/x?secret=A")

    assert picture.startswith("data:image/svg+xml")
    assert "fill='#fff'" in unquote(picture)
    assert "href" not in unquote(picture)


def test_a_new_secret_has_160_bits_and_is_spelled_in_groups():
    secret = time_codes.new_secret()

    assert len(base64.b32decode(secret)) == 20
    assert time_codes.spelled(secret).split() == [secret[i : i + 4] for i in range(0, 32, 4)]
    assert secret != time_codes.new_secret()

"""An address that no page of ours can have is not found; it never breaks anything."""

import pytest

HUGE = "99999999999999999999"
LONG = "9" * 5_000
NUMBERED = [
    "/people/{}",
    "/people/{}/deactivate",
    "/reports/{}/1",
    "/reports/1/{}",
    "/reports/1/{}.pdf",
    "/company/{}",
    "/cycles/{}",
    "/participation/{}",
    "/questionnaires/{}",
    "/review/statements/{}",
]


def test_the_largest_number_a_row_can_have_is_looked_for(hanna):
    response = hanna.get(f"/people/{2**31 - 1}")

    assert response.status_code == 404
    assert "This person is not in the directory." in response.text


def test_nonsense_in_a_question_breaks_nothing(hanna):
    for asked in (
        "/people?page=",
        "/people?department=",
        "/people?state=",
        "/audit?page=",
        "/audit?kind=",
        "/audit?cycle=",
        "/reports?q=",
        "/reports?cycle=",
    ):
        for nonsense in (HUGE, LONG, "-" + HUGE, "%00", "soon", "%C3%28"):
            assert hanna.get(asked + nonsense).status_code in (200, 404), asked + nonsense[:30]


@pytest.mark.parametrize("number", [HUGE, LONG, str(2**31)])
def test_a_number_beyond_every_row_is_not_found(hanna, number):
    for address in NUMBERED:
        assert hanna.get(address.format(number)).status_code == 404, address


@pytest.mark.parametrize("address", ["/people?q=%00", "/people?%00=x", "/sign-in?next=/%00"])
def test_a_nul_byte_in_a_question_is_not_found(hanna, address):
    assert hanna.get(address).status_code == 404


@pytest.mark.parametrize("address", ["/comments/%00/keep", "/comments/a%00b/withhold"])
def test_a_nul_byte_in_an_address_is_not_found(hanna, address):
    assert hanna.post(address, page="/password/change").status_code == 404


def test_a_link_with_a_nul_byte_is_not_found(client):
    assert client.get("/password/set/%00").status_code == 404

"""No line ends between a number and what it belongs to."""

import pytest

from app.domain.reports.spacing import together


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("43 % say more, 17 % less: perhaps", "43~% say more, 17~% less: perhaps"),
        ("likely \u221232 to +47: no", "likely \u221232~to~+47: no"),
        ("from 2026 Q2 (+13).", "from 2026~Q2~(+13)."),
        ("23 of 25 people sent their review (92 %).", "23~of~25~people sent their review (92~%)."),
        ("one of 3 figures", "one of 3 figures"),
        ("3 peopled rooms", "3 peopled rooms"),
    ],
)
def test_units_ranges_and_quarters_stay_with_their_number(text, kept):
    assert together(text) == kept.replace("~", "\u00a0")

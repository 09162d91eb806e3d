"""Looks an installation over and says in words what is wrong with it."""

from typing import Final

from app.operations import checks_database, checks_machine
from app.operations.findings import Check, Finding, Severity

CHECKS: Final[tuple[Check, ...]] = (
    checks_database.database,
    checks_machine.keys,
    checks_machine.disk,
    checks_machine.duties,
    checks_machine.mail_server,
    checks_machine.sign_in_providers,
    checks_machine.address,
    checks_machine.watching,
    checks_machine.second_factor,
    checks_machine.log_of_acts,
)


def examine() -> list[Finding]:
    """What every check found, in the order in which somebody would mend it."""
    return [finding for check in CHECKS for finding in check()]


def is_well(findings: list[Finding]) -> bool:
    """Whether nothing has to be mended."""
    return not any(finding.severity is Severity.FAULT for finding in findings)

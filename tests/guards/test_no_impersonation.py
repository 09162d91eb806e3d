"""Nobody acts as somebody else: no route, no command and no line of code lets them."""

import ast
import re

from tests.commands import commands_of
from tests.guards.places import functions, name, python_files

SIGNING_IN = {
    "app/people/views_account.py: signed_in",
    "app/people/views_account.py: change_password",
    "app/people/views.py: _save",
}
"""Who may start a session: the password's holder, and HR for the own new address."""
ACTING_AS = re.compile(
    r"impersonat|masquerad|act_as|become|login_as|sign_in_as|on_behalf|switch_user"
)


def callers_of(*names: str) -> set[str]:
    """Functions of the app that call one of `names`."""
    found = set()
    for file in python_files("app"):
        text = file.read_text()
        for function in functions(file) if any(one in text for one in names) else ():
            calls = {
                ast.unparse(node.func) for node in ast.walk(function) if isinstance(node, ast.Call)
            }
            if calls & set(names):
                found.add(f"{name(file)}: {function.name}")
    return found


def test_a_session_is_started_for_its_owner_only():
    assert callers_of("guard.sign_in") == SIGNING_IN
    assert callers_of("flask_login.login_user", "login_user") == {"app/people/guard.py: sign_in"}


def test_a_session_begins_with_the_right_password_or_with_what_a_provider_signed():
    assert callers_of("signed_in") == {
        "app/people/views_account.py: sign_in",
        "app/people/views_second_factor.py: _let_in",
        "app/people/views_single_sign_on.py: _sign_in",
    }


def test_hr_starts_a_new_session_for_the_own_account_alone():
    (save,) = [
        one for file in python_files("app/people") for one in functions(file) if one.name == "_save"
    ]

    code = ast.unparse(save)
    assert "is_me = person.id == my_account().id" in code
    assert (
        "if 'email' in change.fields and is_me:\n        guard.sign_in(person, guard.session_key())"
        in code
    )


def test_no_address_and_no_command_acts_as_somebody_else(app):
    addresses = [f"{rule.endpoint} {rule.rule}" for rule in app.url_map.iter_rules()]
    commands = sorted(commands_of(app))

    assert commands
    assert [one for one in addresses + commands if ACTING_AS.search(one)] == []


def test_no_address_of_the_fill_in_holds_a_person(app):
    """A place in the rater's own secret order at most; so logs and histories name nobody."""
    fill_in = [rule for rule in app.url_map.iter_rules() if rule.endpoint.startswith("ballots.")]

    assert fill_in
    assert {argument for rule in fill_in for argument in rule.arguments} <= {"number"}

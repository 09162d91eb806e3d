"""Every way in which one person of HR could come to act as a second one, played to its end.

The scene: Hanna and Henry have been of HR for years; Greta left HR and the company ten days ago.
Hanna holds every mailbox, and tries to become somebody whose word counts as a second one.
"""

import csv
import io
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from flask import Flask

from app.domain.errors import ReviewError
from app.infra import clock
from app.infra.db import db, transaction
from app.infra.openid.proving import Proof
from app.people import export, messages, second_factor, services
from app.people.imports.proposing import FileRefusedError
from app.people.models import Person
from app.people.single_sign_on import linking
from sign_in_providers import Provider
from tests.browsing import Browser
from tests.factories import make_person
from tests.features.people.factors import SECRET, give_codes, sign_in
from tests.features.people.importing import take_over
from tests.features.people.test_account_theft import path_in, set_by_link
from tests.features.people.test_directory import as_typed

LEFT = timedelta(days=10)


@dataclass(frozen=True)
class Scene:
    """Who is there."""

    app: Flask
    hanna: Browser
    henry: Person
    greta: Person
    manager: Person


@dataclass(frozen=True)
class Way:
    """A way to become somebody else: how it is gone, and which code it goes through."""

    go: Callable[[Scene], Person | None]
    """Who Hanna is then; None where the way is closed."""
    through: frozenset[str]
    """Functions that change who holds an account, as "file: function"."""
    doors: frozenset[str]
    """Routes and commands that lead to it."""


def make_scene(app, hanna, henry):
    today = clock.now().date()
    greta = make_person(
        name="Greta Gone",
        email="greta@example.com",
        is_active=False,
        is_hr=True,
        hr_until=today - LEFT,
        password_hash="x",
    )
    manager = make_person(name="Mara Manager", email="mara@example.com")
    make_person(name="Rita Report", manager_id=manager.id)
    return Scene(app, hanna, henry, greta, manager)


def taken_back(scene):
    scene.hanna.post(f"/people/{scene.greta.id}/reactivate", page=f"/people/{scene.greta.id}")
    db.session.refresh(scene.greta)
    if not scene.greta.is_active:
        return None
    return linked(scene, scene.greta)


def taken_back_past_the_guard(scene):
    """As it was possible before two people were needed for it, or with Henry's help."""
    today = clock.now().date()
    scene.greta.is_active, scene.greta.account_made_on = True, today
    scene.greta.hr_until = today - 40 * timedelta(days=1)
    db.session.commit()
    return linked(scene, scene.greta)


def readdressed(scene):
    page = f"/people/{scene.henry.id}"
    scene.hanna.post(page, as_typed(scene.henry, email="hanna+henry@example.com"))
    db.session.refresh(scene.henry)
    return linked(scene, scene.henry) if scene.henry.email.startswith("hanna+") else None


def role_given(scene):
    puppet = make_person(name="Peter Puppet", email="peter@example.com")
    scene.hanna.post(f"/people/{puppet.id}", as_typed(puppet, is_hr="y"))
    return linked(scene, puppet)


def role_taken_and_given(scene):
    scene.hanna.post(f"/people/{scene.henry.id}", as_typed(scene.henry, is_hr=""))
    return role_given(scene)


def account_added(scene):
    puppet = make_person(name="Nora New", email="nora@example.com")
    fields = as_typed(puppet, name="Olga Other", email="olga@example.com", is_hr="y")
    scene.hanna.post("/people/new", fields)
    db.session.rollback()
    olga = db.session.query(Person).filter_by(email="olga@example.com").one()
    return linked(scene, olga)


def link_sent(scene):
    page = f"/people/{scene.henry.id}"
    scene.hanna.post(f"{page}/password-link", page=page)
    return linked(scene, scene.henry)


def password_forgotten(scene):
    Browser(scene.app).post("/password/forgot", {"email": scene.henry.email})
    with transaction():
        services.answer_forgotten()
    return linked(scene, scene.henry)


def link_printed(scene):
    run = scene.app.test_cli_runner().invoke
    set_by_link(scene.app, path_in(run(args=["people", "password", scene.henry.email]).output))
    db.session.rollback()
    return scene.henry


def role_by_command(scene):
    puppet = make_person(name="Peter Puppet", email="peter@example.com")
    scene.app.test_cli_runner().invoke(args=["people", "make-hr", puppet.email])
    return linked(scene, puppet)


def file_with(person):
    """The directory's own file, with `person` as one more line of it."""
    with transaction():
        lines = export.directory_file(by=None).decode("utf-8-sig").splitlines()
    line = next(line for line in lines if "henry@example.com" in line)
    line = line.replace("Henry Hart", person.name).replace("henry@example.com", person.email)
    return "\n".join([*lines, line]).encode()


def is_imported(scene, content):
    today = clock.now().date()
    try:
        take_over(content, today=today, by=scene.hanna.person.id)
    except FileRefusedError:
        return False
    return True


def returned_by_file(scene):
    if not is_imported(scene, file_with(scene.greta)):
        return None
    db.session.refresh(scene.greta)
    return linked(scene, scene.greta)


def role_by_file(scene):
    puppet = Person(name="Peter Puppet", email="peter@example.com")
    assert is_imported(scene, file_with(puppet))
    return linked(scene, db.session.query(Person).filter_by(email="peter@example.com").one())


def password_stolen(scene):
    """Henry's password, typed or peeped at; his phone is in his pocket."""
    give_codes(scene.henry)
    db.session.commit()
    thief, _ = sign_in(scene.app, scene.henry, SECRET)
    return scene.henry if thief.get("/people").status_code == 200 else None


def factor_reset(scene):
    """The same, after Hanna alone reset his second factor."""
    give_codes(scene.henry)
    db.session.commit()
    page = f"/people/{scene.henry.id}"
    scene.hanna.post(f"{page}/reset-factor", page=page)
    return password_stolen_after(scene)


def password_stolen_after(scene):
    thief, _ = sign_in(scene.app, scene.henry, SECRET)
    return scene.henry if thief.get("/people").status_code == 200 else None


def factor_reset_by_two(scene):
    """As somebody talked both of HR into it; the account is in new hands then."""
    give_codes(scene.henry)
    with transaction():
        second_factor.reset(scene.henry, by=None)
    with transaction():
        second_factor.reset(scene.henry, by=scene.hanna.person.id)
    return password_stolen_after(scene)


def as_known_to_the_provider(scene, *, address="", number="", subject="s-hanna"):
    """Whom Hanna is let in as, whose account at the provider says this; None for nobody."""
    try:
        with transaction():
            proof = Proof(
                issuer=PROVIDER.issuer,
                subject=subject,
                address=address,
                number=number,
                has_required=True,
                given_at=None,
                token="",
            )
            return linking.person_signing_in(proof, PROVIDER)
    except ReviewError:
        return None


def linked_by_the_provider(scene):
    return as_known_to_the_provider(scene, address=scene.henry.email)


def another_account_at_the_provider(scene):
    as_known_to_the_provider(scene, address=scene.henry.email, subject="s-henry")
    scene.henry.password_by_link_on = clock.now().date() - LEFT  # Henry has been linked for long
    db.session.commit()
    return as_known_to_the_provider(scene, address=scene.henry.email)


def readdressed_for_the_provider(scene):
    page = f"/people/{scene.henry.id}"
    scene.hanna.post(page, as_typed(scene.henry, email="hanna+henry@example.com"))
    return as_known_to_the_provider(scene, address="hanna+henry@example.com")


def renumbered_for_the_provider(scene):
    with transaction():
        rows = list(csv.DictReader(io.StringIO(export.directory_file(by=None).decode("utf-8-sig"))))
    for row in rows:
        row["number"] = "0099" if row["email"] == scene.henry.email else row["number"]
    out = io.StringIO()
    file = csv.DictWriter(out, rows[0].keys())
    file.writeheader()
    file.writerows(rows)
    assert is_imported(scene, out.getvalue().encode())
    return as_known_to_the_provider(scene, number="0099")


def second_browser(scene):
    return scene.hanna.person


def linked(scene, person):
    """`person`, after Hanna set a password by the newest link to their mailbox."""
    db.session.rollback()
    set_by_link(scene.app, path_in(messages.link_to_set_password(person)))
    db.session.rollback()
    return person


SERVICES = "app/people/services.py: "
OWNERSHIP = "app/people/account_ownership.py: "
IMPORT = "app/people/imports/writing.py: "
LINK = SERVICES + "_keep_password"
ANOTHER = OWNERSHIP + "take_another_way_in"
LINKING = "app/people/single_sign_on/linking.py: _keep"
PROVIDERS = frozenset({"people.sign_in_with", "people.back_from"})
PROVIDER = Provider("login", "Example Login", "https://login.example.com", "id", "secret")


def way(go, *through, doors):
    return Way(go, frozenset(through), frozenset(doors))


WAYS = {
    "a leaver taken back": way(
        taken_back, OWNERSHIP + "take_back", LINK, doors={"people.reactivate"}
    ),
    "a leaver taken back past the guard": way(taken_back_past_the_guard, doors=()),
    "a new address": way(
        readdressed,
        OWNERSHIP + "change_address",
        LINK,
        doors={"people.show", "people.agree_to_address"},
    ),
    "the role given": way(role_given, SERVICES + "_write", doors={"people.show"}),
    "the role taken and given": way(
        role_taken_and_given, SERVICES + "_write", doors={"people.show"}
    ),
    "an account added": way(
        account_added, SERVICES + "add", SERVICES + "_write", doors={"people.new"}
    ),
    "a link sent by HR": way(
        link_sent,
        LINK,
        doors={"people.send_password_link", "people.send_first_links", "people.set_password"},
    ),
    "a forgotten password": way(password_forgotten, LINK, doors={"people.forgot"}),
    "a link from the command line": way(link_printed, LINK, doors={"flask people password"}),
    "the role by command": way(
        role_by_command, SERVICES + "make_hr", doors={"flask people make-hr"}
    ),
    "a leaver in a people file": way(
        returned_by_file,
        IMPORT + "_changed",
        doors={"people.check_import", "flask people import", "flask people sync"},
    ),
    "the role by people file": way(
        role_by_file,
        IMPORT + "_new",
        IMPORT + "_changed",
        doors={"people.check_import", "flask people import", "flask people sync"},
    ),
    "a stolen password": way(password_stolen, doors={"people.second_step", "people.first_factor"}),
    "a second factor reset": way(
        factor_reset, doors={"people.reset_factor", "flask people reset-factor"}
    ),
    "a second factor reset by two": way(factor_reset_by_two, doors={"people.reset_factor"}),
    "a first link to a provider": way(linked_by_the_provider, ANOTHER, LINKING, doors=PROVIDERS),
    "another account at the provider": way(
        another_account_at_the_provider, ANOTHER, LINKING, doors=PROVIDERS
    ),
    "a new address, by a provider": way(
        readdressed_for_the_provider, ANOTHER, LINKING, doors=PROVIDERS
    ),
    "another personnel number": way(
        renumbered_for_the_provider, ANOTHER, LINKING, IMPORT + "_changed", doors=PROVIDERS
    ),
    "a second browser": way(second_browser, doors={"people.sign_in"}),
}

NO_WAY = {
    SERVICES + "deactivate": "it takes an account away and gives it to nobody",
    IMPORT + "_deactivate": "the same, by a people file",
    "app/people/imports/undo_writing.py: let_in": "who came with an import is about to go",
    "app/people/imports/undo_writing.py: _delete": "who came with an import goes, or cannot get in",
    SERVICES + "keep_rehashed": "the same password, hashed anew when its owner signed in",
    "app/domain/files/people/people.py: _finish": "reads a file and writes to no account",
    "app/cli/demo_company.py: move_in": "invented people in a database that was empty",
    "app/internal_services/services.py: keep_service": "a service is active, not a person",
    "app/cli/demo_staff.py: move_in_many": "the same, many at once",
}
NO_DOOR = {
    "people.change_password": "needs the present password",
    "people.confirm_with": "asks the provider for who is signed in already",
    "people.link_with": "needs the session and the provider to mean the same person",
    "people.deactivate": "takes an account away",
    "people.set_up_codes": "one's own, after the password or the factor one has",
    "people.set_up_passkey": "the same",
    "people.remove_codes": "the same",
    "people.remove_passkey": "the same",
    "people.new_recovery": "the same",
    "people.confirm_factor": "shows one's own factor once more",
    "people.sign_out": "ends a session",
    "people.end_session": "the same, on another device of one's own",
    "people.end_other_sessions": "the same, on all others",
    "people.upload": "shows what a file would do",
    "people.undo_import": "puts accounts back as they were, unless somebody used one since",
    "flask people undo-import": "the same",
    "people.forget_import": "forgets what was uploaded",
    "people.forget_undo": "lets the last import stay as it is",
    "flask people export": "reads",
    "flask people list": "reads",
}

"""Departments as a tree, and persons."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, Date, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.engine.default import DefaultExecutionContext
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from app.domain.durations import OBJECTION, SETTLED
from app.infra.db import Base
from app.people.name_order import search_text, sort_key

PATH_SEPARATOR = " / "
LONGEST_NAME = 60
"""Characters of what somebody calls a passkey."""
LONGEST_WORD = 500
"""Characters of the reason for a request, and of what another person of HR says to it."""


class Department(Base):
    """A unit of the company; the tree's root has no parent."""

    __tablename__ = "department"
    __table_args__ = (UniqueConstraint("parent_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(80))
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("department.id"))


def _values(context: DefaultExecutionContext) -> dict[str, str]:
    values: dict[str, str] = context.get_current_parameters()  # type: ignore[no-untyped-call]
    return values


def _sort_key(context: DefaultExecutionContext) -> str:
    return sort_key(_values(context)["name"])


def _search_text(context: DefaultExecutionContext) -> str:
    values = _values(context)
    return search_text(values["name"], values.get("title", ""))


class Person(Base):
    """Somebody who works here; being a manager follows from having reports."""

    __tablename__ = "person"
    __table_args__ = (
        CheckConstraint("email = lower(email)", "email_in_lower_case"),
        CheckConstraint("manager_id <> id", "nobody_manages_themselves"),
        CheckConstraint("second_manager_id <> id", "second_manager_is_somebody_else"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(120))
    sort_key: Mapped[str] = mapped_column(Text, default=_sort_key, index=True)
    """Puts names in the order that people expect, alike in every database."""
    search_text: Mapped[str] = mapped_column(Text, default=_search_text)
    """Name and title without accents and case."""
    email: Mapped[str] = mapped_column(String(254), unique=True)
    number: Mapped[str | None] = mapped_column(String(40), unique=True)
    """The personnel number, by which imports know people whose address has changed."""
    number_changed_on: Mapped[date | None] = mapped_column(Date)
    """When the account last got another number: whoever comes by it alone may be somebody new."""
    title: Mapped[str] = mapped_column(String(120), default="")
    department_id: Mapped[int] = mapped_column(ForeignKey("department.id"), index=True)
    manager_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    second_manager_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    """Somebody else who reads their report, as the manager does; rates them as a colleague."""
    joined_on: Mapped[date] = mapped_column(Date)
    sits_out_for: Mapped[str] = mapped_column(String(120), default="", server_default="")
    """Why they take part in no cycle; empty when they do."""
    sits_out_until: Mapped[date | None] = mapped_column(Date)
    """The last day of that; empty where no end is known."""
    is_active: Mapped[bool] = mapped_column(default=True)
    is_hr: Mapped[bool] = mapped_column(default=False, index=True)
    is_board: Mapped[bool] = mapped_column(default=False)
    account_made_on: Mapped[date] = mapped_column(Date)
    """Also the day on which somebody who had left was taken back."""
    hr_since: Mapped[date | None] = mapped_column(Date, index=True)
    """When they got the HR role; empty for those who always had it or never did."""
    hr_until: Mapped[date | None] = mapped_column(Date, index=True)
    """When they last lost it, or left; kept when they get it again."""
    board_until: Mapped[date | None] = mapped_column(Date)
    """When they last lost the board role."""
    led_until: Mapped[date | None] = mapped_column(Date)
    """When somebody last stopped reporting to them, by leaving or by getting another manager."""
    unproven_since: Mapped[date | None] = mapped_column(Date)
    """When the address was changed or the account taken back, until a link sets the password.

    Signing in with the old password does not empty it: the link may be asked for later.
    """
    former_email: Mapped[str | None] = mapped_column(String(254))
    """The address before that change: it is told whatever happens to the account next."""
    handed_over_on: Mapped[date | None] = mapped_column(Date)
    """When a link set the password of an unproven account: somebody else may hold it."""
    password_by_link_on: Mapped[date | None] = mapped_column(Date)
    """When a link last set the password: it proves who reads the mailbox, and nothing else."""
    password_hash: Mapped[str | None] = mapped_column(String(200), active_history=True)
    credential_epoch: Mapped[int] = mapped_column(default=0, active_history=True)
    """Another one when somebody other than the signed-in owner sets the password."""
    credential_mark: Mapped[str] = mapped_column(String(64), default="", server_default="")
    """The app's own mark on the two above: what is written past the app opens no answers."""
    session_epoch: Mapped[int] = mapped_column(default=0)
    """Rises with a new password or e-mail and on leaving: older sessions and links end."""
    links_given: Mapped[int] = mapped_column(default=0, server_default="0")
    """Counts links to set the password: only the newest one works."""
    sign_outs: Mapped[int] = mapped_column(default=0, server_default="0")
    """Rises when the owner signs out: sessions end on every device, links stay."""

    department: Mapped[Department] = relationship()

    @validates("name", "title")
    def _keep_keys(self, field: str, value: str) -> str:
        name = value if field == "name" else self.name or ""
        title = value if field == "title" else self.title or ""
        if field == "name":
            self.sort_key = sort_key(name)
        self.search_text = search_text(name, title)
        return value

    def sits_out_on(self, day: date) -> bool:
        """Whether a cycle that opens on `day` is planned without them."""
        is_over = self.sits_out_until is not None and self.sits_out_until < day
        return bool(self.sits_out_for) and not is_over

    def take_hr(self, today: date) -> None:
        """Note the HR role from `today`; a gap that somebody else made counts as none."""
        if self.hr_until is None or self.hr_until < today - SETTLED:
            self.hr_since = today

    def lose_hr(self, today: date) -> None:
        """Note that the HR role ended `today`."""
        self.hr_until = today

    @property
    def reads_reports_from(self) -> date | None:
        """The first day on which an account in new hands reads reports; None when it is not."""
        return reads_reports_from(self.handed_over_on)

    def doubt_owner(self, today: date) -> None:
        """Note that the next password by link may be somebody else's; an older note stays."""
        self.unproven_since = self.unproven_since or today

    def watching_address(self, today: date) -> str | None:
        """The former address while it is told of everything: until its owner had time to object."""
        opens_on = self.reads_reports_from
        may_object = self.unproven_since is not None or (opens_on is not None and today < opens_on)
        return self.former_email if may_object else None

    @property
    def is_acting_hr(self) -> bool:
        """Whether they can act for HR: the role alone is nothing once they have left."""
        return self.is_hr and self.is_active


def reads_reports_from(handed_over_on: date | None) -> date | None:
    """The first day on which an account reads reports that came into new hands then."""
    return handed_over_on + OBJECTION if handed_over_on else None


def session_id_of(person_id: int, session_epoch: int, sign_outs: int) -> str:
    """What a session's cookie holds; a copied cookie is worth nothing once it differs."""
    return f"{person_id}:{session_epoch}:{sign_outs}"


class SignInAttempts(Base):
    """Failed sign-ins per address in the current window, to slow down guessing."""

    __tablename__ = "sign_in_attempts"

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    failures: Mapped[int] = mapped_column(default=0)
    window_ends_at: Mapped[datetime]


class ForgottenPassword(Base):
    """Somebody wants a link to set a password; whose address it is, is looked up later."""

    __tablename__ = "forgotten_password"

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(254))


class SignInEvent(StrEnum):
    """What happened when somebody gave a password."""

    SIGNED_IN = "signed in"
    NEW_DEVICE = "signed in from a new device"
    FAILED = "wrong password"
    LOCKED_OUT = "too many wrong passwords"
    FACTOR_FAILED = "right password, wrong second factor"


class SignInSeen(Base):
    """What happened at the sign-in page, for the account's owner: by day, and without an address.

    `owner` is a keyed hash, so that the table alone tells nobody who signed in.
    """

    __tablename__ = "sign_in_seen"
    __table_args__ = {"sqlite_with_rowid": False}

    owner: Mapped[str] = mapped_column(String(64), primary_key=True)
    day: Mapped[date] = mapped_column(Date, primary_key=True)
    event: Mapped[SignInEvent] = mapped_column(primary_key=True)
    device: Mapped[str] = mapped_column(String(80), primary_key=True)
    times: Mapped[int]


class SignInWay(StrEnum):
    """How somebody showed who they are when a session began."""

    PASSWORD = "password"  # noqa: S105 - a way, not a secret  # nosec B105
    SSO = "sso"


class DeviceSession(Base):
    """A device on which somebody is signed in, or was until its session was ended.

    `owner` is a keyed hash and `key` the digest of what the cookie keeps.
    """

    __tablename__ = "device_session"
    __table_args__ = {"sqlite_with_rowid": False}

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    owner: Mapped[str] = mapped_column(String(64), index=True)
    device: Mapped[str] = mapped_column(String(80))
    since: Mapped[date] = mapped_column(Date)
    seen_on: Mapped[date] = mapped_column(Date)
    is_ended: Mapped[bool] = mapped_column(default=False)
    way: Mapped[SignInWay]


class PasswordsHidden(Base):
    """While its one row is there, HR is not shown who has a password."""

    __tablename__ = "passwords_hidden"
    __table_args__ = {"sqlite_with_rowid": False}

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)


class SignInIdentity(Base):
    """As whom a sign-in provider knows a person of ours."""

    __tablename__ = "sign_in_identity"
    __table_args__ = (UniqueConstraint("person_id", "issuer"),)

    issuer: Mapped[str] = mapped_column(String(255), primary_key=True)
    subject: Mapped[str] = mapped_column(String(255), primary_key=True)
    """The provider's own name for an account: it outlives addresses, and is never given twice."""
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    linked_on: Mapped[date] = mapped_column(Date)
    mark: Mapped[str] = mapped_column(String(64))
    """The app's own mark on these: what is written past the app lets nobody in."""


class Act(StrEnum):
    """What one person of HR asks for and another one has to agree to."""

    PLAN = "plan"
    CLOSE_EARLY = "close early"
    END = "end without results"
    TAKE_BACK = "take back"
    CHANGE_ADDRESS = "change address"
    GO_ON_WITH_BACKUP = "go on with backup"
    SHORTEN_RETENTION = "shorten retention"
    RESET_FACTOR = "reset second factor"
    UNIT_QUESTION = "unit question"


class TwoPersonRequest(Base):
    """An act that one person of HR asked for and that waits for a second one."""

    __tablename__ = "two_person_request"
    __table_args__ = (UniqueConstraint("act", "object_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    act: Mapped[Act]
    object_id: Mapped[int]
    """The cycle or the person that it is about; 0 for the whole company."""
    content: Mapped[str] = mapped_column(String(254), default="")
    """What exactly was asked for, where the act alone does not say it: a new address."""
    reason: Mapped[str] = mapped_column(String(LONGEST_WORD), default="", server_default="")
    """What for, in the words of whoever asked."""
    asked_on: Mapped[date] = mapped_column(Date)
    asked_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    """Empty for the command line."""


class Passkey(Base):
    """A key that a device or a browser keeps for somebody: their second factor.

    No counter of its uses is kept and no day of the last one: these would tell who took part.
    """

    __tablename__ = "passkey"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    credential_id: Mapped[str] = mapped_column(Text, unique=True)
    public_key: Mapped[bytes]
    name: Mapped[str] = mapped_column(String(LONGEST_NAME))
    since: Mapped[date] = mapped_column(Date)


class TimeCodes(Base):
    """What somebody's app and we share, so that both know the same codes."""

    __tablename__ = "time_codes"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    sealed: Mapped[bytes]
    """The secret, under a key that follows from the app's own and for this person only."""
    since: Mapped[date] = mapped_column(Date)


class RecoveryCode(Base):
    """A code that works once instead of a second factor; only its hash is kept."""

    __tablename__ = "recovery_code"
    __table_args__ = {"sqlite_with_rowid": False}

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)


class SpentProof(Base):
    """A code or an answer of a passkey that was used, until it would not work any more anyway.

    Its key is a keyed hash, so that the table tells nobody who signed in.
    """

    __tablename__ = "spent_proof"
    __table_args__ = {"sqlite_with_rowid": False}

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    kept_until: Mapped[datetime] = mapped_column(index=True)


class ColumnMapping(Base):
    """What HR said that the columns of one kind of file mean."""

    __tablename__ = "column_mapping"

    header_key: Mapped[str] = mapped_column(String(64), primary_key=True)
    """A hash of the columns' names: the same export next month has the same."""
    fields: Mapped[str] = mapped_column(Text)
    """JSON: the field of each column by its name; nothing for one that is ignored."""
    kept_on: Mapped[date] = mapped_column(Date)


class PeopleImport(Base):
    """The last import, as long as it can be taken back; there is one row at most."""

    __tablename__ = "people_import"

    id: Mapped[int] = mapped_column(primary_key=True)
    imported_on: Mapped[date] = mapped_column(Date)
    added: Mapped[int]
    changed: Mapped[int]
    deactivated: Mapped[int]
    before: Mapped[str] = mapped_column(Text)
    """Compressed JSON in base 64: how the touched people were, and who and what was made."""
    after: Mapped[str] = mapped_column(String(64))
    """A hash of how they were right afterwards: another one means that somebody built on it."""

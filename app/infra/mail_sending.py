"""The sender: takes waiting mails out of the outbox and gives them to the mail server.

It runs beside the worker's deadlines, which never wait for it. A mail is first leased, then
sent, then noted as sent. Killed before the server took it, it is sent later; killed after that
was noted, never again. Between the server's last word and our note lies the one moment that SMTP
leaves open (RFC 1047): a mail is then sent a second time, under the same Message-ID, because a
mail that comes twice does less harm than one that never comes.

One sender of all workers sends. Where its process is gone another one goes on at once, and after
two minutes where it stands still; should it wake up, it finds that out before its next mail.
"""

import logging
import secrets
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Event, Thread
from typing import Final, TypeVar

from flask import Flask
from sqlalchemy.exc import DBAPIError

from app.infra import clock, mail, mail_health, mail_queue
from app.infra.db import after_commit, give_up_after_standing_still, transaction
from app.infra.mail_letters import BadAddressError, Letter, as_bytes, mailbox, sender_mailbox
from app.infra.mail_server import Answer, MailServer, ServerTroubleError, Trouble
from app.infra.one_at_a_time import MAIL_LINE, TurnAtWork
from app.infra.settings import settings
from app.infra.troubles import is_busy

log = logging.getLogger(__name__)

Result = TypeVar("Result")

PER_CONNECTION: Final = 500
CONNECTION_LASTS: Final = timedelta(minutes=10)
IN_A_ROW: Final = 10
"""So many mails not taken one after the other are trouble of the server, not of their readers."""
A_MINUTE: Final = timedelta(minutes=1)
LOOKS_EVERY: Final = 3.0
"""Seconds between two looks into the outbox."""


@dataclass
class MailSender:
    """Sends what waits: over one connection, at a bounded rate, never two at a time."""

    connect: Callable[[str], MailServer] = MailServer
    id: str = field(default_factory=lambda: secrets.token_hex(16))
    _turn: TurnAtWork = field(default_factory=lambda: TurnAtWork(MAIL_LINE))
    _server: MailServer | None = None
    _connected_at: datetime | None = None
    _sent_at: deque[datetime] = field(default_factory=deque)
    """When the mails of the last minute were sent."""
    _noted_at: datetime | None = None
    _taken: set[int] = field(default_factory=set)
    """Mails that the server has taken, until that is noted."""
    _not_taken: int = 0
    """How many mails in a row the server did not take."""

    def send_waiting(self, is_stopped: Callable[[], bool] = lambda: False) -> int:
        """Send what waits until nothing does, or the server has trouble; return how many went."""
        if not settings().smtp_url:
            return 0
        if self._taken:  # noted also where another one sends by now, and would send it again
            _insist(self._note_taken)
        if not self._take_turn():
            return 0
        mail.end_useless()
        sent = 0
        try:
            letter = _insist(self._note_and_lease)
            while letter is not None:
                is_taken, letter = self._send_and_lease(letter, is_stopped)
                sent += is_taken
        finally:
            self._hang_up()
        return sent

    def _take_turn(self) -> bool:
        """Whether to send now; without anything due it is written down only now and then."""
        moment, noted_at = clock.now(), self._noted_at
        is_noted = noted_at is not None and abs(moment - noted_at) < mail_health.NOTED_EVERY
        if is_noted and not self._taken and not mail_queue.is_any_due():
            return False
        self._noted_at = moment
        is_alone = self._turn.take()
        has_turn = mail_health.take_turn(self.id, others_are_gone=is_alone)
        return has_turn and not mail_health.is_left_alone()

    def leave(self) -> None:
        """Let another sender go on at once."""
        mail_health.leave(self.id)
        self._turn.give_back()

    def _send_and_lease(
        self, leased: Letter, is_stopped: Callable[[], bool]
    ) -> tuple[bool, Letter | None]:
        """Send one mail, then note how it went and lease the next one in one transaction."""
        letter: Letter | None = leased
        try:
            letter = self._connected(leased)
            if letter is None:
                return False, None
            answer = self._sent(letter)
        except ServerTroubleError as error:
            trouble, tried = error, letter or leased
            _insist(lambda: self._note_trouble(tried, trouble))
            return False, None
        return answer.is_taken, self._settled(letter, answer, is_stopped)

    def _settled(
        self, letter: Letter, answer: Answer, is_stopped: Callable[[], bool]
    ) -> Letter | None:
        if answer.is_taken:
            self._taken.add(letter.mail_id)
            self._sent_at.append(clock.now())
        self._not_taken = 0 if answer.is_taken else self._not_taken + 1
        goes_on = not is_stopped() and self._not_taken < IN_A_ROW and not self._rests()
        return _insist(lambda: self._settle(letter, answer, goes_on=goes_on))

    def _connected(self, letter: Letter) -> Letter | None:
        """The mail once there is a connection; None where it is somebody else's by then."""
        self._connection()
        if mail_queue.is_fresh(letter):
            return letter
        return _insist(lambda: mail_queue.lease_longer(letter))

    def _sent(self, letter: Letter) -> Answer:
        config = settings()
        try:
            to, sender = mailbox(letter.name, letter.to), sender_mailbox(config.mail_from)
        except BadAddressError as error:
            return Answer(553, str(error))
        if letter.is_kept_back:
            return self._connection().ask(sender=sender, to=to)
        whole = as_bytes(letter, sender=sender, to=to, product=config.product, at=clock.now())
        return self._connection().send(whole, sender=sender, to=to)

    def _connection(self) -> MailServer:
        """The open connection, or a new one where that has been used for long enough."""
        server, since = self._server, self._connected_at
        if server is not None and since is not None:
            if server.taken < PER_CONNECTION and clock.now() - since < CONNECTION_LASTS:
                return server
            self._hang_up()
        self._server = self.connect(settings().smtp_url)
        self._connected_at = clock.now()
        return self._server

    def _hang_up(self) -> None:
        if self._server is not None:
            self._server.close()
        self._server = None

    def _rests(self) -> bool:
        """Whether as many mails went in the last minute as the settings allow."""
        a_minute_ago = clock.now() - A_MINUTE
        while self._sent_at and self._sent_at[0] <= a_minute_ago:
            self._sent_at.popleft()
        return len(self._sent_at) >= settings().mails_per_minute

    def _note_and_lease(self) -> Letter | None:
        """Note what an earlier round could not, then lease the first mail."""
        self._note_taken()
        return None if self._rests() else self._next()

    def _next(self) -> Letter | None:
        if mail_health.has_turn(self.id):
            return mail_queue.lease()
        self._turn.give_back()  # this process stood still, and another one sends now
        return None

    def _settle(self, letter: Letter, answer: Answer, *, goes_on: bool) -> Letter | None:
        self._note_taken()
        if answer.is_taken:
            mail_health.note_well()
        else:
            mail_queue.put_back(letter, answer)
            if self._not_taken >= IN_A_ROW:
                kind = Trouble.REFUSES if answer.code >= 500 else Trouble.BUSY
                mail_health.note_trouble(kind, answer.words)
                after_commit(self._begin_anew)
        return self._next() if goes_on else None

    def _begin_anew(self) -> None:
        self._not_taken = 0

    def _note_trouble(self, letter: Letter, error: ServerTroubleError) -> None:
        self._note_taken()
        mail_health.note_trouble(error.trouble, str(error))
        if self._server is None:  # it was not even tried
            mail_queue.release(letter)
        else:
            mail_queue.put_behind(letter, str(error))

    def _note_taken(self) -> None:
        """Note what the server has taken; it is kept in memory until that is certain."""
        mail_queue.note_sent(self._taken)
        after_commit(self._taken.clear)
        moment = clock.now()
        is_noted = self._noted_at is not None and moment - self._noted_at < mail_health.NOTED_EVERY
        if not is_noted and mail_health.has_turn(self.id):
            self._noted_at = moment
            mail_health.note_seen(moment)


def _insist(act: Callable[[], Result]) -> Result:
    """Do `act` in a transaction, however long another act keeps the database busy meanwhile."""
    while True:
        try:
            with transaction():
                give_up_after_standing_still(mail_health.TURN)
                return act()
        except DBAPIError as error:
            if not is_busy(error):
                raise


def send_in_background(app: Flask, *, stopped: Event) -> Thread:
    """Send mail in a thread of its own until `stopped`; a fault is logged, and it goes on."""
    thread = Thread(target=_send_until, args=(app, stopped), name="mail", daemon=True)
    thread.start()
    return thread


def _send_until(app: Flask, stopped: Event) -> None:
    sender = MailSender()
    while not stopped.is_set():
        with app.app_context():
            try:
                sender.send_waiting(stopped.is_set)
            except Exception:  # mail goes on; the traceback is in the log
                log.exception("mail could not be sent; it is tried again")
        stopped.wait(LOOKS_EVERY)
    with app.app_context(), suppress(DBAPIError):
        sender.leave()

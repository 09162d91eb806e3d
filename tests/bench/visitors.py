"""People in front of an installation whose processes may die at any moment.

Each has a browser of their own behind the proxy: a request that breaks off, or is answered by a
fault, is made again, at another web process where that one is away. What counts as done is what
was confirmed to them.
"""

import http.client
import json
import random
import re
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from http.cookies import SimpleCookie
from urllib.parse import urlencode

from app.cli.demo_company import PASSWORD
from tests.bench.calls import RefusedError
from tests.bench.clocks import let_pass
from tests.bench.fleet import HOST
from tests.bench.raters import OWNER, PAGE, SAVE, Device
from tests.browsing import TOKEN

PATIENCE = 120.0
"""Seconds for which somebody tries again before they give up."""
PAUSE = 0.3
ANEW = 5
"""So often somebody begins anew with a form whose session ended with an answer that got lost."""
SLOWEST = 30.0
"""Seconds after which a proxy gives a request up."""
FAULT = 500


@dataclass(frozen=True)
class Answer:
    """What a web process said."""

    status: int
    headers: http.client.HTTPMessage
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()


@dataclass
class Tally:
    """How it went for everybody together."""

    seconds: list[float] = field(default_factory=list)
    """Of each request that was answered at once."""
    interrupted: int = 0
    """Requests that broke off or met a fault, and were made again."""
    longest_wait: float = 0.0
    """Seconds from the first attempt of a request to its answer."""
    faults: dict[str, int] = field(default_factory=dict)
    """How often each reason was seen why a request had to be made again."""

    def note_fault(self, reason: str) -> None:
        self.interrupted += 1
        self.faults[reason] = self.faults.get(reason, 0) + 1

    def share(self, share: float) -> float:
        """Milliseconds that this share of requests took at most."""
        ordered = sorted(self.seconds)
        return 1000 * ordered[min(int(len(ordered) * share), len(ordered) - 1)] if ordered else 0.0


class Visitor:
    """One browser."""

    def __init__(self, number: int, ports: Sequence[int], tally: Tally) -> None:
        self.number, self._ports, self._tally = number, ports, tally
        self._address = f"10.{number // 65536}.{number // 256 % 256}.{number % 256}"
        self._cookies: dict[str, str] = {}
        self._chance = random.Random(number)
        self._line: http.client.HTTPConnection | None = None

    @property
    def cookie(self) -> str:
        return "; ".join(f"{name}={value}" for name, value in self._cookies.items())

    def get(self, path: str) -> Answer:
        return self.ask("GET", path)

    def post(self, path: str, fields: Mapping[str, str]) -> Answer:
        """Send a form."""
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        return self.ask("POST", path, urlencode(fields).encode(), kind)

    def ask(
        self,
        method: str,
        path: str,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """The answer to a request, made again until there is one that is no fault of the server.

        Raises RefusedError where there is none for very long.
        """
        began, attempts = time.monotonic(), 0
        while True:
            attempts += 1
            tried = time.monotonic()
            reason = ""
            try:
                answer = self._once(method, path, body, headers or {})
                reason = f"answered {answer.status}" if answer.status >= FAULT else ""
            except (OSError, http.client.HTTPException) as error:
                self._hang_up()
                reason = type(error).__name__
            now = time.monotonic()
            if not reason:
                break
            self._tally.note_fault(reason)
            if now - began > PATIENCE:
                raise RefusedError(f"{method} {path}: {reason} for {PATIENCE:.0f} seconds")
            let_pass(PAUSE * (1 + self._chance.random()))
        self._tally.longest_wait = max(self._tally.longest_wait, now - began)
        if attempts == 1:
            self._tally.seconds.append(now - tried)
        return answer

    def _once(
        self, method: str, path: str, body: bytes | None, headers: Mapping[str, str]
    ) -> Answer:
        if self._line is None:
            port = self._chance.choice(self._ports)
            self._line = http.client.HTTPConnection("127.0.0.1", port, timeout=SLOWEST)
        by_proxy = {
            "Host": HOST,
            "X-Forwarded-For": self._address,
            "X-Forwarded-Proto": "https",
            "X-Forwarded-Host": HOST,
            "Referer": f"https://{HOST}/",
        }
        whose = {"Cookie": self.cookie} if self._cookies else {}
        self._line.request(method, path, body, {**by_proxy, **whose, **headers})
        told = self._line.getresponse()
        content = told.read()
        for line in told.headers.get_all("Set-Cookie") or []:
            self._cookies |= {name: one.value for name, one in SimpleCookie(line).items()}
        if told.status >= FAULT or told.will_close:
            self._hang_up()
        return Answer(told.status, told.headers, content)

    def _hang_up(self) -> None:
        if self._line is not None:
            self._line.close()
        self._line = None

    def sign_in(self, email: str) -> None:
        """Sign in with the demo's password. Raises RefusedError when that is not possible."""
        answer = self.get("/sign-in")
        for _ in range(ANEW):
            if answer.status == 302:  # also where the answer to an earlier attempt was lost
                return
            fields = {"csrf_token": token_in(answer), "email": email, "password": PASSWORD}
            answer = self.post("/sign-in", fields)
            if answer.status != 302:
                answer = self.get("/sign-in")
        raise RefusedError(f"{email} cannot sign in: {answer.status}")


class Rater(Visitor):
    """Somebody who fills in a review on one of their devices."""

    def __init__(self, number: int, ports: Sequence[int], tally: Tally, *, device: int) -> None:
        super().__init__(number, ports, tally)
        self._device = device
        self.has_sent = False
        self.device: Device | None = None

    def begin(self, person_id: int, email: str) -> None:
        """Sign in and open a statement page."""
        self.sign_in(email)
        page = self.get(PAGE)
        owner = OWNER.search(page.text)
        if owner is None:
            raise RefusedError(f"no review is open to {email}")
        self.device = Device(
            person_id=person_id,
            statement=1 + self._device,
            cookie="",
            token=token_in(page),
            owner=owner[1],
            name=f"d{self.number}",
        )

    def save(self, positions: int) -> None:
        """Save one rating of one of so many colleagues, until it is confirmed."""
        device = self.known()
        body = device.batch(positions)
        headers = {"Content-Type": "application/json", "X-CSRFToken": device.token}
        answer = self.ask("POST", SAVE, body, headers)
        if answer.status != 200 or json.loads(answer.body)["saved"] != 1:
            raise RefusedError(f"a save was answered {answer.status}: {answer.body[:200]!r}")

    def send(self) -> None:
        """Send the review, until that is confirmed."""
        for _ in range(ANEW):
            page = self.get("/review/check")
            answer = self.post("/review/check", {"csrf_token": token_in(page)})
            if answer.status == 302:
                self.has_sent = True
                return
        raise RefusedError(f"a review that was sent was answered {answer.status}")

    def turn_to(self, statement: int) -> None:
        """Go on with another statement; what was saved to the one before stays noted."""
        before = self.known()
        numbered = f"d{self.number}"
        self.device = replace(
            before, statement=statement, name=numbered, saved={}, batches=before.batches
        )

    def known(self) -> Device:
        """The device that saves. Raises RefusedError before this rater has begun."""
        if self.device is None:
            raise RefusedError("this rater has not begun")
        return self.device


def token_in(page: Answer) -> str:
    """The token of the forms on a page. Raises RefusedError where there is none."""
    found = TOKEN.search(page.text)
    if found is None:
        raise RefusedError(
            f"a page without a form: {page.status} {re.sub(r'<[^>]*>', ' ', page.text)[:300]}"
        )
    return found[1]

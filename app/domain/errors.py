"""What can go wrong by the rules; each text is a sentence for the person who can act on it."""


class ReviewError(Exception):
    """A rule was broken; the text says what is wrong in the reader's words."""

    @property
    def in_full(self) -> str:
        """The same for operators and HR: what only they can act on is added."""
        return str(self)


class WrongStateError(ReviewError):
    """The cycle is not in the state that this act needs."""


class CycleClosedError(WrongStateError):
    """Answers came after the cycle was closed."""


class PlanRefusedError(ReviewError):
    """A plan breaks one or more rules; `faults` lists every one as a sentence."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__(" ".join(faults))
        self.faults = faults


class StalePageError(ReviewError):
    """A page was sent that does not fit what it is about: reload it, or open one's own."""


class BallotError(ReviewError):
    """A change does not fit the ballot: unknown colleague, statement or value."""


class SealBrokenError(ReviewError):
    """A sealed ballot or a key half cannot be read: lost, exchanged or altered.

    `place` is where to look; no rater is shown a path of the server.
    """

    def __init__(self, message: str, *, place: str = "") -> None:
        super().__init__(message)
        self.place = place

    @property
    def in_full(self) -> str:
        """The sentence, and where to look."""
        return f"{self} Look in {self.place}." if self.place else str(self)


class NotForgottenError(ReviewError):
    """Something that has to be destroyed is still there."""


class NotFoundError(ReviewError):
    """Something named does not exist."""


class NotAllowedError(ReviewError):
    """The actor may not do this."""

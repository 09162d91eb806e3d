"""What goes wrong between us and a sign-in provider, each as one sentence for who signs in."""

from app.domain.errors import ReviewError

TELL = "Please tell whoever runs Full Circle."
AGAIN = "Please begin again."


class ProviderError(ReviewError):
    """A sign-in at a provider did not succeed; the text says why and who can act."""


class SilentProviderError(ProviderError):
    """The provider does not answer in time."""

    def __init__(self, label: str) -> None:
        super().__init__(f"{label} does not answer. Please try again in a minute.")


class BusyProviderError(ProviderError):
    """Others are waiting for the provider, and nobody else may hold a thread for it."""

    def __init__(self, label: str) -> None:
        super().__init__(f"{label} is busy with others. Please try again in a moment.")


class MisfitError(ProviderError):
    """The provider is not what the settings say, or does not know us; `detail` says in what."""

    def __init__(self, label: str, detail: str) -> None:
        super().__init__(f"Signing in with {label} is not set up rightly. {TELL}")
        self.detail = detail


class UnconfirmedError(ProviderError):
    """The provider takes no responsibility: a code that was used, or is too old."""

    def __init__(self, label: str) -> None:
        super().__init__(f"{label} did not confirm this sign-in. {AGAIN}")


class ForgedError(ProviderError):
    """What came was not signed by the provider, not for us, or not for this sign-in."""

    def __init__(self, label: str) -> None:
        super().__init__(f"What came back from {label} does not belong to this sign-in. {AGAIN}")


class StaleError(ProviderError):
    """What came was signed too long ago."""

    def __init__(self, label: str) -> None:
        super().__init__(f"This sign-in with {label} took too long. {AGAIN}")


class ClockError(ProviderError):
    """What came was signed in the future."""

    def __init__(self, label: str) -> None:
        super().__init__(
            f"The clock of this server and that of {label} differ by minutes, so nobody can sign "
            f"in with it. {TELL}"
        )


class MissingClaimError(ProviderError):
    """The provider did not say what is needed to know somebody."""

    def __init__(self, label: str, claim: str) -> None:
        super().__init__(f"{label} did not say what we know people by ({claim}). {TELL}")

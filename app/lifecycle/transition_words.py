"""The words of each step: what will happen, said before HR says yes."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.cycles.models import Cycle
from app.domain.durations import NAMES_KEPT, lasting
from app.domain.plurals import counted
from app.domain.release.turnout import ShownTurnout
from app.infra.pages import moment
from app.lifecycle.count.restoring import Losses
from app.lifecycle.plan.wording_changes import WordingChange


@dataclass(frozen=True)
class TransitionWords:
    """A page that asks once: its title, what will happen, and the button."""

    title: str
    sentences: tuple[str, ...]
    label: str
    kind: str = "primary"
    rewordings: Sequence[WordingChange] = ()
    """Statements with other words than the last time, where they are confirmed with it."""
    word_for: str = ""
    """What is asked to be written to another person of HR; empty where nobody is told."""


WHAT_FOR = "What for? The others of HR read it with the question."


def word_to(asker: str) -> str:
    """What an agreeing person may add for `asker`."""
    return f"A word to {asker}, if you like. It is mailed together with your yes."


def opening(cycle: Cycle, *, people: int) -> TransitionWords:
    """Before a draft opens."""
    return TransitionWords(
        title=f"Open {cycle.name}",
        sentences=(
            f"{counted(people, 'person is', 'people are')} invited by e-mail and can answer until "
            f"{moment(cycle.closes_at)}.",
            "Who takes part, who rates whom, who reads each report and the release policy are "
            "fixed from now on. Every rater sees them as a promise.",
            "The closing date can be moved further away, never nearer. The cycle cannot become a "
            "draft again.",
        ),
        label="Open the cycle",
    )


def closing(
    cycle: Cycle, *, turnout: ShownTurnout, asked_by: str = "", waits: bool = False
) -> TransitionWords:
    """Before an open cycle is counted early; where `waits`, a second person of HR comes after.

    `asked_by` is who asked first.
    """
    if waits:
        return TransitionWords(
            title=f"Ask to close {cycle.name} early",
            sentences=(
                f"Until then it stays open, at the latest until {moment(cycle.closes_at)}.",
                "Raters were promised that two people of HR agree on an early close: somebody else "
                "of HR has to confirm it on the cycle’s page.",
            ),
            label="Ask for it",
            word_for=WHAT_FOR,
        )
    agreed = (f"{asked_by} asked for this; you are the second person.",) if asked_by else ()
    return TransitionWords(
        title=f"Close {cycle.name}",
        sentences=(
            *agreed,
            f"{turnout.words} people have sent. Only what was sent is counted; "
            "everything else is forgotten.",
            "The count writes down what may be shown and destroys all ballots and their key. "
            "Afterwards nobody can find out who said what.",
            "A closed cycle is never opened or counted again.",
        ),
        label="Close and count",
        kind="danger",
        word_for=word_to(asked_by) if asked_by else "",
    )


def publishing(cycle: Cycle) -> TransitionWords:
    """Before reports can be read."""
    return TransitionWords(
        title=f"Publish {cycle.name}",
        sentences=(
            "Everybody who took part can read and download their own report, and managers those "
            "of their people. They are told by e-mail.",
            "The company figures become visible to everyone who works here.",
            f"It is forgotten {lasting(NAMES_KEPT)} later who took part.",
        ),
        label="Publish the reports",
    )


def abandoning(
    cycle: Cycle, *, fault: str, asked_by: str = "", waits: bool = False
) -> TransitionWords:
    """Before a cycle whose answers are lost ends without results; with the words of `closing`."""
    if waits:
        return TransitionWords(
            title=f"Ask to end {cycle.name} without results",
            sentences=(
                f"{fault} If the key folder or a backup of it can still be brought back, do that "
                "first: then nothing is lost.",
                "Nothing is destroyed yet: somebody else of HR has to confirm it on the cycle’s "
                "page.",
            ),
            label="Ask for it",
            word_for=WHAT_FOR,
        )
    agreed = (f"{asked_by} asked for this; you are the second person.",) if asked_by else ()
    return TransitionWords(
        title=f"End {cycle.name} without results",
        sentences=(
            *agreed,
            f"{fault} If the key folder or a backup of it can still be brought back, do that "
            "first: then nothing is lost.",
            "Nothing anybody answered is counted, and there will be no reports. What is left of "
            "the ballots and of the key is destroyed.",
            "This cannot be undone. Afterwards the next cycle can open.",
        ),
        label="End it without results",
        kind="danger",
        word_for=word_to(asked_by) if asked_by else "",
    )


def confirming(
    cycle: Cycle,
    rewordings: Sequence[WordingChange],
    *,
    draws: int,
    asked_by: str,
    waits_for: str,
) -> TransitionWords:
    """Before a second person of HR confirms; `draws` is how many different draws there were.

    `waits_for` says which other cycle has to be over before; empty for none.
    """
    drawn = (
        f"Since the last opening pairs were drawn {draws} times, each time for other people or "
        "another number of colleagues: who did that and when is on the cycle’s page.",
    )
    return TransitionWords(
        title=f"Confirm the plan of {cycle.name}",
        sentences=(
            "You confirm questionnaire, dates, people, pairs, readers and release policy exactly "
            "as they stand on the cycle's page.",
            *(drawn if draws > 1 else ()),
            f"The cycle then opens by itself on {moment(cycle.opens_at)}"
            + (f". {waits_for}" if waits_for else ", or earlier by hand."),
            "Any change makes a new confirmation necessary.",
        ),
        label="Confirm this plan",
        word_for=word_to(asked_by) if asked_by else "",
        rewordings=rewordings,
    )


def discarding(cycle: Cycle) -> TransitionWords:
    """Before a draft is thrown away."""
    return TransitionWords(
        title=f"Delete the draft of {cycle.name}",
        sentences=("The plan is gone for good. Nobody has been invited yet.",),
        label="Delete the draft",
        kind="danger",
    )


def going_on_with_backup(
    lost: Losses, *, asked_by: str = "", waits: bool = False
) -> TransitionWords:
    """Before the database counts as right that was brought back; with the words of `closing`."""
    sentences = ["If a newer backup can be brought back, do that first: then nothing is lost."]
    if lost.are_ballots:
        sentences += [
            "Whoever saved or sent something since that backup was made has lost it.",
            "They can go on from what is there. It is best to ask everybody to look through their "
            "answers.",
        ]
    if lost.entries:
        sentences.append(
            f"The log of acts lost at least {counted(lost.entries, 'entry', 'entries')}. It says "
            "so from then on."
        )
    if waits:
        return TransitionWords(
            title="Ask to go on with the older backup",
            sentences=(*sentences, "Nothing happens until somebody else of HR agrees."),
            label="Ask for it",
            word_for=WHAT_FOR,
        )
    agreed = (f"{asked_by} asked for this; you are the second person.",) if asked_by else ()
    return TransitionWords(
        title="Go on with the older backup",
        sentences=(*agreed, *sentences, "This cannot be undone."),
        label="Go on with it",
        kind="danger",
        word_for=word_to(asked_by) if asked_by else "",
    )

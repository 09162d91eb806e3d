"""What an import would do, in numbers and words for the page and the command."""

from collections import Counter
from dataclasses import dataclass
from typing import Final

from app.domain.plurals import counted
from app.people.imports.proposing import Proposal

ROWS: Final = 12


@dataclass(frozen=True)
class UnitLoss:
    """How many people of a department there are, and how many of them leave."""

    name: str
    now: int
    leaving: int

    @property
    def then(self) -> int:
        return self.now - self.leaving

    @property
    def kept_percent(self) -> int:
        """The share that stays, as a bar shows it."""
        return round(100 * self.then / self.now)


@dataclass(frozen=True)
class ImportSummary:
    """The words above and around a preview."""

    headline: str
    button: str
    staying: int
    """How many people stay exactly as they are, whether the file names them or not."""
    losses: tuple[UnitLoss, ...]
    is_reader_leaving: bool


def of(proposal: Proposal, *, reader: str) -> ImportSummary:
    """The summary for somebody of HR with the address `reader`."""
    return ImportSummary(
        headline=_headline(proposal),
        button=acts(proposal),
        staying=proposal.active_count
        - proposal.leaving_count
        - sum(not change.comes_back for change in proposal.preview.changed),
        losses=_losses(proposal),
        is_reader_leaving=any(p.email == reader for p in proposal.preview.deactivated),
    )


def _headline(proposal: Proposal) -> str:
    if proposal.faults:
        return "This file cannot be imported as it is."
    if proposal.reading.needs_mapping:
        missing = " and the ".join(proposal.reading.missing)
        return f"Please say which column holds the {missing}."
    count = len(proposal.open)
    if count:
        return f"{counted(count, 'question')} {'needs' if count == 1 else 'need'} you."
    if proposal.preview.is_empty:
        return "The directory says this already; there is nothing to do."
    return "This is what will change."


def acts(proposal: Proposal) -> str:
    """What a yes does, as on its button: "Add 9, change 14"."""
    preview = proposal.preview
    parts = [
        f"{verb} {count:,}"
        for verb, count in (
            ("add", len(preview.added)),
            ("change", len(preview.changed)),
            ("deactivate", len(preview.deactivated)),
        )
        if count
    ]
    text = ", ".join(parts)
    return text[:1].upper() + text[1:]


def _losses(proposal: Proposal) -> tuple[UnitLoss, ...]:
    """The departments that would lose people, those that lose most first."""
    if not proposal.is_harmful:
        return ()
    leaving = Counter(person.department for person in proposal.preview.deactivated)
    return tuple(
        UnitLoss(name, proposal.people_in.get(name, count), count)
        for name, count in leaving.most_common(ROWS)
    )

"""How a ballot is written down: compact JSON."""

import json
from collections.abc import Mapping
from typing import TypeVar

from app.domain.ballot.document import Ballot
from app.domain.ballot.versions import WrittenText

T = TypeVar("T")


def encode(ballot: Ballot) -> bytes:
    """Write a ballot as compact JSON."""
    document = {
        "own": ballot.own,
        "answers": ballot.answers,
        "away": sorted(ballot.away),
        "comments": {subject: texts for subject, texts in ballot.comments.items() if texts},
        "focus": {subject: seen for subject, seen in ballot.focus.items() if seen},
        "enps": [ballot.enps_score, ballot.enps_reasons, ballot.enps_comment],
        "further": [ballot.further, ballot.further_texts],
        "sent": ballot.sent,
        "declined": ballot.declined,
        "saves": ballot.saves,
        "epoch": ballot.epoch,
        "veiled": sorted(ballot.veiled),
        "seen": ballot.seen,
        "writers": ballot.writers,
        "beside": {
            cell: [[one.text, one.device] for one in drafts]
            for cell, drafts in ballot.beside.items()
        },
    }
    return json.dumps(document, separators=(",", ":"), ensure_ascii=False).encode()


def decode(written: bytes) -> Ballot:
    """Read what `encode` wrote."""
    document = json.loads(written)
    score, reasons, comment = document["enps"]
    # An upgrade during a cycle finds ballots without some of these.
    further, further_texts = document.get("further", [{}, {}])
    return Ballot(
        own=document["own"],
        answers=_by_number(document["answers"]),
        away=set(document["away"]),
        comments=_by_number(document["comments"]),
        focus={
            subject: _by_number(seen)
            for subject, seen in _by_number(document.get("focus", {})).items()
        },
        enps_score=score,
        enps_reasons=reasons,
        enps_comment=comment,
        further=further,
        further_texts=further_texts,
        sent=document["sent"],
        declined=document.get("declined", False),
        saves=document.get("saves", 0),
        epoch=document["epoch"],
        veiled=set(document["veiled"]),
        seen=document.get("seen", {}),
        writers=document.get("writers", {}),
        beside={
            cell: tuple(WrittenText(*one) for one in drafts)
            for cell, drafts in document.get("beside", {}).items()
        },
    )


def _by_number(stored: Mapping[str, T]) -> dict[int, T]:
    return {int(number): value for number, value in stored.items()}

"""The evidence of an office, a city or a province as archives: how much, and whether a chat takes it."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import ROUND_UP, Decimal
from typing import Any

from flows.model.answer_state import ProofState
from flows.model.buttons import Button, Verb, data
from flows.model.events import Tap
from flows.model.facts import Desk
from flows.model.outcome import Notice, OrderPaper, Outcome, Say

BUNDLE, SEND = "bundle", "send_bundle"
"""Its kind as a paper is ordered by, and what the button says that has it made."""
FITS = 45_000_000
"""Bytes of one archive at most: a bot may send 50 million, and a little is needed beside the files."""
MOST_PARTS = 10
"""So many archives are sent in a chat; more are the operator's to make."""


def offered(desks: Iterable[Desk], seat_id: int, place: int, name: str, command: str) -> Say:
    """Say how many files have been stored, their size, and in how many archives they would come."""
    sizes = [
        proof.size
        for desk in desks
        for task in desk.tasks
        for proof in task.kept
        if proof.state is ProofState.STORED
    ]
    parts = max(1, -(-sum(sizes) // FITS))
    view: dict[str, Any] = {
        "name": name,
        "files": len(sizes),
        "megabytes": (Decimal(sum(sizes)) / 1_000_000).quantize(Decimal("0.1"), ROUND_UP),
        "parts": parts,
        "most": MOST_PARTS,
        "fits": parts <= MOST_PARTS,
        "command": command,
    }
    send = (Button("send_bundle", data(Verb.PAPER, seat_id, SEND, place)),)
    return Say("papers/bundle", view, (send,) if sizes and view["fits"] else ())


def ordered(order: OrderPaper, event: Tap) -> Outcome:
    """Have it made; the message of the button says from now on how far it is."""
    notice = Notice(event.query_id, "notice/paper_ordered", {"kind": BUNDLE})
    far = Say("papers/bundling", {"percent": 0, "parts": 0, "lost": 0}, edit=event.message_id)
    return Outcome((order,), (notice, far))

"""What is known of one answer: the stored revision, where it stands, and the files that prove it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum

from msgspec import Struct

from flows.model.marks import Mark
from flows.model.roles import Role
from scoring import Anomaly, Answer
from scoring.replacing import replace


class Stored(Struct, frozen=True):
    """The latest revision of one unit's answer to one indicator; `flags` say what was odd about it.

    `source` is who proposed the figures, where they came through a one-question link; `marks` what to
    know of them.
    """

    revision: int
    receipt: int
    answer: Answer
    reason: str | None
    by: str
    at: datetime
    flags: tuple[Anomaly, ...] = ()
    source: str | None = None
    marks: tuple[Mark, ...] = ()


class Previous(Struct, frozen=True):
    """What a unit answered last year, to compare with; `note` says what is to be known of it.

    `carried`: from which indicators of an earlier instrument it comes; `partial`: some figures are lacking.
    """

    year: int
    answer: Answer
    note: str | None = None
    carried: tuple[int, ...] = ()
    partial: bool = False


class State(StrEnum):
    """Where an answer stands between the office and the Kanwil; the moves are in `flows.model.workflow`."""

    EMPTY = "empty"
    DRAFT = "draft"
    SENT = "sent"
    RETURNED_BY_CITY = "returned_by_city"
    APPROVED = "approved"
    RETURNED = "returned"
    FIXED = "fixed"
    VERIFIED = "verified"


RETURNED_STATES = frozenset({State.RETURNED, State.RETURNED_BY_CITY})


class Standing(Struct, frozen=True):
    """The last move of an answer: where it stands since, who moved it, on which revision, and why.

    `code` names a reason of the instrument, `corrected` is a reviewer's value beside the claim, `late`
    says that the answer was first sent after the office's deadline.
    """

    state: State
    action: str
    role: Role
    revision: int
    by: str
    at: datetime
    reason: str | None = None
    code: str | None = None
    corrected: Answer | None = None
    late: bool = False


class Note(Struct, frozen=True):
    """One turn of the thread on an answer; `closes` where the reviewer ended it."""

    by: str
    role: Role
    at: datetime
    text: str
    closes: bool = False


class ProofState(StrEnum):
    """What became of a file that was sent: on its way into the store, in it, refused, or taken back."""

    WAITING = "waiting"
    STORED = "stored"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


PREVIEWED = frozenset({"application/pdf", "image/heic"})
"""What not every phone shows."""


class Proof(Struct, frozen=True):
    """One file that proves one answer; `why` says why it was refused.

    `revision` is that of the answer it was sent for, 0 where nobody knows; `mime` and `digest` are known once
    it is stored.
    """

    id: int
    kind: str
    file_id: str
    name: str
    size: int
    state: ProofState
    by: str
    at: datetime
    why: str | None = None
    again: bool = False
    revision: int = 0
    mime: str = ""
    digest: str = ""

    @property
    def preview(self) -> tuple[str, str] | None:
        """What a picture of it is made from; None where every phone shows it by itself."""
        return (self.digest, self.mime) if self.mime in PREVIEWED else None


def ticks_that_hold(
    points: frozenset[str], entry: int, stored: Stored | None, proofs: Iterable[Proof]
) -> frozenset[str]:
    """Return what the sender's checklist still says; `entry` is its number in the record.

    It spoke of the figures and files of its time: with new figures the old files may not fit, and of new
    files it says nothing.
    """
    if stored is None or entry > stored.receipt:
        return points
    if any(proof.revision == stored.revision for proof in proofs):
        return frozenset()
    return points - {"figures"}


def verified_answer(stored: Stored | None, standing: Standing | None) -> Answer | None:
    """Return the answer that a verifier has agreed to; a claimed "does not apply" counts as accepted then."""
    if stored is None or standing is None or standing.state != State.VERIFIED:
        return None
    if standing.corrected is not None:
        return standing.corrected
    return replace(stored.answer, accepted=stored.answer.absence == "not_applicable")


def claimed_answer(stored: Stored | None, standing: Standing | None) -> Answer | None:
    """Return what a unit gave, with a "does not apply" marked as accepted once it was verified."""
    if stored is None:
        return None
    accepted = standing is not None and standing.state == State.VERIFIED
    is_absent = stored.answer.absence == "not_applicable"
    return replace(stored.answer, accepted=True) if accepted and is_absent else stored.answer

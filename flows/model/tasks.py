"""One indicator that a unit owes: what is stored of it, where that stands, and what is left to do."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct

from flows.model.answer_state import (
    RETURNED_STATES,
    Note,
    Previous,
    Proof,
    ProofState,
    Standing,
    State,
    Stored,
    claimed_answer,
    verified_answer,
)
from flows.model.roles import Role
from flows.model.workflow import Subject, decider_of, turn_of
from scoring import Answer, Document, Indicator, Response

PRIME = 2**31 - 1
"""Keeps a fingerprint short enough for a button."""


class Part(Struct, frozen=True):
    """Another unit's share of an indicator that several units owe."""

    unit: str
    stored: Stored | None
    standing: Standing | None = None


class Task(Struct, frozen=True):
    """One indicator that a unit owes. `ticks` are the sender's, `checks` the reviewer's checklist.

    `is_held`: an earlier step is not fulfilled, so that it brings nothing yet; `is_held_verified`: by what
    was verified. `levels` are those that the period switches on.
    """

    indicator: Indicator
    mine: Stored | None
    others: tuple[Part, ...] = ()
    standing: Standing | None = None
    proofs: tuple[Proof, ...] = ()
    ticks: frozenset[str] = frozenset()
    checks: frozenset[str] = frozenset()
    notes: tuple[Note, ...] = ()
    previous: Previous | None = None
    is_held: bool = False
    is_held_verified: bool = False
    levels: tuple[Role, ...] = ()

    @property
    def turn(self) -> Role:
        """Whose turn it is behind Bagian Hukum: a level's that is switched on, else the Kanwil's."""
        moved = self.standing
        if moved is None:
            return Role.KANWIL
        return turn_of(self.levels, moved.state, moved.action, moved.role)

    @property
    def decider(self) -> Role | None:
        """The level that decided last, and may take it back; None where it was none of them."""
        moved = self.standing
        return decider_of(self.levels, moved.action, moved.role) if moved else None

    @property
    def subject(self) -> Subject:
        """What the stored answer gives, which decides what a reviewer may do to it."""
        absent = self.mine is not None and self.mine.answer.absence is not None
        return Subject.ABSENCE if absent else Subject.FIGURES

    @property
    def has_open_thread(self) -> bool:
        """Whether somebody asked and no reviewer has closed it since."""
        return bool(self.notes) and not self.notes[-1].closes

    @property
    def kept(self) -> tuple[Proof, ...]:
        """The files that count: neither refused nor taken back."""
        gone = (ProofState.REFUSED, ProofState.WITHDRAWN)
        return tuple(proof for proof in self.proofs if proof.state not in gone)

    @property
    def proving(self) -> tuple[Proof, ...]:
        """The files that stand for the answer as it is: those of its revision, else all there are."""
        mine = self.mine
        newest = tuple(proof for proof in self.kept if mine and proof.revision == mine.revision)
        return newest or self.kept

    @property
    def replaced(self) -> tuple[Proof, ...]:
        """The files of earlier revisions, in whose place newer ones stand."""
        return tuple(proof for proof in self.kept if proof not in self.proving)

    @property
    def has_older_proof(self) -> bool:
        """Whether the files were sent for other figures, and nobody has said that they fit these."""
        mine = self.mine
        older = mine is not None and any(
            0 < proof.revision < mine.revision for proof in self.proving
        )
        return older and "figures" not in self.ticks

    @property
    def state(self) -> State:
        if self.standing is not None:
            return self.standing.state
        return State.EMPTY if self.mine is None else State.DRAFT

    @property
    def is_open(self) -> bool:
        return self.mine is None

    @property
    def is_returned(self) -> bool:
        return self.state in RETURNED_STATES

    @property
    def verified(self) -> Answer | None:
        """What was verified: the reviewer's value where it was corrected, else the claim."""
        return verified_answer(self.mine, self.standing)

    @property
    def is_mended(self) -> bool:
        """Whether something was stored since it was returned; it is not sent back by that."""
        if self.mine is None or self.standing is None:
            return False
        return self.is_returned and self.mine.revision > self.standing.revision

    @property
    def is_to_do(self) -> bool:
        """Whether the office has to fill it in, or to mend it."""
        return self.is_open or (self.is_returned and not self.is_mended)

    @property
    def lacks_document(self) -> bool:
        """Whether the office says that the document is there, and no file shows it."""
        rule, given = self.indicator.rule, self.mine.answer.inputs if self.mine else None
        if not isinstance(rule, Document) or given is None or self.kept:
            return False
        return self.is_unsent and given[rule.input] is True

    @property
    def is_lacking(self) -> bool:
        """Whether something is missing that keeps the answer from being sent."""
        return self.is_to_do or self.lacks_document

    @property
    def is_unsent(self) -> bool:
        """Whether all that is lacking is the sending: filled for the first time, or mended."""
        return self.state == State.DRAFT or self.is_mended

    @property
    def is_deferred(self) -> bool:
        return self.mine is not None and self.mine.answer.absence == "not_available"

    @property
    def claimed(self) -> Answer | None:
        """What the unit gave; an accepted "does not apply" counts as such."""
        return claimed_answer(self.mine, self.standing)

    def response(self, mine: Answer | None = None) -> Response:
        """Return all parts that are claimed, with `mine` in place of what this unit has stored."""
        own = mine or self.claimed
        parts = [own] if own else []
        claimed = (claimed_answer(part.stored, part.standing) for part in self.others)
        parts += [answer for answer in claimed if answer]
        return Response(parts=tuple(parts), expected=1 + len(self.others))


def fingerprint(tasks: Iterable[Task]) -> int:
    """Return a number that is another one once there are other answers, or other revisions of them.

    On a button: it does what its reader saw.
    """
    return fingerprint_of((task.indicator.no, task.mine.revision) for task in tasks if task.mine)


def fingerprint_of(answers: Iterable[tuple[int, int]]) -> int:
    """Return the same of pairs of what an answer is to, and its revision, in any order."""
    made = 0
    for number, revision in sorted(answers):
        made = (made * 1_000_003 + number * 10_007 + revision) % PRIME
    return made

"""Every allowed move of an answer, in one table; what is not in it is refused with a reason.

Used by flows, reports and tests alike. An answer is what one unit owes for one indicator.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from enum import StrEnum

from msgspec import Struct

from flows.model.answer_state import State
from flows.model.roles import LEVELS, Role


class Action(StrEnum):
    """What somebody does to an answer; RESEND keeps the name that the record of earlier seasons has."""

    FILL = "fill"
    SUBMIT = "submit"
    RESEND = "answer"
    APPROVE = "approve"
    RETURN = "return"
    VERIFY = "verify"
    CORRECT = "correct"
    REOPEN = "reopen"
    UNDO = "undo"
    ACCEPT = "accept"
    REFUSE = "refuse"
    ENDORSE = "endorse"
    FORWARD = "forward"
    SEND_BACK = "send_back"


class Subject(StrEnum):
    """What an answer gives: figures, or the reason why there are none."""

    FIGURES = "figures"
    ABSENCE = "absence"


class Transition(Struct, frozen=True):
    """`needs_reason`: one sentence, which the record keeps and the office reads.

    `only` names the answers that the move is for; None is both.
    """

    state: State
    role: Role
    action: Action
    next: State
    needs_reason: bool = False
    only: Subject | None = None


S, A, R = State, Action, Role
FIGURES, ABSENCE = Subject.FIGURES, Subject.ABSENCE
TRANSITIONS: tuple[Transition, ...] = (
    Transition(S.EMPTY, R.CONTACT, A.FILL, S.DRAFT),
    Transition(S.DRAFT, R.CONTACT, A.FILL, S.DRAFT),
    Transition(S.DRAFT, R.CONTACT, A.SUBMIT, S.SENT),
    # What was returned is mended first, figure or document, and sent back by a step of its own.
    Transition(S.RETURNED_BY_CITY, R.CONTACT, A.FILL, S.RETURNED_BY_CITY),
    Transition(S.RETURNED_BY_CITY, R.CONTACT, A.RESEND, S.SENT),
    Transition(S.RETURNED, R.CONTACT, A.FILL, S.RETURNED),
    Transition(S.RETURNED, R.CONTACT, A.RESEND, S.FIXED),
    # "Not available yet" was a promise: the figure may take its place while nobody has agreed to it.
    Transition(S.SENT, R.CONTACT, A.FILL, S.DRAFT, only=ABSENCE),
    Transition(S.APPROVED, R.CONTACT, A.FILL, S.DRAFT, only=ABSENCE),
    Transition(S.FIXED, R.CONTACT, A.FILL, S.DRAFT, only=ABSENCE),
    Transition(S.SENT, R.COORDINATOR, A.APPROVE, S.APPROVED),
    Transition(S.SENT, R.COORDINATOR, A.RETURN, S.RETURNED_BY_CITY, needs_reason=True),
    Transition(S.SENT, R.COORDINATOR, A.REOPEN, S.DRAFT, needs_reason=True),
    Transition(S.APPROVED, R.COORDINATOR, A.UNDO, S.SENT, needs_reason=True),
    Transition(S.RETURNED_BY_CITY, R.COORDINATOR, A.UNDO, S.SENT, needs_reason=True),
    # A city whose coordinator does not act: the Kanwil may pass its answers on, and says why.
    Transition(S.SENT, R.KANWIL, A.APPROVE, S.APPROVED, needs_reason=True),
    Transition(S.SENT, R.KANWIL, A.REOPEN, S.DRAFT, needs_reason=True),
    Transition(S.APPROVED, R.KANWIL, A.VERIFY, S.VERIFIED, only=FIGURES),
    Transition(S.APPROVED, R.KANWIL, A.CORRECT, S.VERIFIED, needs_reason=True, only=FIGURES),
    Transition(S.APPROVED, R.KANWIL, A.RETURN, S.RETURNED, needs_reason=True, only=FIGURES),
    Transition(S.APPROVED, R.KANWIL, A.ACCEPT, S.VERIFIED, only=ABSENCE),
    Transition(S.APPROVED, R.KANWIL, A.REFUSE, S.RETURNED, needs_reason=True, only=ABSENCE),
    Transition(S.FIXED, R.KANWIL, A.VERIFY, S.VERIFIED, only=FIGURES),
    Transition(S.FIXED, R.KANWIL, A.CORRECT, S.VERIFIED, needs_reason=True, only=FIGURES),
    Transition(S.FIXED, R.KANWIL, A.RETURN, S.RETURNED, needs_reason=True, only=FIGURES),
    Transition(S.FIXED, R.KANWIL, A.ACCEPT, S.VERIFIED, only=ABSENCE),
    Transition(S.FIXED, R.KANWIL, A.REFUSE, S.RETURNED, needs_reason=True, only=ABSENCE),
    Transition(S.RETURNED, R.KANWIL, A.UNDO, S.APPROVED, needs_reason=True),
    Transition(S.VERIFIED, R.KANWIL, A.UNDO, S.APPROVED, needs_reason=True),
)
BEHIND_CITY = (State.FIXED, State.APPROVED)
"""Where an answer lies for the Kanwil: at once, or when the levels that a period switches on let it pass."""
LEVEL_TRANSITIONS: Mapping[Role, tuple[Transition, ...]] = {
    R.SECRETARY: (
        Transition(S.APPROVED, R.SECRETARY, A.ENDORSE, S.APPROVED),
        Transition(S.FIXED, R.SECRETARY, A.ENDORSE, S.FIXED),
        Transition(S.APPROVED, R.SECRETARY, A.SEND_BACK, S.SENT, needs_reason=True),
        Transition(S.FIXED, R.SECRETARY, A.SEND_BACK, S.SENT, needs_reason=True),
        # As with a Bagian Hukum that does not act: the Kanwil may pass over who is away, and says why.
        Transition(S.APPROVED, R.KANWIL, A.ENDORSE, S.APPROVED, needs_reason=True),
        Transition(S.FIXED, R.KANWIL, A.ENDORSE, S.FIXED, needs_reason=True),
    ),
    R.BUREAU: (
        Transition(S.APPROVED, R.BUREAU, A.FORWARD, S.APPROVED),
        Transition(S.FIXED, R.BUREAU, A.FORWARD, S.FIXED),
        Transition(S.APPROVED, R.KANWIL, A.FORWARD, S.APPROVED, needs_reason=True),
        Transition(S.FIXED, R.KANWIL, A.FORWARD, S.FIXED, needs_reason=True),
    ),
}
"""What may be done, by whose turn it is, to an answer that has not reached the Kanwil; in place of the
Kanwil's own moves."""
PASSED: Mapping[str, Role] = {A.ENDORSE: R.SECRETARY, A.FORWARD: R.BUREAU}
TAKEN_BACK: Mapping[tuple[State, Role], Transition] = {
    (move.state, move.role): move
    for move in (
        Transition(S.APPROVED, R.SECRETARY, A.UNDO, S.APPROVED, needs_reason=True),
        Transition(S.FIXED, R.SECRETARY, A.UNDO, S.FIXED, needs_reason=True),
        Transition(S.SENT, R.SECRETARY, A.UNDO, S.APPROVED, needs_reason=True),
        Transition(S.APPROVED, R.BUREAU, A.UNDO, S.APPROVED, needs_reason=True),
        Transition(S.FIXED, R.BUREAU, A.UNDO, S.FIXED, needs_reason=True),
    )
}
"""How a level takes back what it has decided itself, while nobody has acted upon it."""
OWN = frozenset({(R.SECRETARY, A.ENDORSE), (R.SECRETARY, A.SEND_BACK), (R.BUREAU, A.FORWARD)})
"""What a level decides; where the Kanwil passes over one, the decision is the Kanwil's."""


def turn_of(levels: Collection[Role], state: State, action: str, mover: Role) -> Role:
    """Return whose turn it is with an answer after its last move: a level's, or else the Kanwil's.

    It follows from that move alone. So an approval lapses by itself as soon as the office mends the answer,
    or Bagian Hukum takes its own approval back.
    """
    # What the Kanwil takes back, to look at it once more, has been through all levels.
    if not levels or state not in BEHIND_CITY or (mover, action) == (Role.KANWIL, Action.UNDO):
        return Role.KANWIL
    passed = PASSED.get(action)
    still = LEVELS[LEVELS.index(passed) + 1 :] if passed else LEVELS
    if action == Action.UNDO and mover in LEVELS:
        still = LEVELS[LEVELS.index(mover) :]
    return next((level for level in still if level in levels), Role.KANWIL)


def decider_of(levels: Collection[Role], action: str, mover: Role) -> Role | None:
    """Return the level that may take an answer's last move back; None where it was none of a level."""
    return mover if mover in levels and (mover, action) in OWN else None


def _moves_at(turn: Role) -> tuple[Transition, ...]:
    """Return the moves that there are while it is this role's turn."""
    own = LEVEL_TRANSITIONS.get(turn)
    if own is None:
        return TRANSITIONS
    judged = {(state, Role.KANWIL) for state in BEHIND_CITY}
    return (*(move for move in TRANSITIONS if (move.state, move.role) not in judged), *own)


_AT: Mapping[Role, tuple[Transition, ...]] = {
    role: _moves_at(role) for role in (Role.KANWIL, *LEVELS)
}
_TABLES = {
    turn: {(move.state, move.role, move.action): move for move in at} for turn, at in _AT.items()
}


class TransitionError(StrEnum):
    """Why a move is refused."""

    NOT_YOUR_ROLE = "not_your_role"
    NOT_NOW = "not_now"
    LOCKED = "locked"
    OWN_UNIT = "own_unit"
    NO_REASON = "no_reason"
    NOT_THIS_KIND = "not_this_kind"


class Refusal(Struct, frozen=True):
    """A move that is not allowed, and why."""

    why: TransitionError
    state: State
    action: Action


def find_transition(
    state: State,
    role: Role,
    action: Action,
    *,
    reason: str | None = None,
    own_unit: bool = False,
    subject: Subject = Subject.FIGURES,
    turn: Role = Role.KANWIL,
    decider: Role | None = None,
) -> Transition | Refusal:
    """Return the move, or why it is refused. `own_unit`: the reviewer holds a seat of the unit that
    answered; `turn`: whose turn it is, as `turn_of` says; `decider`: the same of `decider_of`.
    """
    if own_unit and role != Role.CONTACT:
        return Refusal(TransitionError.OWN_UNIT, state, action)
    move = _TABLES[turn].get((state, role, action))
    if action == Action.UNDO and role == decider:
        move = TAKEN_BACK.get((state, role))
    if move is None:
        return Refusal(_why(state, role, action, turn), state, action)
    if move.only not in (None, subject):
        why = TransitionError.LOCKED if role == Role.CONTACT else TransitionError.NOT_THIS_KIND
        return Refusal(why, state, action)
    if move.needs_reason and not (reason or "").strip():
        return Refusal(TransitionError.NO_REASON, state, action)
    return move


def choices(
    state: State,
    role: Role,
    subject: Subject,
    turn: Role = Role.KANWIL,
    decider: Role | None = None,
) -> tuple[Transition, ...]:
    """Return what this role may do to such an answer in this state, in the table's order."""
    moves = [move for move in _AT[turn] if move.state == state and move.role == role]
    if role == decider:
        moves += [one for key, one in TAKEN_BACK.items() if key == (state, role)]
    return tuple(move for move in moves if move.only in (None, subject))


def _why(state: State, role: Role, action: Action, turn: Role) -> TransitionError:
    if not any(move.role == role and move.action == action for move in _AT[turn]):
        return TransitionError.NOT_YOUR_ROLE
    return (
        TransitionError.LOCKED
        if role == Role.CONTACT and state is not State.EMPTY
        else TransitionError.NOT_NOW
    )

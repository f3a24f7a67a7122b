"""`/verifikasi`: what waits for this reviewer, returned and late ones first, and one card per answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from flows.contact import evidence, plausibility, result_note, summary
from flows.contact.prompts import evidence_view, own_given, past_view, stored_view
from flows.model import recorded_move, walks
from flows.model.answer_state import Standing, State
from flows.model.buttons import Button, Pressed, Verb, data
from flows.model.events import Tap
from flows.model.facts import Office, Seat, StaffFacts, Task, require
from flows.model.needs import History
from flows.model.outcome import (
    Keyboard,
    LookAtQueue,
    Message,
    Notice,
    Outcome,
    Say,
    Show,
    not_yours,
)
from flows.model.record_kinds import EntryKind
from flows.model.roles import Role
from flows.model.tasks import fingerprint
from flows.model.workflow import BEHIND_CITY, PASSED, Action, Transition, choices, find_transition
from flows.policy import season_policy, timing
from flows.reading import names
from flows.staff import clean_answers, progress_views, status
from scoring import Instrument

VERBS = frozenset({Verb.QUEUE, Verb.CARD, Verb.BULK, Verb.FILES})
AGREEING = frozenset({Action.APPROVE, Action.VERIFY, Action.ACCEPT, Action.ENDORSE, Action.FORWARD})
WAITS: Mapping[Role, tuple[State, ...]] = {
    Role.COORDINATOR: (State.SENT,),
    Role.SECRETARY: BEHIND_CITY,
    Role.BUREAU: BEHIND_CITY,
    Role.KANWIL: BEHIND_CITY,
    Role.READER: (),
    Role.ADMIN: (),
}
"""What waits for whom, most urgent first; who only looks judges nothing."""
Waiting = tuple[Office, Task]
SHOWN = 8
SURE = "y"
"""Behind a button that does what its list has shown."""


def waiting(role: Role, offices: tuple[Office, ...]) -> list[Waiting]:
    """Return the answers that wait for this seat: those back from a return, late ones, the oldest."""
    order = WAITS[role]
    queue = [(o, t) for o in offices for t in o.desk.tasks if waits_for(role, t)]
    return sorted(queue, key=lambda pair: _urgency(order, require(pair[1].standing)))


def waits_for(role: Role, task: Task) -> bool:
    """Tell whether it is this role's turn with an answer."""
    if task.state not in WAITS[role]:
        return False
    return task.state not in BEHIND_CITY or task.turn == role


def _urgency(order: tuple[State, ...], standing: Standing) -> tuple[int, bool, datetime]:
    return order.index(standing.state), not standing.late, standing.at


def queue(facts: StaffFacts, args: str = "") -> Outcome:
    """`/verifikasi [region or office]`."""
    offices = progress_views.owing(facts.board.offices)
    if args.strip():
        inside = {region.id for region in names.regions(facts.board, args)}
        chosen = {o.unit.id for o in names.offices(facts.board, args)} if not inside else set()
        offices = tuple(o for o in offices if o.unit.region_id in inside or o.unit.id in chosen)
        if not offices:
            return status.status(facts, args)
        return Outcome((), (_queue(facts, offices),))
    return Outcome((LookAtQueue(facts.seat.id),), (_queue(facts, offices),))


def _queue(facts: StaffFacts, offices: tuple[Office, ...]) -> Say:
    queue = waiting(facts.seat.role, offices)
    seat = facts.seat.id
    piles: dict[int, list[Waiting]] = {}
    for pair in queue:
        piles.setdefault(pair[0].unit.id, []).append(pair)
    rows = [
        {
            "short": office_name(facts, pile[0][0]),
            "count": len(pile),
            "fixed": sum(1 for _, task in pile if task.state == State.FIXED),
            "late": sum(1 for _, task in pile if task.standing and task.standing.late),
            "flagged": sum(1 for office, task in pile if plausibility.standing(office.desk, task)),
        }
        for pile in piles.values()
    ]
    keyboard = tuple(
        (
            Button(
                "pile",
                data(Verb.CARD, seat, pile[0][0].unit.id, pile[0][1].indicator.no),
                {"short": office_name(facts, pile[0][0]), "count": len(pile)},
            ),
        )
        for pile in list(piles.values())[:SHOWN]
    )
    tasks = [task for office in offices for task in office.desk.tasks]
    coming = [o for o in offices if not o.desk.is_done]
    until = season_policy.verified_until(facts)
    view = {
        "rows": rows,
        "count": len(queue),
        "returned": sum(1 for task in tasks if task.is_returned),
        "coming": [office_name(facts, office) for office in coming[:SHOWN]],
        "more_coming": max(0, len(coming) - SHOWN),
        "before_me": sum(1 for task in tasks if task.state == State.SENT),
        "role": str(facts.seat.role),
        "levels": progress_views.held_at(facts, tasks),
        "threads": sum(1 for task in tasks if task.has_open_thread),
        "until": until,
        "days_left": (until - facts.now.date()).days,
    }
    return Say("reviewing/queue", view, keyboard)


def office_name(facts: StaffFacts, office: Office) -> str:
    """Return how a reviewer of several cities tells an office from that of another one: with its city."""
    if len(facts.board.regions) < 2:
        return office.unit.short
    return f"{office.unit.short} {office.desk.region.name}"


def on_tap(facts: StaffFacts, event: Tap, pressed: Pressed, history: History) -> Outcome:
    """Open the queue or a card, or verify what is clean."""
    if pressed.verb == Verb.QUEUE:
        return queue(facts)
    owed = find(facts, pressed)
    if owed is None:
        return not_yours(event)
    if pressed.verb == Verb.BULK:
        return _bulk(facts, event, pressed, *owed, history)
    if pressed.verb == Verb.FILES:
        return Outcome((), _files(*owed))
    return Outcome((), (card(facts, *owed, history),))


def _files(office: Office, task: Task) -> tuple[Message, ...]:
    """Return the files of an answer, each with whose it is and for what."""
    return tuple(
        Show(
            proof.kind,
            proof.file_id,
            proof.name,
            {
                "unit": office.unit.short,
                "indicator": task.indicator.name,
                **evidence.file_view(proof),
                "replaced": proof in task.replaced,
            },
            proof.preview,
        )
        for proof in (*task.proving, *task.replaced)
    )


def find(facts: StaffFacts, pressed: Pressed) -> Waiting | None:
    """Return the answer that a button names, where the seat may see it."""
    owed = find_owed(facts, pressed)
    return owed if owed and owed[1].mine else None


def find_owed(facts: StaffFacts, pressed: Pressed) -> Waiting | None:
    """Return what a unit owes, answered or not, where the seat may see it."""
    office = next((o for o in facts.board.offices if o.unit.id == pressed.number()), None)
    task = office.desk.task(pressed.number(1) or 0) if office else None
    return (office, task) if office and task else None


def may_judge(facts: StaffFacts, office: Office, task: Task) -> bool:
    """Tell whether this answer waits for the reviewer, and is not the reviewer's own office's."""
    return not owns(facts.seats, office) and waits_for(facts.seat.role, task)


def owns(seats: Sequence[Seat], office: Office) -> bool:
    """Tell whether the reviewer also holds a seat of this unit: nobody judges their own office."""
    return any(seat.unit and seat.unit.id == office.unit.id for seat in seats)


def card(
    facts: StaffFacts, office: Office, task: Task, history: History, edit: int | None = None
) -> Say:
    """Return one answer with all that a reviewer needs, and the moves that are allowed now."""
    stored = require(task.mine)
    shown = stored_view(task, stored)
    standing = task.standing
    view: dict[str, Any] = {
        "unit": office_name(facts, office),
        "indicator": task.indicator.name,
        "given": shown["own_given"],
        "state": summary.station(task) or str(task.state),
        "evidence": evidence_view(facts, office.desk, task),
        "moved": None
        if standing is None
        else {
            "action": standing.action,
            "by": standing.by,
            "at": standing.at,
            "reason": standing.reason,
        },
        "late": standing is not None and standing.late,
        "deadline": timing.deadline(facts, office.desk),
        "notes": summary.notes(task) if task.has_open_thread else [],
        "verified_points": summary.verified_points(task),
        "corrected": own_given(task.indicator, standing.corrected)
        if standing and standing.corrected
        else [],
        "own_unit": owns(facts.seats, office),
        "flags": plausibility.views(facts, plausibility.standing(office.desk, task)),
        "past": past_view(task),
        "files": [evidence.file_view(proof) for proof in task.proving],
        "replaced": [evidence.file_view(proof) for proof in task.replaced],
        "older": task.has_older_proof,
        "before": _before(facts.period.instrument, task, history),
        "unticked": evidence.unticked(task),
        "unchecked": [point for point in evidence.checklist(task) if point not in task.checks],
        "checked": bool(task.checks),
        **shown,
    }
    return Say("reviewing/card", view, _moves(facts, office, task), edit=edit)


def _before(instrument: Instrument, task: Task, history: History) -> dict[str, Any] | None:
    """Return what the answer was when it was last returned, and why; None where not known or long past."""
    if task.state not in (State.FIXED, State.SENT):
        return None
    moved = [row.view for row in history.rows if row.kind == EntryKind.MOVE]
    returns = [mapping for mapping in moved if mapping["action"] in (Action.RETURN, Action.REFUSE)]
    if not returns:
        return None
    last = returns[-1]
    rows = (row.view for row in history.rows if row.kind == EntryKind.ANSWER)
    older = next((row for row in rows if row["revision"] == last["revision"]), None)
    code = instrument.return_reason(last.get("code"))
    given = own_given(task.indicator, older["answer"]) if older else []
    now = own_given(task.indicator, require(task.mine).answer)
    return {
        "given": given,
        "same": given == now,
        "label": code.text if code else None,
        "reason": last["reason"],
    }


def _moves(facts: StaffFacts, office: Office, task: Task) -> Keyboard:
    seat, role = facts.seat.id, facts.seat.role
    if owns(facts.seats, office):
        return ()
    place = (office.unit.id, task.indicator.no, require(task.mine).revision)
    buttons = [
        Button(
            f"{_way(role, move)}_{move.action}",
            data(Verb.JUDGE, seat, *place, move.action),
            style="success" if move.action in AGREEING else None,
        )
        for move in choices(task.state, role, task.subject, task.turn, task.decider)
    ]
    here = place[:2]
    if task.kept:
        target = data(Verb.FILES, seat, *here)
        buttons.append(Button("files", target, {"count": len(task.kept)}))
    buttons.append(Button("history", data(Verb.HISTORY, seat, *here)))
    buttons.append(Button("ask_office", data(Verb.NOTE, seat, *here)))
    if task.has_open_thread:
        buttons.append(Button("close", data(Verb.CLOSE, seat, *here)))
    rows = [tuple(buttons[i : i + 2]) for i in range(0, len(buttons), 2)]
    if task.kept and may_judge(facts, office, task):
        rows = [*evidence.toggles(Verb.CHECKED, task, task.checks, seat, *place), *rows]
    clean = clean_answers.of_right(facts, office, task)
    verb = clean_answers.AGREE.get(role)
    if verb and len(clean) > 1:
        target = data(Verb.BULK, seat, office.unit.id, task.indicator.no, fingerprint(clean))
        rows.append((Button(f"bulk_all_{verb}", target, {"count": len(clean)}),))
    return tuple(rows)


def _way(role: Role, move: Transition) -> str:
    """Return what a move is on its button: a judgement, or passing over a level that does not act."""
    return "pass" if role == Role.KANWIL and move.action in PASSED else "judge"


def _bulk_asked(facts: StaffFacts, office: Office, task: Task, clean: list[Task], verb: str) -> Say:
    """Return each answer that would pass, with its points and files, before anything is done."""
    seat, place = facts.seat.id, (office.unit.id, task.indicator.no)
    rows = [
        {"name": t.indicator.name, "points": summary.points(t), "files": len(t.proving)}
        for t in clean
    ]
    sure = data(Verb.BULK, seat, *place, fingerprint(clean), SURE)
    keyboard = (
        (Button(f"bulk_{verb}", sure, {"count": len(clean)}, "success"),),
        (Button("back_to_card", data(Verb.CARD, seat, *place)),),
    )
    view = {"unit": office_name(facts, office), "action": str(verb), "rows": rows}
    return Say("reviewing/bulk_asked", view, keyboard)


def _bulk(
    facts: StaffFacts, event: Tap, pressed: Pressed, office: Office, task: Task, history: History
) -> Outcome:
    """Verify all answers of a right that nothing speaks against, once their list has been confirmed."""
    clean = clean_answers.of_right(facts, office, task)
    if owns(facts.seats, office) or not clean or pressed.number(2) != fingerprint(clean):
        stale = Notice(event.query_id, "notice/stale_card")
        return Outcome((), (stale, card(facts, office, task, history)))
    verb = clean_answers.AGREE[facts.seat.role]
    if pressed.rest[-1] != SURE:
        return Outcome((), (_bulk_asked(facts, office, task, clean, verb),))
    changes = []
    for pair in clean:
        move = find_transition(pair.state, facts.seat.role, verb, turn=pair.turn)
        assert isinstance(move, Transition)
        revision = require(pair.mine).revision
        changes.append(recorded_move.record(office.unit.id, pair, move, revision=revision))
    result = result_note.notifications(facts, office, list(zip(clean, changes, strict=True)))
    view = {
        "unit": office.unit.short,
        "action": str(verb),
        "names": [one.indicator.name for one in clean],
    }
    back = ((Button("queue", data(Verb.QUEUE, facts.seat.id)),),)
    message = Say("reviewing/bulk", view, back, edit=event.message_id)
    return Outcome(tuple(changes), (message, *result))


def to_contacts(
    office: Office,
    task: Task,
    name: str,
    view: Mapping[str, Any],
    keyboard: Callable[[int], Keyboard] = lambda _: (),
) -> tuple[Say, ...]:
    """Return one message to each contact of the unit; `keyboard` makes the buttons for a seat."""
    details = {"unit": office.unit.name, "indicator": task.indicator.name, **view}
    return tuple(
        Say(name, details, keyboard(contact.seat_id), chat_id=contact.chat_id)
        for contact in office.contacts
        if contact.reachable
    )


ROUTES = (
    walks.staff.command("verifikasi", queue, place=60),
    walks.staff.button(Verb.BULK, on_tap, History),
    *(walks.acting.button(verb, on_tap, History) for verb in VERBS - {Verb.BULK}),
)

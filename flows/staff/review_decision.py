"""What a reviewer does to one answer: approve, return with a reason, correct, reopen, undo, verify.

A judgement that needs words or figures waits in the reviewer's focus; the button carries the revision.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from msgspec import Struct

from flows.contact import prompts, result_note, stored, summary
from flows.contact.prompts import calculation, return_text
from flows.model import recorded_move, walks
from flows.model.buttons import Button, OwnVerb, Pressed, Verb, data
from flows.model.events import Tap, Text
from flows.model.facts import Office, StaffFacts, Stage, Task, require
from flows.model.needs import History
from flows.model.outcome import Keyboard, Notice, Outcome, RecordMove, Say, SetFocus, not_yours
from flows.model.roles import LEVELS
from flows.model.workflow import Action, Refusal, Subject, Transition, find_transition
from flows.reading import numbers
from flows.reading.asked import asked
from flows.reading.sentences import LENGTHS, is_reason, tidy
from flows.staff import review_queue
from scoring import Answer, Mend, ReturnReason, problems
from scoring.replacing import replace

CODE = OwnVerb("R")
TOLD = frozenset({Action.RETURN, Action.REOPEN, Action.CORRECT, Action.REFUSE, Action.UNDO})
"""What the office hears of at once; that somebody agreed it hears at the end, once (`result_note`)."""
PAIR = 2
ROUGH = frozenset({numbers.ABOUT, numbers.PROVISIONAL})
"""A correction is exact: whoever only knows roughly returns the answer instead."""


def on_tap(facts: StaffFacts, event: Tap, pressed: Pressed, history: History) -> Outcome:
    """Begin a judgement, or do it at once where it needs no words."""
    owed = review_queue.find(facts, pressed)
    if owed is None:
        return not_yours(event)
    office, task = owed
    action = pressed.rest[3] if len(pressed.rest) > 3 else ""
    move = _move(facts, office, task, Action.RETURN if pressed.verb == CODE else action)
    if move is None or pressed.number(2) != require(task.mine).revision:
        notice = Notice(event.query_id, "notice/stale_card")
        return Outcome((), (notice, review_queue.card(facts, office, task, history)))
    if pressed.verb == CODE:
        return _ask(facts, office, task, move, code=action)
    if move.action == Action.RETURN:
        return Outcome((), (_codes(facts, office, task),))
    if move.needs_reason:
        return _ask(facts, office, task, move)
    return _done(facts, office, task, move, {}, edit=event.message_id)


def _move(facts: StaffFacts, office: Office, task: Task, action: str) -> Transition | None:
    if action not in set(Action):
        return None
    move = find_transition(
        task.state,
        facts.seat.role,
        Action(action),
        reason="-",  # the words are asked for next
        own_unit=review_queue.owns(facts.seats, office),
        subject=task.subject,
        turn=task.turn,
        decider=task.decider,
    )
    return None if isinstance(move, Refusal) else move


def _codes(facts: StaffFacts, office: Office, task: Task) -> Say:
    """Return the reasons of the instrument that fit what was answered, each on its button."""
    seat = facts.seat.id
    reasons = sorted(
        (one for one in facts.period.instrument.return_reasons if fits(one, task)),
        key=lambda reason: not (task.checks and set(reason.points) - task.checks),
    )  # what the reviewer's own checklist left open comes first
    place = (office.unit.id, task.indicator.no, require(task.mine).revision)
    rows = tuple(
        (Button("reason", data(CODE, seat, *place, one.code), {"label": one.label}),)
        for one in reasons
    )
    back = Button("back_to_card", data(Verb.CARD, seat, *place[:2]))
    view = {"unit": office.unit.short, "indicator": task.indicator.name}
    return Say("reviewing/codes", view, (*rows, (back,)))


def _ask(
    facts: StaffFacts, office: Office, task: Task, move: Transition, code: str = ""
) -> Outcome:
    """Wait for the sentence (or, for a correction, first for the figures)."""
    review = {
        "unit": str(office.unit.id),
        "indicator": str(task.indicator.no),
        "revision": str(require(task.mine).revision),
        "action": str(move.action),
        "code": code,
    }
    focus = replace(
        facts.focus, stage=Stage.JUDGE, review=review, inputs={}, turn=facts.focus.turn + 1
    )
    return Outcome((SetFocus(focus),), (_question(facts, office, task, review),))


def _question(
    facts: StaffFacts,
    office: Office,
    task: Task,
    review: Mapping[str, str],
    problem: str | None = None,
) -> Say:
    wants_value = review["action"] == Action.CORRECT and "value" not in review
    code = facts.period.instrument.return_reason(review["code"])
    view: dict[str, Any] = {
        "unit": office.unit.short,
        "indicator": task.indicator.name,
        "action": review["action"],
        "role": str(facts.seat.role),
        "label": code.text if code else None,
        "fields": [
            {"name": question.name, "unit": question.unit} for question in task.indicator.inputs
        ],
        "example": _example(task),
        "problem": problem,
        "most": LENGTHS[-1],
    }
    value = corrected(task, _kept(review["value"])) if "value" in review else None
    view["corrected"] = calculation(task, value) if value else None
    view["claimed"] = summary.points(task)
    name = "reviewing/ask_value" if wants_value else "reviewing/ask_reason"
    back = (
        (
            Button(
                "back_to_card",
                data(Verb.CARD, facts.seat.id, office.unit.id, task.indicator.no),
            ),
        ),
    )
    return Say(name, view, back)


def fits(reason: ReturnReason, task: Task) -> bool:
    """Tell whether a reason fits: an absence has no figures and no files to find fault with."""
    if task.subject is Subject.ABSENCE:
        return not reason.points
    return reason.mend is not Mend.REASON


def _example(task: Task) -> tuple[Decimal, ...]:
    """Return the two stored figures, for a line that would be understood; nothing where there are not two."""
    stored = require(task.mine).answer.inputs or {}
    figures = [stored.get(question.code) for question in task.indicator.inputs]
    counted = tuple(figure for figure in figures if isinstance(figure, Decimal))
    return counted if len(counted) == len(figures) == PAIR else ()


def typed(facts: StaffFacts, event: Text) -> Outcome | None:
    """Take the words or figures of a judgement; None where the answer is gone that it was about."""
    review = facts.focus.review
    pressed = Pressed(Verb.JUDGE, facts.seat.id, (review["unit"], review["indicator"]))
    owed = review_queue.find(facts, pressed)
    if owed is None:
        return None
    office, task = owed
    move = _move(facts, office, task, review["action"])
    if move is None or str(require(task.mine).revision) != review["revision"]:
        cleared = replace(facts.focus, stage=Stage.IDLE, review={})
        message = Say("reviewing/overtaken", {"indicator": task.indicator.name})
        return Outcome(
            (SetFocus(cleared),), (message, review_queue.card(facts, office, task, History()))
        )
    if review["action"] == Action.CORRECT and "value" not in review:
        return _value(facts, office, task, event.text)
    words = tidy(event.text)
    if not is_reason(words, facts.words):
        return Outcome((), (_question(facts, office, task, review, problem="reason"),))
    return _done(facts, office, task, move, {**review, "reason": words})


def _value(facts: StaffFacts, office: Office, task: Task, text: str) -> Outcome:
    """Read the reviewer's figures: all inputs of the indicator in one line."""
    answer = corrected(task, figures_of(facts, office, task, text))
    if answer is None:
        message = _question(facts, office, task, facts.focus.review, problem="figures")
        return Outcome((), (message,))
    values = ";".join(
        numbers.plain(Decimal(str(value))) for value in (answer.inputs or {}).values()
    )
    review = {**facts.focus.review, "value": values}
    focus = replace(facts.focus, review=review)
    return Outcome((SetFocus(focus),), (_question(facts, office, task, review),))


def figures_of(facts: StaffFacts, office: Office, task: Task, text: str) -> list[Decimal] | None:
    """Return the figures of a line ("12", "12 dari 14.250", "12; 14.250"), none rough; None if none."""
    year, place = facts.period.data_year, office.desk.region.names
    codes = [question.code for question in task.indicator.inputs]
    parts = text.split(";") if ";" in text else [text]
    if len(parts) != len(codes):
        codes = codes[:1] * len(parts)
    asks = [asked(task.indicator, code, year, place) for code in codes[: len(parts)]]
    figures: list[Decimal] = []
    for reading in map(numbers.parse, parts, asks):
        if isinstance(reading, numbers.Pair) and not any(
            ROUGH & set(mark) for mark in reading.marks
        ):
            figures += [reading.part, reading.whole]
        elif (
            isinstance(reading, numbers.TypedNumber)
            and not reading.percent
            and not ROUGH & set(reading.marks)
        ):
            figures.append(reading.value)
        else:
            return None
    return figures


def corrected(task: Task, figures: list[Decimal] | None) -> Answer | None:
    """Return the answer that these figures are; None where they are none."""
    if figures is None or len(figures) != len(task.indicator.inputs):
        return None
    codes = [question.code for question in task.indicator.inputs]
    answer = Answer(inputs=dict(zip(codes, figures, strict=True)))
    return None if problems(task.indicator, answer, parts=1 + len(task.others)) else answer


def _kept(value: str) -> list[Decimal]:
    """Return the figures of a correction that waits for its reason."""
    return [Decimal(one) for one in value.split(";")]


class ReviewDecision(Struct, frozen=True):
    """A judgement that is ready to be written: its words, the instrument's reason, other figures."""

    office: Office
    task: Task
    move: Transition
    reason: str | None = None
    code: str | None = None
    value: Answer | None = None

    def record(self) -> RecordMove:
        """Return what is written of it."""
        return recorded_move.record(
            self.office.unit.id,
            self.task,
            self.move,
            revision=require(self.task.mine).revision,
            reason=self.reason,
            code=self.code,
            corrected=self.value,
        )


def announced(facts: StaffFacts, decision: ReviewDecision) -> tuple[Say, ...]:
    """Return what the office hears of a judgement at once."""
    task, move = decision.task, decision.move
    if move.action not in TOLD or facts.seat.role in LEVELS:  # of these the office has not heard
        return ()
    view = _outcome_view(facts, decision)
    return review_queue.to_contacts(
        decision.office,
        task,
        f"reviewing/told_{move.action}",
        view,
        _opening(task, move, view["mend"]),
    )


def _done(
    facts: StaffFacts,
    office: Office,
    task: Task,
    move: Transition,
    words: Mapping[str, str],
    edit: int | None = None,
) -> Outcome:
    """Record the move, tell the office where it concerns them, and go on with the queue."""
    value = corrected(task, _kept(words["value"])) if words.get("value") else None
    decision = ReviewDecision(
        office, task, move, words.get("reason"), words.get("code") or None, value
    )
    record = decision.record()
    cleared = facts.focus.at_rest()
    view = _outcome_view(facts, decision)
    again = Button("card", data(Verb.CARD, facts.seat.id, office.unit.id, task.indicator.no))
    following = (*_next_button(facts, office, task), (again,))
    reply = Say("reviewing/done", view, following, edit=edit)
    result = result_note.notifications(facts, office, [(task, record)])
    return Outcome((record, SetFocus(cleared)), (reply, *announced(facts, decision), *result))


def _opening(task: Task, move: Transition, mend: Mend) -> Callable[[int], Keyboard]:
    """Return the buttons of an office under what it is told: what is to be mended, changed, or nothing."""
    indicator_no = task.indicator.no
    match move.action:
        case Action.RETURN | Action.REFUSE:
            return lambda seat: stored.repair_keyboard(seat, task, mend)
        case Action.REOPEN:
            return lambda seat: ((Button("edit", data(Verb.EDIT, seat, indicator_no)),),)
        case _:
            return lambda seat: ((Button("ask", data(Verb.NOTE, seat, indicator_no)),),)


def _outcome_view(facts: StaffFacts, decision: ReviewDecision) -> dict[str, Any]:
    office, task, move, value = decision.office, decision.task, decision.move, decision.value
    code = facts.period.instrument.return_reason(decision.code)
    claimed = calculation(task, require(task.mine).answer)
    return {
        "unit": office.unit.short,
        "indicator": task.indicator.name,
        "action": str(move.action),
        "reason": decision.reason,
        "label": code.text if code else None,
        "satisfies": return_text(facts, office.desk, code),
        "mend": code.mend if code else Mend.FIGURES,
        "given": prompts.own_given(task.indicator, require(task.mine).answer),
        "corrected": prompts.own_given(task.indicator, value) if value else [],
        "role": str(facts.seat.role),
        "undone": str(task.state),
        "undone_correction": task.standing is not None and task.standing.corrected is not None,
        "was_returned": task.is_returned,
        "mended": task.is_mended,
        "next": str(move.next),
        "absence": claimed["absence"],
        "claimed": claimed["points"],
        "points": calculation(task, value)["points"] if value else claimed["points"],
        "help_contact": facts.period.help_contact,
    }


def _next_button(facts: StaffFacts, office: Office, task: Task) -> tuple[tuple[Button, ...], ...]:
    rest = [
        one
        for one in review_queue.waiting(facts.seat.role, facts.board.offices)
        if not (one[0].unit.id == office.unit.id and one[1].indicator.no == task.indicator.no)
    ]
    seat = facts.seat.id
    if not rest:
        return ()
    after, upcoming = rest[0]
    target = data(Verb.CARD, seat, after.unit.id, upcoming.indicator.no)
    return ((Button("next_card", target, {"count": len(rest)}, style="primary"),),)


ROUTES = (
    walks.acting.button(Verb.JUDGE, on_tap, History),
    walks.staff.button(CODE, on_tap, History),
    walks.acting.words(Stage.JUDGE, typed),
)

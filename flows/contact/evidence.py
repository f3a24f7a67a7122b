"""Proof of an answer: sent in evidence mode until *Selesai*, each file with its own receipt, one summary.

Ticks say what the sender (and later the reviewer) sees in the files: period, signature, stamp. A file
proves one revision: what replaces a returned document makes a new one, with the same figures.
"""

from __future__ import annotations

from typing import Any

from msgspec.structs import asdict

from flows.contact import drafts, summary
from flows.contact.prompts import evidence_view, return_view, stored_view
from flows.model import walks
from flows.model.answer_state import Proof, ProofState
from flows.model.buttons import Button, Pressed, Verb, data
from flows.model.events import Tap, Upload
from flows.model.facts import ContactFacts, Focus, Stage, Task, require
from flows.model.outcome import (
    AddProof,
    Change,
    Keyboard,
    Message,
    Notice,
    Outcome,
    SaveAnswer,
    Say,
    SetFocus,
    TickProof,
    WithdrawProof,
    not_yours,
)
from flows.model.paper_changes import CheckPaper
from flows.model.quotas import Room
from flows.model.uploads import MOST, refusal, shown_name
from scoring.replacing import replace

SHEET = "s"
"""In a button in the place of an indicator's number: the files are the signed sheet of the office."""
HELD = 10
"""Files that wait at most for somebody to say which answer they prove."""
VERBS = frozenset({Verb.PROOF, Verb.TICK, Verb.FINISH, Verb.WITHDRAW})


def checklist(task: Task) -> tuple[str, ...]:
    """Return what the documents of this indicator must show, as the instrument says."""
    points = ["figures", "period"]
    points += (
        ["signature"] if any(evidence.signature for evidence in task.indicator.evidence) else []
    )
    points += ["stamp"] if any(evidence.stamp for evidence in task.indicator.evidence) else []
    return tuple(points)


def is_complete(task: Task) -> bool:
    """Tell whether there is proof of the answer as it is, and the sender has ticked all that it must show."""
    return bool(task.proving) and not task.has_older_proof and not unticked(task)


def unticked(task: Task) -> list[str]:
    """Return the points of the checklist that the sender has not ticked."""
    return [point for point in checklist(task) if point not in task.ticks]


def toggles(verb: Verb, task: Task, on: frozenset[str], *place: int) -> Keyboard:
    """Return the points of the checklist as buttons, two a row; `place` goes before the point's number."""
    rows = [
        Button(f"tick_{point}", data(verb, *place, number), {"on": point in on})
        for number, point in enumerate(checklist(task))
    ]
    return tuple(tuple(rows[start : start + 2]) for start in range(0, len(rows), 2))


def on_tap(facts: ContactFacts, event: Tap, pressed: Pressed) -> Outcome:
    """Begin, tick, take back, finish."""
    task = facts.desk.task(pressed.number() or 0)
    if task is None or task.mine is None:
        return not_yours(event)
    match pressed.verb:
        case Verb.FINISH:
            return finish(facts, task)
        case Verb.TICK:
            return _tick(facts, event, task, pressed)
        case Verb.WITHDRAW:
            return _withdraw(facts, event, task, pressed)
        case _:
            return begin(facts, task)


def placed(facts: ContactFacts, event: Tap, pressed: Pressed, room: Room) -> Outcome:
    """Put the files that waited to the answer that was chosen; a signed sheet is `signed_sheet`'s."""
    task = facts.desk.task(pressed.number() or 0)
    if task is None or task.mine is None:
        return not_yours(event)
    if not facts.focus.held:
        return begin(facts, task)
    if not drafts.may_prove(task):
        return Outcome((), (drafts.locked(facts, task),))
    events = tuple(Upload(**mapping) for mapping in facts.focus.held)
    return _received(replace(facts, focus=replace(facts.focus, held=())), task, events, room)


def begin(facts: ContactFacts, task: Task, lead: tuple[Message, ...] = ()) -> Outcome:
    """Open evidence mode for one answer: say beforehand which document counts."""
    if not drafts.may_prove(task):
        return Outcome((), (*lead, drafts.locked(facts, task)))
    focus = _mode(facts.focus, task)
    return Outcome((SetFocus(focus),), (*lead, _asking(facts, task)))


def _mode(focus: Focus, task: Task) -> Focus:
    """Return the focus in evidence mode for `task`; a draft that was open is kept."""
    behind = focus.behind if focus.stage == Stage.EVIDENCE else focus.indicator
    return replace(
        drafts.shelve_draft(focus),
        stage=Stage.EVIDENCE,
        indicator=task.indicator.no,
        turn=focus.turn + 1,
        behind=behind,
    )


def _asking(facts: ContactFacts, task: Task, edit: int | None = None) -> Say:
    return Say("evidence/ask", _view(facts, task), _keyboard(facts, task), edit=edit)


def live(facts: ContactFacts) -> Say:
    """Return the evidence mode again, for `/lanjut` and for words beside the point."""
    return _asking(facts, facts.desk.the_task(facts.focus.indicator))


def _view(facts: ContactFacts, task: Task) -> dict[str, Any]:
    shown = [proof for proof in task.proofs if proof.state != ProofState.WITHDRAWN]
    now = [proof for proof in shown if proof not in task.replaced]
    if task.is_returned and not task.is_mended:
        now = []  # what lies there is what was returned
    stored = stored_view(task, require(task.mine))
    return {
        "indicator": task.indicator.name,
        "evidence": evidence_view(facts, facts.desk, task),
        "files": [file_view(proof) for proof in now],
        "before": [file_view(proof) for proof in shown if proof not in now],
        "count": len([proof for proof in now if proof in task.kept]),
        "unticked": unticked(task),
        "older": task.has_older_proof,
        "returned": return_view(facts, task),
        "given": stored["own_given"],
        "value": require(task.mine).answer.value,
        "unit": task.indicator.unit,
        "to_send": [one.indicator.short for one in facts.desk.unsent],
    }


def file_view(proof: Proof) -> dict[str, Any]:
    """Return one file as messages show it."""
    return {
        "id": proof.id,
        "name": proof.name,
        "size": proof.size,
        "state": str(proof.state),
        "why": proof.why,
        "again": proof.again,
        "by": proof.by,
        "at": proof.at,
    }


def _keyboard(facts: ContactFacts, task: Task) -> Keyboard:
    """Return ticks and withdrawals for what stands now, and the way on, which for a mended answer is back."""
    seat, indicator_no = facts.seat.id, task.indicator.no
    standing = () if task.is_returned and not task.is_mended else task.proving
    withdraw = tuple(
        (
            Button(
                "withdraw",
                data(Verb.WITHDRAW, seat, indicator_no, proof.id),
                {"name": proof.name[:24]},
            ),
        )
        for proof in standing[-5:]
    )
    ticks = toggles(Verb.TICK, task, task.ticks, seat, indicator_no) if standing else ()
    return (*ticks, *withdraw, *_way_on(facts, task))


def _way_on(facts: ContactFacts, task: Task) -> Keyboard:
    seat, indicator_no = facts.seat.id, task.indicator.no
    done = Button("finish", data(Verb.FINISH, seat, indicator_no), style="success")
    if not task.is_returned:
        return ((done,),)
    figures = Button("change_figures", data(Verb.EDIT, seat, indicator_no, "f"))
    if task.is_mended:
        return ((resend_button(facts, task),), (figures,))
    return ((figures,),)


def resend_button(facts: ContactFacts, task: Task) -> Button:
    """📤 for one mended answer; it carries the revision that its reader saw."""
    revision = require(task.mine).revision
    target = data(Verb.RESEND, facts.seat.id, task.indicator.no, revision)
    return Button("resend", target, style="success")


# Files that come


def uploaded(facts: ContactFacts, event: Upload, room: Room) -> Outcome:
    """Take a file: for the answer in evidence mode, for the one that was returned, or for a choice."""
    refused = refusal(event)
    if refused:
        return Outcome((), (refused,))
    task = meant(facts, event)
    if task is None:
        return _held(facts, event)
    if not drafts.may_prove(task):
        return Outcome((), (drafts.locked(facts, task),))
    return _received(facts, task, (event,), room)


def meant(facts: ContactFacts, event: Upload) -> Task | None:
    """Return the answer that a file is for: in evidence mode that one, else the returned one that is open.

    A question that *Selesai* went back to without showing it does not stand in the way of a returned answer.
    """
    focus, desk = facts.focus, facts.desk
    if event.about is not None:
        return desk.task(event.about)
    if focus.stage == Stage.EVIDENCE:
        return desk.the_task(focus.indicator)
    here = desk.task(focus.indicator or 0)
    if here is not None and focus.behind != focus.indicator:
        return here if here.is_returned else None
    returned = [task for task in desk.tasks if task.is_returned]
    return returned[0] if len(returned) == 1 else None


def _held(facts: ContactFacts, event: Upload) -> Outcome:
    """Hold the file until somebody says which answer it proves; nothing is lost."""
    held = (*facts.focus.held, asdict(event))[-HELD:]
    focus, seat = replace(facts.focus, held=held), facts.seat.id
    answered = [task for task in facts.desk.tasks if drafts.may_prove(task)]
    rows = tuple(
        (Button("about", data(Verb.PLACE, seat, task.indicator.no), summary.named(task)),)
        for task in answered
    )
    if len(answered) > 1:
        rows = (*rows, (Button("signed_sheet", data(Verb.PLACE, seat, SHEET)),))
    question = drafts.live(facts)
    view = {"name": shown_name(event), "count": len(held), "answered": len(answered)}
    messages: tuple[Message, ...] = (Say("evidence/which", view | {"open": bool(question)}, rows),)
    again = (question,) if question and not answered else ()
    look = CheckPaper(upload=event, quiet=True)
    return Outcome((SetFocus(focus), look), (*messages, *again))


def _received(facts: ContactFacts, task: Task, events: tuple[Upload, ...], room: Room) -> Outcome:
    """Keep the files for the answer; the first in place of a returned document begins a new revision."""
    events, refused = within(room, events, facts.period.help_contact)
    if not events:
        return Outcome((SetFocus(facts.focus),), refused)
    unit, stored = facts.desk.unit.id, require(task.mine)
    receipt, changes = facts.next_receipt, list[Change]()
    if task.is_returned and not task.is_mended:
        again = SaveAnswer(
            unit, task.indicator.no, stored.revision + 1, stored.answer, stored.reason,
            stored.flags, stored.source,
        )  # fmt: skip
        changes.append(again)
        stored = replace(stored, revision=again.revision, receipt=receipt)
        task, receipt = replace(task, mine=stored, ticks=frozenset()), receipt + 1
    focus = facts.focus
    if focus.stage != Stage.EVIDENCE or focus.indicator != task.indicator.no:
        focus = _mode(focus, task)
    changes.append(SetFocus(focus))
    messages = []
    keyboard = (
        *toggles(Verb.TICK, task, task.ticks, facts.seat.id, task.indicator.no),
        *_way_on(facts, task),
    )
    for position, event in enumerate(events):
        changes.append(AddProof(unit, task.indicator.no, event, stored.revision))
        view = {
            "receipt": receipt + position,
            "name": shown_name(event),
            "photo": event.kind == "photo",
            "indicator": task.indicator.short,
            "returned": task.is_returned,
        }
        messages.append(Say("evidence/received", view, keyboard if event is events[-1] else ()))
    return Outcome(tuple(changes), (*refused, *messages))


def within(
    room: Room, events: tuple[Upload, ...], help_contact: str
) -> tuple[tuple[Upload, ...], tuple[Say, ...]]:
    """Return those of the files that the quotas have room for, by the size Telegram told; why not others."""
    kept, refused = list[Upload](), list[Say]()
    for event in events:
        size = event.size or 0
        why = room.over(size)
        if why is None:
            kept.append(event)
            room = room.taken(size)
        else:
            view = {"name": shown_name(event), "help_contact": help_contact}
            refused.append(Say(f"evidence/refused_{why}", view | room.shown(why)))
    return tuple(kept), tuple(refused)


def beside() -> Outcome:
    """Answer a voice, a sticker, a film: the step stays open and says what it takes."""
    return Outcome((), (Say("evidence/not_file", {"most": MOST // 2**20}),))


# Ticks, withdrawals, the end


def _tick(facts: ContactFacts, event: Tap, task: Task, pressed: Pressed) -> Outcome:
    place, points = pressed.number(1), checklist(task)
    if place is None or place >= len(points):
        return not_yours(event)
    if not drafts.may_prove(task):
        return Outcome((), (drafts.locked(facts, task),))
    ticks = task.ticks ^ {points[place]}
    kept = tuple(point for point in points if point in ticks)
    change = TickProof(facts.desk.unit.id, task.indicator.no, kept)
    return Outcome(
        (change,), (_asking(facts, replace(task, ticks=frozenset(kept)), event.message_id),)
    )


def _withdraw(facts: ContactFacts, event: Tap, task: Task, pressed: Pressed) -> Outcome:
    proof = next((one for one in task.kept if one.id == pressed.number(1)), None)
    if proof is None:
        return Outcome((), (Notice(event.query_id, "notice/already_withdrawn"),))
    if not drafts.may_prove(task):
        return Outcome((), (drafts.locked(facts, task),))
    if task.is_returned and proof.revision <= require(task.standing).revision:
        # A reviewer has judged by it: what was returned stays to be seen beside what replaces it.
        return Outcome((), (Notice(event.query_id, "notice/proof_judged", alert=True),))
    unit, indicator_no = facts.desk.unit.id, task.indicator.no
    changes: tuple[Change, ...] = (WithdrawProof(unit, indicator_no, proof.id),)
    gone = replace(proof, state=ProofState.WITHDRAWN)
    proofs = tuple(gone if one.id == proof.id else one for one in task.proofs)
    task = replace(task, proofs=proofs)
    if task.ticks and not task.proving:  # what was said of files that are gone holds for no other
        changes += (TickProof(unit, indicator_no, ()),)
        task = replace(task, ticks=frozenset())
    return Outcome(changes, (_asking(facts, task, event.message_id),))


def finish(facts: ContactFacts, task: Task) -> Outcome:
    """Sum up at the end, and go on with the list."""
    focus = _after(facts) if facts.focus.stage == Stage.EVIDENCE else facts.focus
    facts = replace(facts, focus=focus)
    keyboard = summary.keyboard(facts, facts.desk)
    if unticked(task) and task.proving and drafts.may_prove(task):
        seat = facts.seat.id
        ticks = toggles(Verb.TICK, task, task.ticks, seat, task.indicator.no)
        keyboard = (*ticks, *keyboard)
    return Outcome((SetFocus(focus),), (Say("evidence/summary", _view(facts, task), keyboard),))


def _after(facts: ContactFacts) -> Focus:
    """Return the focus on the question that the files came in between, which still stands on the screen."""
    task = facts.desk.task(facts.focus.behind or 0)
    if task is not None and task.is_open and facts.desk.is_asked(task):
        question = drafts.open_question(facts.focus, task)
        return replace(drafts.with_doubts(facts, question), behind=task.indicator.no)
    return replace(drafts.shelve_draft(facts.focus), turn=facts.focus.turn + 1)


ROUTES = (*(walks.contact.button(verb, on_tap) for verb in VERBS),)

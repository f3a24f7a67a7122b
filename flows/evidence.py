"""Proof of an answer: sent in evidence mode until *Selesai*, each file with its own receipt, one summary.

Ticks say what the sender (and later the reviewer) sees in the files: period, signature, stamp.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flows import drafts, summary
from flows.buttons import Button, Pressed, Verb, data
from flows.events import Tap, Upload
from flows.facts import Facts, Stage, Task
from flows.outcome import (
    AddProof,
    Keyboard,
    Message,
    Notice,
    Outcome,
    Say,
    SetFocus,
    TickProof,
    WithdrawProof,
)
from flows.prompts import evidence_view
from flows.standing import Proof, ProofState

MOST = 20 * 1024 * 1024
"""Bytes that a bot may fetch (Bot API, getFile)."""
UNSAFE = (
    ".exe",
    ".bat",
    ".cmd",
    ".com",
    ".scr",
    ".js",
    ".vbs",
    ".msi",
    ".apk",
    ".jar",
    ".ps1",
    ".sh",
)
VERBS = frozenset({Verb.PROOF, Verb.TICK, Verb.FINISH, Verb.WITHDRAW})


def checklist(task: Task) -> tuple[str, ...]:
    """What the documents of this indicator must show, as the instrument says."""
    points = ["figures", "period"]
    points += ["signature"] if any(one.signature for one in task.indicator.evidence) else []
    points += ["stamp"] if any(one.stamp for one in task.indicator.evidence) else []
    return tuple(points)


def toggles(verb: Verb, task: Task, on: frozenset[str], *place: int) -> Keyboard:
    """The points of the checklist as buttons, two a row; `place` goes before the point's number."""
    found = [
        Button(f"tick_{point}", data(verb, *place, number), {"on": point in on})
        for number, point in enumerate(checklist(task))
    ]
    return tuple(tuple(found[start : start + 2]) for start in range(0, len(found), 2))


def tapped(facts: Facts, event: Tap, pressed: Pressed) -> Outcome:
    """Begin, tick, take back, finish."""
    task = facts.the_desk.task(pressed.number() or 0)
    if task is None or task.mine is None:
        return Outcome((), (Notice(event.query_id, "notice/not_yours", alert=True),))
    if pressed.verb == Verb.FINISH:
        return finish(facts, task)
    if pressed.verb == Verb.TICK:
        return _tick(facts, event, task, pressed)
    if pressed.verb == Verb.WITHDRAW:
        return _withdraw(facts, event, task, pressed)
    return begin(facts, task)


def begin(facts: Facts, task: Task) -> Outcome:
    """Evidence mode for one answer: say beforehand which document counts."""
    if not drafts.may_answer(task):
        return Outcome((), (drafts.locked(facts, task),))
    left = drafts.left(facts.focus)
    focus = replace(left, stage=Stage.EVIDENCE, indicator=task.indicator.no, turn=left.turn + 1)
    return Outcome((SetFocus(focus),), (_asking(facts, task),))


def _asking(facts: Facts, task: Task, edit: int | None = None) -> Say:
    return Say("evidence/ask", _view(facts, task), _keyboard(facts, task), edit=edit)


def live(facts: Facts) -> Say:
    """The evidence mode again, for `/lanjut` and for words beside the point."""
    return _asking(facts, facts.the_desk.the_task(facts.focus.indicator))


def _view(facts: Facts, task: Task) -> dict[str, Any]:
    return {
        "indicator": task.indicator.name,
        "evidence": evidence_view(facts, facts.the_desk, task),
        "files": [file_view(proof) for proof in task.proofs if proof.state != ProofState.WITHDRAWN],
        "count": len(task.kept),
        "unticked": [point for point in checklist(task) if point not in task.ticks],
    }


def file_view(proof: Proof) -> dict[str, Any]:
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


def _keyboard(facts: Facts, task: Task) -> Keyboard:
    seat, number = facts.the_seat.id, task.indicator.no
    withdraw = tuple(
        (
            Button(
                "withdraw", data(Verb.WITHDRAW, seat, number, proof.id), {"name": proof.name[:24]}
            ),
        )
        for proof in task.kept[-5:]
    )
    done = (Button("finish", data(Verb.FINISH, seat, number), style="success"),)
    ticks = toggles(Verb.TICK, task, task.ticks, seat, number) if task.kept else ()
    return (*ticks, *withdraw, done)


def uploaded(facts: Facts, event: Upload) -> Outcome:
    """A file came: for the answer in evidence mode, or with a word on how to send it."""
    if facts.focus.stage != Stage.EVIDENCE:
        question = drafts.live(facts)
        said: tuple[Message, ...] = (Say("evidence/which", {"open": question is not None}),)
        return Outcome((), (*said, *((question,) if question else ())))
    task = facts.the_desk.the_task(facts.focus.indicator)
    if not drafts.may_answer(task):
        return Outcome((), (drafts.locked(facts, task),))
    refusal = refused_before(event)
    if refusal:
        view = {"name": shown_name(event), "size": event.size or 0, "most": MOST // 2**20}
        return Outcome((), (Say(f"evidence/refused_{refusal}", view),))
    change = AddProof(facts.the_desk.unit.id, task.indicator.no, event)
    view = {
        "receipt": facts.next_receipt,
        "name": shown_name(event),
        "photo": event.kind == "photo",
        "indicator": task.indicator.short,
    }
    keyboard = ((Button("finish", data(Verb.FINISH, facts.the_seat.id, task.indicator.no)),),)
    return Outcome((change,), (Say("evidence/received", view, keyboard),))


def shown_name(event: Upload) -> str:
    """The name of a file as messages show it; a photo has none of its own."""
    return event.name or ("foto" if event.kind == "photo" else "berkas")


def refused_before(event: Upload) -> str | None:
    """Why a file is not even fetched: too_big, empty, unsafe."""
    if event.size is not None and event.size > MOST:
        return "too_big"
    if event.size == 0:
        return "empty"
    if (event.name or "").casefold().endswith(UNSAFE):
        return "unsafe"
    return None


def _tick(facts: Facts, event: Tap, task: Task, pressed: Pressed) -> Outcome:
    place, points = pressed.number(1), checklist(task)
    if place is None or place >= len(points) or not drafts.may_answer(task):
        return Outcome((), (Notice(event.query_id, "notice/not_yours", alert=True),))
    ticks = task.ticks ^ {points[place]}
    kept = tuple(point for point in points if point in ticks)
    change = TickProof(facts.the_desk.unit.id, task.indicator.no, kept)
    return Outcome(
        (change,), (_asking(facts, replace(task, ticks=frozenset(kept)), event.message_id),)
    )


def _withdraw(facts: Facts, event: Tap, task: Task, pressed: Pressed) -> Outcome:
    proof = next((one for one in task.kept if one.id == pressed.number(1)), None)
    if proof is None or not drafts.may_answer(task):
        return Outcome((), (Notice(event.query_id, "notice/already_withdrawn"),))
    change = WithdrawProof(facts.the_desk.unit.id, task.indicator.no, proof.id)
    gone = replace(proof, state=ProofState.WITHDRAWN)
    proofs = tuple(gone if one.id == proof.id else one for one in task.proofs)
    return Outcome((change,), (_asking(facts, replace(task, proofs=proofs), event.message_id),))


def finish(facts: Facts, task: Task) -> Outcome:
    """One summary at the end, and on with the list."""
    focus = facts.focus
    if focus.stage == Stage.EVIDENCE:
        focus = replace(drafts.left(focus), turn=focus.turn + 1)
    said = Say("evidence/summary", _view(facts, task), summary.keyboard(facts, facts.the_desk))
    return Outcome((SetFocus(focus),), (said,))

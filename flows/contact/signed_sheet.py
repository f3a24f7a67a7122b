"""The sheet of an office that comes back with signature and stamp: one file that proves all of its answers.

Recognised by its code, it proves the answers that are still as it shows them; chosen by a button, all that
may still be proved.
"""

from __future__ import annotations

from collections.abc import Iterable

from flows.contact import drafts, evidence
from flows.model import walks
from flows.model.buttons import Button, Pressed, Verb, data
from flows.model.events import SignedSheet, Tap, Upload
from flows.model.facts import ContactFacts, Task, require
from flows.model.outcome import AddProof, Message, Outcome, Say, SetFocus, not_yours
from flows.model.quotas import Room
from scoring.replacing import replace


def came(facts: ContactFacts, event: SignedSheet) -> Outcome:
    """Keep a recognised sheet for every answer that is stored under the receipt that it shows."""
    shown = [task for task in facts.desk.tasks if event.receipts.get(task.indicator.no)]
    same = [task for task in shown if receipt(task) == event.receipts[task.indicator.no]]
    changed = [task for task in shown if task not in same]
    held = tuple(
        mapping for mapping in facts.focus.held if mapping["unique_id"] != event.upload.unique_id
    )
    facts = replace(facts, focus=replace(facts.focus, held=held))
    return _proved(facts, same, (event.upload,), event.code, changed)


def placed(facts: ContactFacts, event: Tap, pressed: Pressed, room: Room) -> Outcome:
    """Put the files that waited to the answer that was chosen, or as a signed sheet to all of them."""
    if pressed.rest[:1] != (evidence.SHEET,):
        return evidence.placed(facts, event, pressed, room)
    held = tuple(Upload(**mapping) for mapping in facts.focus.held)
    facts = replace(facts, focus=replace(facts.focus, held=()))
    kept, refused = evidence.within(room, held, facts.period.help_contact)
    if not held:
        return not_yours(event)
    if not kept:
        return Outcome((SetFocus(facts.focus),), refused)
    outcome = _proved(facts, facts.desk.tasks, kept, None, ())
    return replace(outcome, messages=(*refused, *outcome.messages))


def receipt(task: Task) -> str:
    """Return the number under which an answer is stored, as a sheet shows it; nothing where it is open."""
    return f"R-{task.mine.receipt:04d}" if task.mine else ""


def _proved(
    facts: ContactFacts,
    tasks: Iterable[Task],
    uploads: tuple[Upload, ...],
    code: str | None,
    changed: Iterable[Task],
) -> Outcome:
    """Keep the files for each of the answers that may be proved; what was returned is mended one by one."""
    answered = [task for task in tasks if task.mine is not None]
    free = [task for task in answered if drafts.may_prove(task) and not _is_to_mend(task)]
    unit = facts.desk.unit.id
    proofs = tuple(
        AddProof(unit, task.indicator.no, upload, require(task.mine).revision)
        for upload in uploads
        for task in free
        if all(proof.file_id != upload.file_id for proof in task.kept)
    )
    view = {
        "code": code,
        "proved": [task.indicator.short for task in free],
        "locked": [task.indicator.short for task in answered if task not in free],
        "changed": [task.indicator.short for task in changed],
    }
    check = Button("check_all", data(Verb.CHECK, facts.seat.id))
    message: Message = Say("papers/sheet_proves", view, ((check,),) if free else ())
    return Outcome((SetFocus(facts.focus), *proofs), (message,))


def _is_to_mend(task: Task) -> bool:
    return task.is_returned and not task.is_mended


ROUTES = (walks.contact.button(Verb.PLACE, placed, Room),)

"""One stored answer as its office sees it: figures, files, where it stands, and what may be done to it."""

from __future__ import annotations

from flows.contact import drafts, evidence, summary
from flows.contact.prompts import return_view, stored_view
from flows.model.buttons import Button, Verb, data
from flows.model.facts import ContactFacts, Task, require
from flows.model.outcome import Keyboard, Say
from flows.model.workflow import Subject
from scoring import Instrument, Mend
from scoring.replacing import replace

FIGURES, REASON = "f", "r"
"""Behind the number of an answer on a button: what of it is to be opened."""


def shown(facts: ContactFacts, task: Task) -> Say:
    seat = facts.focus.seat_id or 0
    stored = stored_view(task, require(task.mine))
    view = {
        "indicator": task.indicator.name,
        "given": stored["own_given"],
        "state": summary.station_of(task),
        "late": task.standing is not None and task.standing.late,
        "verified_points": summary.verified_points(task),
        "notes": summary.notes(task) if task.has_open_thread else [],
        "returned": return_view(facts, task),
        "files": [evidence.file_view(proof) for proof in task.proving],
        "older": task.has_older_proof,
        **stored,
    }
    more = (
        Button("ask", data(Verb.NOTE, seat, task.indicator.no)),
        Button("history", data(Verb.HISTORY, seat, task.indicator.no)),
    )
    rows = (*_changes(facts, task), more, (Button("next", data(Verb.NEXT, seat)),))
    return Say("answering/stored", view, rows)


def _changes(facts: ContactFacts, task: Task) -> Keyboard:
    """Return what the office may do to its answer: mend it and send it back, change it, or ask for it."""
    seat, indicator_no = facts.focus.seat_id or 0, task.indicator.no
    if task.is_returned:
        mend = repair_keyboard(seat, task, mend_of(facts.period.instrument, task))[0]
        return ((evidence.resend_button(facts, task),), mend) if task.is_mended else (mend,)
    if not drafts.may_answer(task):
        return ((Button("ask_reopen", data(Verb.NOTE, seat, indicator_no)),),)
    proof = Button("proof", data(Verb.PROOF, seat, indicator_no))
    return ((proof, Button("edit", data(Verb.EDIT, seat, indicator_no))),)


def mend_of(instrument: Instrument, task: Task) -> Mend:
    """Return what a returned answer opens on; an absence that was refused opens on its reason."""
    if task.subject is Subject.ABSENCE:
        return Mend.REASON
    code = task.standing.code if task.standing else None
    reason = instrument.return_reason(code)
    mend = reason.mend if reason else Mend.FIGURES
    return Mend.FIGURES if mend is Mend.REASON else mend


def repair_keyboard(seat: int, task: Task, mend: Mend) -> Keyboard:
    """Return what stands under the news of a return: what to mend first, then the other, then help."""
    indicator_no = task.indicator.no
    figures = Button("change_figures", data(Verb.EDIT, seat, indicator_no, FIGURES))
    ask = Button("ask", data(Verb.NOTE, seat, indicator_no))
    if task.subject is Subject.ABSENCE:
        reason = Button(
            "change_reason", data(Verb.EDIT, seat, indicator_no, REASON), style="primary"
        )
        return ((reason, replace(figures, label="give_figures")), (ask,))
    proof = Button("replace_proof", data(Verb.PROOF, seat, indicator_no))
    first, second = (proof, figures) if mend is Mend.DOCUMENT else (figures, proof)
    return ((replace(first, style="primary"), second), (ask,))

"""`/formulir`: an office's questions as a workbook, and back: a preview of every answer, stored by one tap.

Fetching and reading are the shell's; what a cell means is weighed by the chat's own rules (`form_weighing`).
"""

from __future__ import annotations

from typing import Any

from flows.contact import (
    drafts,
    form_rows,
    form_weighing,
    prompts,
    returned_sheet_walk,
    saving,
    summary,
)
from flows.contact.form_weighing import Doubt, FormConflict, ReadyAnswer, WeighedForm
from flows.model import walks
from flows.model.buttons import Button, Pressed, Verb, data
from flows.model.events import SheetRead, Tap, Upload
from flows.model.facts import ContactFacts, Desk
from flows.model.needs import PressedSheet
from flows.model.outcome import (
    Change,
    Message,
    Outcome,
    RecordMove,
    SaveAnswer,
    Say,
    SentDocument,
    SetFocus,
    not_yours,
)
from flows.model.returned_sheet import ReturnedSheet, SheetState
from flows.model.returned_sheet_changes import KeepSheet, SettleSheet, TakeSheet
from flows.model.uploads import MOST, refused_before, shown_name
from flows.policy import timing
from scoring.replacing import replace

VERBS = frozenset({Verb.SHEET_APPLY, Verb.SHEET_DROP})
SHOWN = 10
OURS = "formulir"


def command(facts: ContactFacts) -> Outcome:
    """`/formulir`: the office's own questions as a workbook."""
    if facts.now.date() < facts.period.opens:
        return Outcome((), (Say("joining/not_yet", {"opens": facts.period.opens}),))
    desk = facts.desk
    view = {
        "year": str(facts.period.data_year),
        "this_year": str(facts.now.year),
        "unit": desk.unit.name,
        "region": desk.region.name,
        "deadline": timing.deadline(facts, desk),
        "help_contact": facts.period.help_contact,
        "count": len(desk.tasks),
        "rows": form_rows.rows(facts),
    }
    name = f"{OURS}-{facts.period.code}-{_plain(desk.unit.short)}.xlsx"
    return Outcome((), (SentDocument("form/sent", view, name, made="form"),))


def uploaded(event: Upload) -> Outcome | None:
    """Take a workbook that is called as ours are; None for anything else."""
    if not is_named_so(shown_name(event)) or refused_before(event):
        return None
    return Outcome((TakeSheet(event),), (Say("form/reading", {"name": shown_name(event)}),))


def is_named_so(name: str) -> bool:
    """Tell whether a file is called as the bot calls its forms; another name may still hold one."""
    return name.casefold().startswith(OURS) and name.casefold().endswith(".xlsx")


def read(facts: ContactFacts, event: SheetRead) -> Outcome:
    """Show what a form would do, or why it does nothing."""
    if facts.seat.id != event.seat_id:
        return Outcome()
    if event.why is not None:
        why = {"name": event.name, "why": event.why, "most": MOST // 2**20}
        return returned_sheet_walk.settled(event, SheetState.REFUSED, Say("form/refused", why))
    if event.wrong:
        return returned_sheet_walk.problems(event, SHOWN)
    result = form_weighing.weighed(facts, event.rows)
    if not (result.ready or result.doubts or result.conflicts):
        view = {"name": event.name, "same": result.same, "left": result.left}
        return returned_sheet_walk.settled(event, SheetState.DROPPED, Say("form/nothing", view))
    sheet = ReturnedSheet(event.sheet, event.name, SheetState.SHOWN, 1)
    keep = KeepSheet(event.sheet, event.rows, result.base)
    return Outcome((keep,), _preview(facts, sheet, result))


def on_tap(facts: ContactFacts, event: Tap, pressed: Pressed, asked: PressedSheet) -> Outcome:
    """✅ or ✖️ below a preview; if the answers have changed meanwhile, a new preview comes in its place."""
    sheet = asked.sheet
    if sheet is None:
        return not_yours(event)
    ended = returned_sheet_walk.ended(event, pressed, sheet, "form/dropped")
    if ended is not None:
        return ended
    result = form_weighing.weighed(facts, sheet.rows)
    if result.base != sheet.base:
        again = ReturnedSheet(sheet.id, sheet.name, SheetState.SHOWN, sheet.preview + 1)
        keep = KeepSheet(sheet.id, sheet.rows, result.base)
        return Outcome((keep,), _preview(facts, again, result, again=True))
    return _applied(facts, event, sheet, result)


def _applied(facts: ContactFacts, event: Tap, sheet: ReturnedSheet, result: WeighedForm) -> Outcome:
    """Store each sound answer as an entry of its own; what is in doubt is asked now, one after the other."""
    changes: list[Change] = []
    receipt = facts.next_receipt
    for ready in result.ready:
        change, *moved = saved = _saved(facts, ready)
        standing = None if moved else ready.task.standing
        facts = form_weighing.with_stored(facts, ready.task, change, standing, receipt)
        changes += saved
        receipt += len(saved)
    focus = form_weighing.emptied(facts.focus)
    kept = dict(focus.kept)
    for doubt in result.doubts:
        kept[drafts.kept_key(doubt.draft)] = form_weighing.as_draft(doubt)
    facts = replace(facts, focus=replace(focus, kept=kept))
    view = {
        "name": sheet.name,
        "count": len(result.ready),
        "first": changes and receipt - len(changes),
        "last": receipt - 1,
        "doubts": [one.task.indicator.name for one in result.doubts],
        "conflicts": len(result.conflicts),
        "unproved": sum(1 for answer in result.ready if _lacks_proof(facts.desk, answer)),
        **summary.progress(facts.desk),
    }
    rights = ((Button("rights", data(Verb.RIGHTS, facts.seat.id)),),)
    done = Say("form/applied", view, rights, edit=event.message_id)
    after = _after(facts, result)
    settled = SettleSheet(sheet.id, SheetState.APPLIED)
    return Outcome((*changes, settled, *after.changes), (done, *after.messages))


def _after(facts: ContactFacts, result: WeighedForm) -> Outcome:
    """Return the first question in doubt, or thanks where nothing is open any more."""
    if result.doubts:
        return drafts.open_task(facts, facts.desk.the_task(result.doubts[0].task.indicator.no))
    if facts.desk.next_open() is None:
        return Outcome((SetFocus(facts.focus),), (saving.closing(facts, facts.desk),))
    return Outcome((SetFocus(facts.focus),))


def _saved(facts: ContactFacts, ready: ReadyAnswer) -> tuple[SaveAnswer, *tuple[RecordMove, ...]]:
    """Return the new revision, and the move that figures make in place of an absence that was sent."""
    change = ready.change(facts.desk.unit.id)
    move = saving.reopening(facts, ready.task, change.revision)
    return (change, move) if move else (change,)


def _lacks_proof(desk: Desk, ready: ReadyAnswer) -> bool:
    return ready.answer.absence is None and not desk.the_task(ready.task.indicator.no).kept


def _preview(
    facts: ContactFacts, sheet: ReturnedSheet, result: WeighedForm, *, again: bool = False
) -> tuple[Message, ...]:
    """Return what would be stored, asked back and not taken, each with its cell."""
    conflicts = [_conflict(conflict) for conflict in result.conflicts]
    view = {
        "name": sheet.name,
        "again": again,
        "guest": False,
        "kind": "count",
        "short_form": None,
        "year": facts.period.data_year,
        "ready": [_shown(answer) for answer in result.ready],
        "doubts": [_doubted(doubt) for doubt in result.doubts],
        "conflicts": conflicts[:SHOWN],
        "more": len(conflicts[SHOWN:]),
        "same": result.same,
        "left": result.left,
    }
    place = (facts.seat.id, sheet.id, sheet.preview)
    count = len(result.ready) + len(result.doubts)
    apply = Button(
        "form_apply", data(Verb.SHEET_APPLY, *place), {"count": len(result.ready)}, style="success"
    )
    drop = Button("sheet_drop", data(Verb.SHEET_DROP, *place))
    return (Say("form/preview", view, ((apply, drop),) if count else ()),)


def _shown(ready: ReadyAnswer) -> dict[str, Any]:
    task = ready.task
    return {
        "cell": ready.cell,
        "indicator": task.indicator.name,
        "changed": task.mine is not None,
        "reason": ready.reason,
        "given": prompts.own_given(task.indicator, ready.answer),
        **prompts.calculation(task, ready.answer),
    }


def _doubted(doubt: Doubt) -> dict[str, Any]:
    return {"cell": doubt.cell, "indicator": doubt.task.indicator.name}


def _conflict(conflict: FormConflict) -> dict[str, Any]:
    params = dict(conflict.params)
    return {
        "cell": conflict.cell,
        "why": conflict.why,
        "indicator": conflict.indicator,
        "params": params,
        "problem": {"code": conflict.why, **params},
    }


def _plain(text: str) -> str:
    return "-".join("".join(one if one.isalnum() else " " for one in text.casefold()).split())


ROUTES = (
    walks.contact.command("formulir", walks.plain(command), place=25),
    *(walks.contact.button(verb, on_tap, PressedSheet) for verb in VERBS),
)

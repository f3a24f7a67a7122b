"""What a workbook that came back has in common: a form of an office, a queue of a reviewer."""

from __future__ import annotations

from flows.model.buttons import Pressed, Verb
from flows.model.events import SheetRead, Tap
from flows.model.outcome import Message, Notice, Outcome, Say
from flows.model.returned_sheet import ReturnedSheet, SheetState
from flows.model.returned_sheet_changes import SettleSheet
from flows.model.sent_file import over_of


def settled(event: SheetRead, state: SheetState, *messages: Message) -> Outcome:
    """Return what is said of a workbook that is done with."""
    return Outcome((SettleSheet(event.sheet, state),), messages)


def problems(event: SheetRead, most: int) -> Outcome:
    """Return what is wrong in a workbook, each with its cell; the first `most` of it."""
    rows = [
        {"cell": wrong.cell, "sheet": wrong.sheet, "what": wrong.what, "fix": wrong.fix}
        for wrong in event.wrong
    ]
    view = {"name": event.name, "rows": rows[:most], "more": len(rows[most:])}
    return settled(event, SheetState.REFUSED, Say("sheet/problems", view))


def ended(event: Tap, pressed: Pressed, sheet: ReturnedSheet, dropped: str) -> Outcome | None:
    """Return why a preview counts no more, or that it was dropped (by the message `dropped`); None else."""
    over = over_of(sheet, pressed.number(1), (SheetState.SHOWN,))
    if over is not None:
        return Outcome((), (Notice(event.query_id, "notice/sheet", {"over": over}, alert=True),))
    if pressed.verb != Verb.SHEET_DROP:
        return None
    message = Say(dropped, {"name": sheet.name}, edit=event.message_id)
    return Outcome((SettleSheet(sheet.id, SheetState.DROPPED),), (message,))

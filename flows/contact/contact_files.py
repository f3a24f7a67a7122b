"""Files that contacts send: a form of ours, or a proof. A workbook that is called otherwise may be either."""

from __future__ import annotations

from flows.contact import evidence, form
from flows.model import walks
from flows.model.events import Upload
from flows.model.facts import ContactFacts
from flows.model.outcome import Outcome, Say
from flows.model.quotas import Room
from flows.model.returned_sheet import SheetState
from flows.model.returned_sheet_changes import SettleSheet, TakeSheet
from flows.model.uploads import refused_before, shown_name
from scoring.replacing import replace


def uploaded(facts: ContactFacts, event: Upload, room: Room) -> Outcome:
    """Take a file; a workbook proves nothing before it was read: a form under another name would be filed
    as the document of an answer that was returned, and make a revision of it.
    """
    taken = form.uploaded(event)
    if taken is not None:
        return taken
    name = shown_name(event)
    is_workbook = name.casefold().endswith(".xlsx")
    if is_workbook and event.sheet is None and not refused_before(event):
        task = evidence.meant(facts, event)
        about = task.indicator.no if task else None
        take = TakeSheet(replace(event, about=about), quiet=True)
        return Outcome((take,), (Say("form/reading", {"name": name}),))
    outcome = evidence.uploaded(facts, event, room)
    if event.sheet is None:
        return outcome
    return replace(
        outcome, changes=(*outcome.changes, SettleSheet(event.sheet, SheetState.REFUSED))
    )


ROUTES = (walks.contact.files(uploaded, Room),)

"""Files that contacts send: a form of ours, or a proof. A workbook that is called otherwise may be both."""

from __future__ import annotations

from dataclasses import replace

from flows.contact import evidence, form
from flows.model import walks
from flows.model.events import Upload
from flows.model.facts import ContactFacts
from flows.model.outcome import Outcome
from flows.model.quotas import Room
from flows.model.returned_sheet_changes import TakeSheet


def uploaded(facts: ContactFacts, event: Upload, room: Room) -> Outcome:
    """Take a file; a workbook is looked through as well, quietly, for it may be a form under another name."""
    taken = form.uploaded(event)
    if taken is not None:
        return taken
    outcome = evidence.uploaded(facts, event, room)
    is_workbook = evidence.shown_name(event).casefold().endswith(".xlsx")
    if not is_workbook or evidence.refused_before(event):
        return outcome
    return replace(outcome, changes=(*outcome.changes, TakeSheet(event, quiet=True)))


ROUTES = (walks.contact.files(uploaded, Room),)

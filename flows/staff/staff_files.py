"""Files that staff send: a paper is compared with the record, a workbook is a roster, a queue or answers."""

from __future__ import annotations

from flows.contact import paper_checks
from flows.model import walks
from flows.model.events import Upload
from flows.model.facts import StaffFacts
from flows.model.outcome import Outcome
from flows.model.paper_changes import CheckPaper
from flows.model.uploads import refused_before
from flows.staff import answer_import, review_sheet, roster_upload
from scoring.replacing import replace


def uploaded(facts: StaffFacts, event: Upload) -> Outcome | None:
    """Take a file; a workbook may be a recap as well, which its code tells once it is here."""
    if paper_checks.is_likely(event):
        return paper_checks.by_file(event)
    outcome = (
        answer_import.uploaded(facts, event)
        or review_sheet.uploaded(facts, event)
        or roster_upload.uploaded(facts, event)
    )
    is_sheet = (event.name or "").casefold().endswith(".xlsx")
    if outcome is None or not is_sheet or refused_before(event):
        return outcome
    look = CheckPaper(upload=event, quiet=True)
    return replace(outcome, changes=(*outcome.changes, look))


ROUTES = (walks.looking.files(uploaded),)

"""`/periksa`: the review queue as a workbook, and back: a preview of every judgement, written by one tap.

Fetching and reading are the shell's; what a row means, and whether the chat would take it, is weighed here.
"""

from __future__ import annotations

from typing import Any

from flows.contact import result_note, returned_sheet_walk
from flows.model import uploads, walks
from flows.model.buttons import Button, Pressed, Verb, data
from flows.model.events import SheetRead, Tap, Upload
from flows.model.facts import Office, StaffFacts, Task
from flows.model.needs import PressedSheet
from flows.model.outcome import Message, Outcome, RecordMove, Say, SentDocument, not_yours
from flows.model.returned_sheet import ReturnedSheet, SheetState
from flows.model.returned_sheet_changes import KeepSheet, SettleSheet, TakeSheet
from flows.model.roles import Role
from flows.policy import season_policy
from flows.reading import names
from flows.staff import progress_views, review_decision, review_queue, review_sheet_rows, status
from flows.staff.review_decision import ReviewDecision
from flows.staff.review_sheet_weighing import QueueConflict, WeighedQueue, weighed

REVIEWERS = frozenset({Role.COORDINATOR, Role.KANWIL})
VERBS = frozenset({Verb.SHEET_APPLY, Verb.SHEET_DROP})
SHOWN = 8
MOST = 1_000
"""Rows of one workbook; more than anybody goes through between two of them."""


def command(facts: StaffFacts, args: str) -> Outcome:
    """`/periksa [region or office]`: the queue as a workbook."""
    offices = progress_views.owing(facts.board.offices)
    if args.strip():
        inside = {region.id for region in names.regions(facts.board, args)}
        chosen = (
            {office.unit.id for office in names.offices(facts.board, args)} if not inside else set()
        )
        offices = tuple(
            office
            for office in offices
            if office.unit.region_id in inside or office.unit.id in chosen
        )
        if not offices:
            return status.status(facts, args)
    waiting = review_queue.waiting(facts.seat.role, offices)
    if not waiting:
        return Outcome((), (Say("sheet/empty", {"role": str(facts.seat.role)}),))
    view = {
        "period": facts.period.code,
        "role": str(facts.seat.role),
        "until": season_policy.verified_until(facts),
        "count": min(len(waiting), MOST),
        "more": max(0, len(waiting) - MOST),
        "rows": review_sheet_rows.rows(facts, waiting[:MOST]),
    }
    name = f"periksa-{facts.period.code}-{facts.now:%Y%m%d-%H%M}.xlsx"
    return Outcome((), (SentDocument("sheet/queue", view, name, made="review_sheet"),))


def uploaded(facts: StaffFacts, event: Upload) -> Outcome | None:
    """Take a workbook of a reviewer; None for anything else."""
    name = uploads.shown_name(event)
    if facts.seat.role not in REVIEWERS or not name.casefold().endswith(".xlsx"):
        return None
    if why := uploads.refused_before(event):
        return Outcome((), (_refused(name, why),))
    return Outcome((TakeSheet(event),), (Say("sheet/reading", {"name": name}),))


def read(facts: StaffFacts, event: SheetRead) -> Outcome:
    """Show what a workbook would do, or why it does nothing."""
    if facts.seat.id != event.seat_id:
        return returned_sheet_walk.settled(event, SheetState.REFUSED, _refused(event.name, "seat"))
    if event.why is not None:
        return returned_sheet_walk.settled(
            event, SheetState.REFUSED, _refused(event.name, event.why)
        )
    if event.wrong:
        return returned_sheet_walk.problems(event, SHOWN)
    result = weighed(facts, event.rows)
    if not result.ready and not result.conflicts:
        return returned_sheet_walk.settled(
            event, SheetState.DROPPED, Say("sheet/nothing", {"name": event.name})
        )
    sheet = ReturnedSheet(event.sheet, event.name, SheetState.SHOWN, 1)
    keep = KeepSheet(event.sheet, event.rows, result.base)
    return Outcome((keep,), _preview(facts, sheet, result))


def on_tap(facts: StaffFacts, event: Tap, pressed: Pressed, asked: PressedSheet) -> Outcome:
    """✅ or ✖️ below a preview; if the answers have changed meanwhile, a new preview comes in its place."""
    sheet = asked.sheet
    if sheet is None or facts.seat.role not in REVIEWERS:
        return not_yours(event)
    ended = returned_sheet_walk.ended(event, pressed, sheet, "sheet/dropped")
    if ended is not None:
        return ended
    result = weighed(facts, sheet.rows)
    if result.base != sheet.base:
        again = ReturnedSheet(sheet.id, sheet.name, SheetState.SHOWN, sheet.preview + 1)
        keep = KeepSheet(sheet.id, sheet.rows, result.base)
        return Outcome((keep,), _preview(facts, again, result, again=True))
    return _applied(facts, event, sheet, result)


def _applied(facts: StaffFacts, event: Tap, sheet: ReturnedSheet, result: WeighedQueue) -> Outcome:
    """Write each judgement as an entry of its own, and tell the offices as ever."""
    piles: dict[int, list[tuple[ReviewDecision, RecordMove]]] = {}
    to_offices: list[Say] = []
    for _, decision in result.ready:
        piles.setdefault(decision.office.unit.id, []).append((decision, decision.record()))
        to_offices += review_decision.announced(facts, decision)
    for pile in piles.values():
        moved: list[tuple[Task, RecordMove]] = [(one.task, record) for one, record in pile]
        to_offices += result_note.notifications(facts, _office(pile), moved)
    records = tuple(record for pile in piles.values() for _, record in pile)
    view = {
        "name": sheet.name,
        "counts": result.counts(),
        "count": len(records),
        "conflicts": len(result.conflicts),
        "left": result.left,
        "first": facts.next_receipt,
        "last": facts.next_receipt + len(records) - 1,
    }
    queue = ((Button("queue", data(Verb.QUEUE, facts.seat.id)),),)
    done = Say("sheet/applied", view, queue, edit=event.message_id)
    return Outcome((*records, SettleSheet(sheet.id, SheetState.APPLIED)), (done, *to_offices))


def _office(pile: list[tuple[ReviewDecision, RecordMove]]) -> Office:
    return pile[0][0].office


def _preview(
    facts: StaffFacts, sheet: ReturnedSheet, result: WeighedQueue, *, again: bool = False
) -> tuple[Message, ...]:
    """Return what would be written, and what would not, each with its cell; all of it as a file if long."""
    conflicts = [_conflict(conflict) for conflict in result.conflicts]
    view = {
        "name": sheet.name,
        "counts": result.counts(),
        "count": len(result.ready),
        "conflicts": conflicts[:SHOWN],
        "more": len(conflicts[SHOWN:]),
        "left": result.left,
        "again": again,
    }
    place = (facts.seat.id, sheet.id, sheet.preview)
    drop = Button("sheet_drop", data(Verb.SHEET_DROP, *place))
    apply = Button(
        "sheet_apply",
        data(Verb.SHEET_APPLY, *place),
        {"count": len(result.ready)},
        style="success",
    )
    message = Say("sheet/preview", view, ((apply, drop),) if result.ready else ())
    if len(conflicts) <= SHOWN:
        return (message,)
    whole = {"name": sheet.name, "conflicts": conflicts}
    return (
        SentDocument("sheet/all", whole, "yang-tidak-diterapkan.txt", body="sheet/conflicts_file"),
        message,
    )


def _conflict(conflict: QueueConflict) -> dict[str, Any]:
    return {
        "cell": conflict.row.cell,
        "why": conflict.why,
        "unit": conflict.unit,
        "indicator": conflict.indicator,
        "typed": conflict.row.verdict,
    }


def _refused(name: str, why: str) -> Say:
    return Say("sheet/refused", {"name": name, "why": why, "most": uploads.MOST // 2**20})


ROUTES = (
    walks.staff.command("periksa", command, place=62, roles=REVIEWERS),
    *(walks.staff.button(verb, on_tap, PressedSheet) for verb in VERBS),
)

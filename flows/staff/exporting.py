"""`/ekspor`: answers, or totals with predikat, as a workbook of what a seat may see, made by the shell."""

from __future__ import annotations

from flows.model import walks
from flows.model.answer_state import State
from flows.model.buttons import Button, Pressed, Verb, data
from flows.model.events import Tap
from flows.model.facts import Office, Region, StaffFacts
from flows.model.outcome import Keyboard, Outcome, Say, not_yours
from flows.model.paper_changes import OrderExport
from flows.reading import names
from flows.staff import status

ANSWERS, RESULTS = "answers", "results"
ALL = "-"
STATES = (ALL, State.SENT, State.APPROVED, State.VERIFIED)
"""What answers may be narrowed to by a button; the command line knows all."""


def command(facts: StaffFacts, args: str) -> Outcome:
    """`/ekspor [region, office or right]`: which workbook of it."""
    if not args.strip():
        region = facts.board.regions[0] if len(facts.board.regions) == 1 else None
        return _asked(facts, region)
    meant = names.find(facts.board, facts.period.instrument.rights, args).single
    match meant:
        case Region():
            return _asked(facts, meant)
        case Office():
            return _asked(facts, _region(facts, meant.unit.region_id), meant)
        case names.Asked(right, regions):
            only = regions[0] if len(regions) == 1 else None
            return _asked(facts, only, right=right.code)
        case _:
            return status.status(facts, args)


def _asked(
    facts: StaffFacts,
    region: Region | None,
    office: Office | None = None,
    right: str = ALL,
) -> Outcome:
    place = (region.id if region else 0, office.unit.id if office else 0, right)
    seat = facts.seat.id
    rows: Keyboard = tuple(
        (
            Button(
                "export_answers",
                data(Verb.EXPORT, seat, ANSWERS, state, *place),
                {"state": str(state)},
            ),
        )
        for state in STATES
    )
    if office is None and right == ALL:
        rows = (*rows, (Button("export_results", data(Verb.EXPORT, seat, RESULTS, ALL, *place)),))
    view = {
        "region": region.name if region else None,
        "unit": office.unit.short if office else None,
        "right": None if right == ALL else facts.period.instrument.right(right).name,
    }
    return Outcome((), (Say("exporting/which", view, rows),))


def tapped(facts: StaffFacts, event: Tap, pressed: Pressed) -> Outcome:
    """Order the workbook of a button."""
    what, state, *place = (*pressed.rest, "", "", "", "", "")[:5]
    right = place[2]
    region = _region(facts, pressed.number(2) or 0)
    offices = facts.board.offices
    office = next((one for one in offices if one.unit.id == pressed.number(3)), None)
    is_known = (
        what in (ANSWERS, RESULTS)
        and state in STATES
        and (region is not None) == (place[0] != "0")
        and (office is not None) == (place[1] != "0")
        and (what == ANSWERS or (state, office, right) == (ALL, None, ALL))
        and right in (ALL, *(one.code for one in facts.period.instrument.rights))
    )
    if not is_known or (region is None and facts.seat.province is None):
        return not_yours(event)
    order = OrderExport(
        what,
        facts.seat.province if region is None else None,
        region.code if region else None,
        office.unit.code if office else None,
        None if right == ALL else right,
        None if state == ALL else state,
    )
    return Outcome((order,), (Say("exporting/making", {}, edit=event.message_id),))


def _region(facts: StaffFacts, region_id: int) -> Region | None:
    return next((one for one in facts.board.regions if one.id == region_id), None)


ROUTES = (
    walks.looking.command("ekspor", command, place=131),
    walks.looking.button(Verb.EXPORT, tapped),
)

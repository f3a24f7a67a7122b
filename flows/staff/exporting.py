"""`/ekspor`: answers, or totals with predikat, as a workbook of what a seat may see, made by the shell."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, timedelta

from msgspec import Struct

from flows.model import walks
from flows.model.answer_state import State
from flows.model.buttons import Button, Pressed, Verb, data
from flows.model.events import Tap
from flows.model.facts import Office, Region, StaffFacts, require
from flows.model.levels import passing
from flows.model.outcome import Keyboard, Outcome, Say, not_yours
from flows.model.paper_changes import OrderExport
from flows.reading import dates, names
from flows.staff import status

ANSWERS, RESULTS = "answers", "results"
ALL = "-"
STATES = (ALL, State.SENT, State.APPROVED, State.VERIFIED)
"""What answers may be narrowed to by a button; the command line knows all."""


DAYS = re.compile(
    r"(?P<place>.*?)(?:(?:^|\s)(?:sejak|mulai|since)\s+(?P<since>.+?))?"
    r"(?:(?:^|\s)(?:sampai(?: dengan)?|hingga|s\.?/?d\.?|until)\s+(?P<until>.+))?",
    re.IGNORECASE | re.DOTALL,
)
"""What is meant, and the days: "sudinkes sejak 1 Maret sampai 15 Maret 2017"."""


class Days(Struct, frozen=True):
    """From which day, and up to which (both included), answers count; None where it is open."""

    since: date | None = None
    until: date | None = None

    def codes(self, opens: date) -> tuple[str, str]:
        """Return both as a button has them: counted from the opening of the period."""
        both = (self.since, self.until)
        since, until = (ALL if one is None else str((one - opens).days) for one in both)
        return since, until


def command(facts: StaffFacts, args: str) -> Outcome:
    """`/ekspor [region, office or right] [sejak DAY] [sampai DAY]`: which workbook of it."""
    place, *typed = require(DAYS.fullmatch(args.strip())).group("place", "since", "until")
    texts = [one for one in typed if one]
    read = [dates.parse(text, facts.period.opens) for text in texts]
    if None in read or (len(read) == 2 and require(read[0]) > require(read[1])):
        return Outcome((), (Say("exporting/no_day", {"typed": texts}),))
    days = Days(read[0] if typed[0] else None, read[-1] if typed[1] else None)
    if not place.strip():
        region = facts.board.regions[0] if len(facts.board.regions) == 1 else None
        return _asked(facts, region, days)
    meant = names.find(facts.board, facts.period.instrument.rights, place).single
    match meant:
        case Region():
            return _asked(facts, meant, days)
        case Office():
            return _asked(facts, _region(facts, meant.unit.region_id), days, meant)
        case names.RightQuery(right, regions):
            only = regions[0] if len(regions) == 1 else None
            return _asked(facts, only, days, right=right.code)
        case _:
            return status.status(facts, args)


def _asked(
    facts: StaffFacts,
    region: Region | None,
    days: Days,
    office: Office | None = None,
    right: str = ALL,
) -> Outcome:
    place: tuple[int | str, ...] = (
        region.id if region else 0, office.unit.id if office else 0, right,
    )  # fmt: skip
    if days != Days():
        place = (*place, *days.codes(facts.period.opens))
    seat = facts.seat.id
    rows: Keyboard = tuple(
        (
            Button(
                "export_answers",
                data(Verb.EXPORT, seat, ANSWERS, state, *place),
                {"state": _words(facts, state)},
            ),
        )
        for state in STATES
    )
    if office is None and right == ALL and days == Days():
        rows = (*rows, (Button("export_results", data(Verb.EXPORT, seat, RESULTS, ALL, *place)),))
    view = {
        "region": region.name if region else None,
        "unit": office.unit.short if office else None,
        "right": None if right == ALL else facts.period.instrument.right(right).name,
        "since": days.since,
        "until": days.until,
    }
    return Outcome((), (Say("exporting/which", view, rows),))


def _words(facts: StaffFacts, state: str) -> str:
    """Return what a state is called on its button: with levels, not all that is approved is the Kanwil's."""
    has_levels = bool(passing(facts.period.levels))
    return "with_levels" if state == State.APPROVED and has_levels else str(state)


def on_tap(facts: StaffFacts, event: Tap, pressed: Pressed) -> Outcome:
    """Order the workbook of a button."""
    what, state, *place = (*pressed.rest, "", "", "", "", "")[:5]
    right = place[2]
    days = _days(facts.period.opens, pressed.rest[5:7])
    region = _region(facts, pressed.number(2) or 0)
    offices = facts.board.offices
    office = next((one for one in offices if one.unit.id == pressed.number(3)), None)
    is_known = (
        what in (ANSWERS, RESULTS)
        and state in STATES
        and (region is not None) == (place[0] != "0")
        and (office is not None) == (place[1] != "0")
        and days is not None
        and (what == ANSWERS or (state, office, right, days) == (ALL, None, ALL, Days()))
        and right in (ALL, *(one.code for one in facts.period.instrument.rights))
    )
    if not is_known or days is None or (region is None and facts.seat.province is None):
        return not_yours(event)
    order = OrderExport(
        what,
        facts.seat.province if region is None else None,
        region.code if region else None,
        office.unit.code if office else None,
        None if right == ALL else right,
        None if state == ALL else state,
        days.since.isoformat() if days.since else None,
        days.until.isoformat() if days.until else None,
    )
    return Outcome((order,), (Say("exporting/making", {}, edit=event.message_id),))


def _days(opens: date, codes: Sequence[str]) -> Days | None:
    """Return the days of a button, which has none where all count; None where they are no days."""
    if not codes:
        return Days()
    if not all(code == ALL or re.fullmatch(r"-?\d{1,4}", code) for code in codes):
        return None
    return Days(*(None if code == ALL else opens + timedelta(int(code)) for code in codes))


def _region(facts: StaffFacts, region_id: int) -> Region | None:
    return next((region for region in facts.board.regions if region.id == region_id), None)


ROUTES = (
    walks.looking.command("ekspor", command, place=131),
    walks.looking.button(Verb.EXPORT, on_tap),
)

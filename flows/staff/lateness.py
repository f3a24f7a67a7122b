"""`/terlambat`: which offices are late or behind, since when, and what that costs in points; worst first."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from flows.model import walks
from flows.model.buttons import Button, Pressed, Verb, data
from flows.model.events import Tap
from flows.model.facts import Office, Region, Setting, StaffFacts, Task
from flows.model.outcome import Keyboard, Outcome, Say, not_yours
from flows.model.progress import state_of
from flows.model.scope import Scope, Which
from flows.policy import timing
from flows.reading import names
from flows.staff import progress_views, status

LATE, OTHERS, NAMED, BUTTONS = 8, 4, 8, 7
PARTIAL = 2
"""Offices that are half-way, named in one line: a screen holds all kinds."""


KINDS = ("late", "returned", "unsent", "not_begun", "partial", "away")
"""What is worst about an office, in the order of the message."""


def command(facts: StaffFacts, args: str = "") -> Outcome:
    """`/terlambat [region]`; an office or a right is shown as `/status` shows it."""
    match = names.find(facts.board, facts.period.instrument.rights, args)
    if match.empty:
        return Outcome((), (late(facts, facts.board.regions),))
    if isinstance(match.single, Region):
        return Outcome((), (late(facts, (match.single,)),))
    return status.status(facts, args)


def on_tap(facts: StaffFacts, event: Tap, pressed: Pressed) -> Outcome:
    """Answer the button under a status message."""
    place_id = pressed.number()
    regions = tuple(region for region in facts.board.regions if place_id in (None, region.id))
    if not regions:
        return not_yours(event)
    return Outcome((), (late(facts, regions),))


def behind(setting: Setting, offices: Sequence[Office]) -> tuple[Office, ...]:
    """Return the offices that the message names: whoever has not sent all of it."""
    rows = (_row(setting, office) for office in offices)
    return tuple(row["office"] for row in rows if row["kind"])


def late(facts: StaffFacts, regions: Sequence[Region]) -> Say:
    """Return each office once, under what is worst about it."""
    inside = [o for region in regions for o in facts.board.of_region(region)]
    rows = [_row(facts, office) for office in progress_views.owing(tuple(inside))]
    kinds = {kind: _sorted(rows, kind) for kind in KINDS}
    first = regions[0]
    day = timing.local_day(facts, first)
    view: dict[str, Any] = {
        "where": first.name if len(regions) == 1 else None,
        "day": day,
        "deadline": facts.period.deadline,
        "days_left": (facts.period.deadline - day).days,
        "state": str(state_of(_tasks(inside))),
    }
    view["levels"] = [
        row | {"region": region.name}
        for region in regions
        for row in progress_views.held_at(facts, _tasks(facts.board.of_region(region)))
    ]
    for kind, offices_of_kind in kinds.items():
        shown = {"late": LATE, "partial": PARTIAL, "away": NAMED}.get(kind, OTHERS)
        view[kind] = {
            "rows": offices_of_kind[:shown],
            "count": len(offices_of_kind),
            "more": len(offices_of_kind[shown:]),
        }
    return Say(
        "staff/late", view, _keyboard(facts, regions, [r for f in kinds.values() for r in f])
    )


def _tasks(offices: Sequence[Office]) -> list[Task]:
    return [task for office in offices for task in office.desk.tasks]


def _row(setting: Setting, office: Office) -> dict[str, Any]:
    view = progress_views.office_view(setting, office)
    still = [task for task in office.desk.tasks if task.is_to_do]
    returned = [t.standing.at for t in still if t.is_returned and t.standing]
    since = min(returned).date() if returned else None
    return {
        **view,
        "office": office,
        "kind": _kind(view),
        "region": office.desk.region.name,
        "still": len(still),
        "cost": sum((task.indicator.max_points for task in still), Decimal(0)),
        "since": since,
        "waits": (timing.local_day(setting, office.desk.region) - since).days if since else 0,
    }


def _kind(view: dict[str, Any]) -> str | None:
    """Return what is worst about an office; None where there is nothing to chase."""
    if not view["behind"]:
        return None
    if view["days_left"] < 0:
        return "late"
    if view["state"] != "ok":
        return "away"
    status: str = view["status"]
    return status


def _sorted(rows: list[dict[str, Any]], kind: str) -> list[dict[str, Any]]:
    """Sort by points at stake, then by days; returned answers by how long they have been waiting."""
    of_kind = [row for row in rows if row["kind"] == kind]
    first = "waits" if kind == "returned" else "cost"
    return sorted(
        of_kind, key=lambda row: (-row[first], -row["cost"], row["days_left"], row["short"])
    )


def _keyboard(facts: StaffFacts, regions: Sequence[Region], rows: list[dict[str, Any]]) -> Keyboard:
    seat = facts.seat.id
    several = len(regions) > 1
    buttons = [
        Button(
            "office" if several else "office_short",
            data(Verb.OFFICE, seat, row["office"].unit.id),
            {"name": row["short"], "region": row["region"]},
        )
        for row in rows[:BUTTONS]
    ]
    if not rows:
        return ()
    rest = len(rows) - BUTTONS
    others = Button("more_offices", data(Verb.REGION, seat, *_where(regions)), {"count": rest})
    scope = Scope(Which.BEHIND, None if several else regions[0].id)
    step = 1 if several else 2
    lines = tuple(tuple(buttons[at : at + step]) for at in range(0, len(buttons), step))
    more = ((others,),) if rest > 0 else ()
    return (*lines, *more, (Button("remind_all", data(Verb.REMIND, seat, scope)),))


def _where(regions: Sequence[Region]) -> tuple[int, ...]:
    """Return what stands behind a status button: the region, or nothing for all of them."""
    return (regions[0].id,) if len(regions) == 1 else ()


ROUTES = (
    walks.looking.command("terlambat", command, place=50),
    walks.looking.button(Verb.LATE, on_tap),
)

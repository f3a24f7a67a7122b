"""One right over the regions that a seat sees, or over the offices of one: done, points, who is behind."""

from __future__ import annotations

from typing import Any

from flows.model import totals, walks
from flows.model.buttons import Button, Pressed, Verb, data
from flows.model.events import Tap
from flows.model.facts import Board, Office, Region, Setting, StaffFacts
from flows.model.outcome import Keyboard, Outcome, Say, not_yours
from flows.reading.names import RightQuery
from flows.staff import progress_views
from scoring.replacing import replace

BEHIND, SHOWN = 3, 10
"""Offices named behind a region, and lines of offices in one, that fit a phone's screen."""


def button(facts: StaffFacts, asked: RightQuery) -> Button:
    """Return a button that opens a right; it names the region where one was named."""
    rights = facts.period.instrument.rights
    where: tuple[object, ...] = (asked.regions[0].id,) if len(asked.regions) == 1 else ()
    index = rights.index(asked.right)
    view = {"name": asked.right.name}
    return Button("right_status", data(Verb.RIGHT, facts.seat.id, index, *where), view)


def on_tap(facts: StaffFacts, event: Tap, pressed: Pressed) -> Outcome:
    """Show the right, or the one of its regions, that was chosen."""
    rights, index = facts.period.instrument.rights, pressed.number()
    chosen = pressed.number(1)
    regions = tuple(region for region in facts.board.regions if chosen in (None, region.id))
    if index is None or index >= len(rights) or not regions:
        return not_yours(event)
    return Outcome((), (of_right(facts, RightQuery(rights[index], regions)),))


def of_right(facts: StaffFacts, asked: RightQuery) -> Say:
    """Return the right region by region, those with most still open first; office by office in one region."""
    if len(asked.regions) == 1:
        return _in_region(facts, asked, asked.regions[0])
    board = facts.board
    rows = [
        in_right(facts, board, asked.right.code, owing(board, region, asked.right.code))
        | {"region": region}
        for region in asked.regions
    ]
    rows.sort(key=lambda row: (row["done"] - row["total"], row["region"].name))
    buttons = [
        Button(
            "region",
            button(facts, RightQuery(asked.right, (row["region"],))).data,
            {"name": row["region"].name},
        )
        for row in rows
    ]
    keyboard = tuple(tuple(buttons[at : at + 2]) for at in range(0, len(buttons), 2))
    view = {
        "name": asked.right.name,
        "rows": [row | {"region": row["region"].name} for row in rows],
        "done": sum(row["done"] for row in rows),
        "total": sum(row["total"] for row in rows),
    }
    return Say("staff/right", view, keyboard)


def owing(board: Board, region: Region, code: str) -> tuple[Office, ...]:
    """Return the offices of a region with what they owe of one right, and nothing else."""
    return progress_views.owing(
        tuple(
            replace(
                office,
                desk=replace(
                    office.desk,
                    tasks=tuple(t for t in office.desk.tasks if t.indicator.right == code),
                ),
            )
            for office in board.of_region(region)
        )
    )


def in_right(
    setting: Setting, board: Board, code: str, offices: tuple[Office, ...]
) -> dict[str, Any]:
    """Return done and total, points claimed and verified of the right's most, and who is behind."""
    tasks = [task for office in offices for task in office.desk.tasks]
    claimed = totals.score_of(setting, board, offices).right(code)
    verified = totals.score_of(setting, board, offices, verified=True).right(code)
    behind = [office for office in _ranked(offices) if not office.desk.is_done]
    return {
        "done": sum(1 for task in tasks if not task.is_open),
        "total": len(tasks),
        "points": claimed.points,
        "max_points": claimed.max,
        "verified_points": verified.points,
        "behind": [office.unit.short for office in behind[:BEHIND]],
        "more_behind": max(0, len(behind) - BEHIND),
    }


def _rows(setting: Setting, offices: tuple[Office, ...]) -> list[dict[str, Any]]:
    return [progress_views.office_view(setting, office) for office in _ranked(offices)]


def _ranked(offices: tuple[Office, ...]) -> list[Office]:
    """Return those with most to do first."""
    return sorted(offices, key=lambda office: (-progress_views.left(office), office.unit.short))


def _in_region(facts: StaffFacts, asked: RightQuery, region: Region) -> Say:
    offices = owing(facts.board, region, asked.right.code)
    rows = _rows(facts, offices)
    shown = SHOWN
    view = {
        **in_right(facts, facts.board, asked.right.code, offices),
        "name": asked.right.name,
        "region": region.name,
        "rows": rows[:shown],
        "more": max(0, len(rows) - shown),
    }
    return Say("staff/right_region", view, _keyboard(facts, asked, region))


def _keyboard(facts: StaffFacts, asked: RightQuery, region: Region) -> Keyboard:
    seat = facts.seat.id
    whole = Button("region", data(Verb.REGION, seat, region.id), {"name": region.name})
    again = Button("refresh", button(facts, asked).data)
    return ((whole, again),)


ROUTES = (walks.looking.button(Verb.RIGHT, on_tap),)

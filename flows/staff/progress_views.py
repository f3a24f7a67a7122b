"""How far a region and an office are, as staff see it: progress, points, who is missing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from flows.contact import choosing_period, summary
from flows.model import levels, totals
from flows.model.buttons import Button, Verb, data
from flows.model.facts import Board, Office, Region, Setting, StaffFacts, Task
from flows.model.outcome import Keyboard, Say
from flows.model.progress import OfficeState, office_state
from flows.model.roles import Role
from flows.model.scope import Scope
from flows.policy import timing

SHOWN, NAMED = 12, 12
"""Lines of offices, and names in one line, that still fit a phone's screen."""


def region_view(
    setting: Setting,
    board: Board,
    offices: tuple[Office, ...],
    region: Region,
    *,
    deciding: bool = False,
) -> dict[str, Any]:
    """Return numbers of one region: its totals, how far its offices are, who has joined, what came late."""
    tasks = [task for office in offices for task in office.desk.tasks]
    numbers = totals.view(setting, board, offices, deciding=deciding)
    filled, total = numbers["filled"], numbers["total"]
    return {
        **numbers,
        "region": region.name,
        "percent": filled * 100 // total if total else 0,
        "late": sum(1 for task in tasks if task.standing and task.standing.late),
        "joined": sum(1 for office in offices if office.contacts),
        "offices": len(offices),
        "levels": held_at(setting, tasks),
    }


def held_at(setting: Setting, tasks: Iterable[Task]) -> list[dict[str, Any]]:
    """Return what waits at each level that is switched on, since when, and for how many days."""
    return [
        {
            "role": str(held.role),
            "region": None,
            "count": held.count,
            "since": held.since,
            "days": (setting.now.date() - held.since.date()).days,
        }
        for held in levels.held(tasks)
    ]


def province_view(setting: Setting, board: Board) -> dict[str, Any]:
    """Return all regions: by their result once all are final, before that those first that need most.

    Each with what is not yet verified and what was sent in time; and whom the best rating proposes.
    """
    rows = []
    for region in board.regions:
        offices = owing(board.of_region(region))
        tasks = [task for office in offices for task in office.desk.tasks]
        row = region_view(setting, board, offices, region)
        row["open"] = sum(1 for task in tasks if task.verified is None)
        row["on_time"] = sum(1 for task in tasks if task.standing and not task.standing.late)
        rows.append(row)
    is_over = all(row["stage"] == "final" for row in rows)
    rows.sort(key=lambda row: (-row["value"],) if is_over else (-row["open"], row["value"]))
    best = setting.period.instrument.ratings[0].name
    earned = [row for row in rows if row["stage"] == "final" and row["rating"] == best]
    return {
        "rows": rows,
        "is_over": is_over,
        "best": best,
        "proposed": [] if setting.period.trial else earned,
        "simulation": any(row["simulation"] for row in rows),
    }


def left(office: Office) -> int:
    """Return how many of its questions are open."""
    return sum(1 for task in office.desk.tasks if task.is_open)


def reach(office: Office) -> str:
    """Return whether anybody of the office can be written to: ok, not_joined, unreachable."""
    if not office.contacts:
        return "not_joined"
    return "ok" if any(contact.reachable for contact in office.contacts) else "unreachable"


def office_view(setting: Setting, office: Office) -> dict[str, Any]:
    """Return an office in a list: who holds it, how far it is, until when, and since when it is late."""
    return {
        "status": str(office_state(office.desk)),
        "behind": not office.desk.is_done,
        "name": office.unit.name,
        "short": office.unit.short,
        "state": reach(office),
        "contacts": [contact.name for contact in office.contacts],
        "deadline": timing.deadline(setting, office.desk),
        "days_left": timing.days_left(setting, office.desk),
        "extended": office.desk.extension is not None,
        "returned": sum(1 for t in office.desk.tasks if t.is_returned and t.is_to_do),
        **summary.progress(office.desk),
    }


def owing(offices: tuple[Office, ...]) -> tuple[Office, ...]:
    """Return the offices that owe something in this period."""
    return tuple(office for office in offices if office.desk.tasks)


def region_status(facts: StaffFacts, region: Region) -> Say:
    """Show offices behind first; who has not joined is said by name."""
    view = region_card(facts, facts.board, region) | choosing_period.beside(facts)
    return Say("staff/region", view, _region_keyboard(facts, region, view))


def region_card(setting: Setting, board: Board, region: Region) -> dict[str, Any]:
    """Return a region's numbers, its offices by what they have to do; those who are done by name only."""
    offices = owing(board.of_region(region))
    ranked = sorted(offices, key=lambda office: _rank(setting, office))
    behind = [office for office in ranked if not office.desk.is_done]
    fine = [office.unit.short for office in ranked if office.desk.is_done]
    numbers = region_view(setting, board, offices, region, deciding=True)
    local = timing.local_day(setting, region)
    return {
        **numbers,
        "groups": grouped([office_view(setting, office) for office in behind[:SHOWN]]),
        "more": max(0, len(behind) - SHOWN),
        "fine": fine[:NAMED],
        "more_fine": max(0, len(fine) - NAMED),
        "deadline": setting.period.deadline,
        "days_left": (setting.period.deadline - local).days,
        "over": not behind,
    }


def grouped(rows: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return rows of offices under the station they are at, in the order of the stations."""
    piles: dict[str, list[dict[str, Any]]] = {str(state): [] for state in OfficeState}
    for row in rows:
        piles[row["status"]].append(row)
    return [{"status": status, "rows": pile} for status, pile in piles.items() if pile]


def _region_keyboard(facts: StaffFacts, region: Region, view: Mapping[str, Any]) -> Keyboard:
    """Return the buttons of a region; where all have sent, nobody is late or to be reminded."""
    seat = facts.seat.id
    compare = ((Button("losses", data(Verb.LOSSES, seat, region.id)),),) if view["sent"] else ()
    picture = Button("picture", data(Verb.PICTURE, seat, region.id))
    refresh = Button("refresh", data(Verb.REGION, seat, region.id))
    if view["over"] or view["closed_at"]:
        return (*compare, (picture, refresh))
    return (
        *compare,
        (
            Button("late", data(Verb.LATE, seat, region.id)),
            picture,
        ),
        (
            Button("remind", data(Verb.REMIND, seat, Scope(region_id=region.id))),
            refresh,
        ),
    )


def _rank(setting: Setting, office: Office) -> tuple[bool, bool, int, str]:
    """Rank late ones first, then those out of reach, then those with most to do; works out no points."""
    in_time = timing.days_left(setting, office.desk) >= 0
    return (in_time, reach(office) == "ok", -left(office), office.unit.short)


def office_status(facts: StaffFacts, office: Office) -> Say:
    """Return one office: each question with its state and points."""
    region = next(one for one in facts.board.regions if one.id == office.unit.region_id)
    rows = [
        {
            "no": task.indicator.no,
            "name": task.indicator.name,
            "open": task.is_open,
            "absence": str(task.mine.answer.absence)
            if task.mine and task.mine.answer.absence
            else None,
            "points": summary.points(task),
            "verified": summary.verified_points(task),
            "state": str(task.state),
            "level": levels.at_level(task),
            "late": task.standing is not None and task.standing.late,
            "at": task.mine.at if task.mine else None,
            "by": task.mine.by if task.mine else None,
        }
        for task in office.desk.tasks
    ]
    seat, unit = facts.seat.id, office.unit.id
    first = (
        Button("remind", data(Verb.REMIND, seat, Scope(unit_id=unit))),
        Button("invite", data(Verb.INVITE, seat, unit)),
    )
    label = "ask_extension" if facts.seat.role == Role.COORDINATOR else "extend"
    keyboard = (first, (Button(label, data(Verb.EXTEND, seat, unit)),))
    view = {**office_view(facts, office), "region": region.name, "rows": rows}
    view["reason"] = office.desk.extension.reason if office.desk.extension else None
    return Say("staff/office", view, keyboard)

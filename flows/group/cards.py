"""Status cards for eyes that we do not know: offices and numbers, no person, no words that anybody wrote."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flows.contact import summary
from flows.model.buttons import Button, Verb, data
from flows.model.facts import Board, Office, Region, Setting
from flows.model.outcome import Keyboard, Say
from flows.policy.timing import zone_of
from flows.staff import progress_views

OFFICE = (
    "name", "short", "status", "deadline", "days_left", "extended", "returned", "unsent", "behind", "done",
    "total", "points", "verified", "verified_points",
)  # fmt: skip
"""What of an office's numbers is shown; a name that is not here stays inside."""
BAR = 5
MOMENT = "at"
"""When the board was drawn."""
NAMED_REGIONS, NAMED_OFFICES, BUTTONS = 8, 4, 40


def region(setting: Setting, board: Board, place: Region) -> tuple[str, Mapping[str, Any]]:
    """Return the message about a region: its name and view."""
    view = progress_views.region_card(setting, board, place)
    groups = [
        {**group, "rows": [_office(row) for row in group["rows"]]} for group in view["groups"]
    ]
    return "group/region", {**view, "groups": groups}


def office(setting: Setting, board: Board, asked: Office) -> tuple[str, Mapping[str, Any]]:
    """Return the message about an office: its name and view."""
    rows = [
        {
            "name": task.indicator.name,
            "state": summary.state_of(task),
            "points": summary.points(task),
            "verified": summary.verified_points(task),
            "late": task.standing is not None and task.standing.late,
        }
        for task in asked.desk.tasks
    ]
    named = {region.id: region.name for region in board.regions}
    view = _office(progress_views.office_view(setting, asked))
    return "group/office", {**view, "region": named[asked.unit.region_id], "rows": rows}


def overview(setting: Setting, board: Board) -> tuple[str, Mapping[str, Any]]:
    """Return the message about several regions: its name and view."""
    return "group/overview", {"rows": _regions(setting, board)}


def papan(setting: Setting, board: Board, *, ended: bool = False) -> Say:
    """Return the board of a group; but for the moment, two that show the same have the same view."""
    regions = [region(setting, board, one)[1] for one in board.regions]
    first = board.regions[0]
    zone = zone_of(first)
    view = {
        "year": setting.period.data_year,
        "deadline": setting.period.deadline,
        "days_left": regions[0]["days_left"],
        "closed_at": regions[0]["closed_at"],
        "regions": [
            {**one, "cells": _cells(one["filled"], one["total"]), **_behind(one)} for one in regions
        ],
        "names": len(regions) <= NAMED_REGIONS,
        MOMENT: setting.now.astimezone(zone),
        "zone": first.zone,
        "ended": ended,
    }
    return Say("group/board", view, () if ended else _details(board.regions))


def _details(regions: tuple[Region, ...]) -> Keyboard:
    """Return a button for each region, two a row."""
    buttons = [
        Button("group_region", data(Verb.GROUP_REGION, 0, one.id), {"name": one.name})
        for one in regions[:BUTTONS]
    ]
    return tuple(tuple(buttons[at : at + 2]) for at in range(0, len(buttons), 2))


def _office(view: Mapping[str, Any]) -> dict[str, Any]:
    shown = {name: view[name] for name in OFFICE}
    return {**shown, "joined": view["state"] != "not_joined"}


def _cells(filled: int, total: int) -> int:
    """Return how many cells of a region's bar are full."""
    return filled * BAR // total if total else 0


def _behind(view: Mapping[str, Any]) -> dict[str, Any]:
    late = [row["short"] for group in view["groups"] for row in group["rows"]]
    more = max(0, len(late) - NAMED_OFFICES) + view["more"]
    return {"behind": late[:NAMED_OFFICES], "more_behind": more}


def _regions(setting: Setting, board: Board) -> list[dict[str, Any]]:
    return [
        progress_views.region_view(setting, board, progress_views.owing(board.of_region(one)), one)
        for one in board.regions
    ]

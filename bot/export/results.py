"""One row for each region: how far it is, its own total and the verified one, with their ratings.

The same view of totals as in chat; beside the answers in a workbook.
"""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime
from typing import Any

from bot.export.scope import Scope
from bot.export.table import NARROW, Cell, Table, made
from bot.storage.load_facts import board_of
from flows.model import totals
from flows.model.facts import Setting
from flows.staff import progress_views

COLUMNS = {
    "region": 24, "region_code": 12, "total": NARROW, "filled": NARROW, "sent": NARROW,
    "verified": NARROW, "claimed": NARROW, "claimed_rating": 20, "result": NARROW,
    "result_rating": 20, "final": 12, "unconfirmed": NARROW, "instrument": 28,
}  # fmt: skip


def table(connection: sqlite3.Connection, scope: Scope) -> Table:
    """Return the regions that owe something, in the roster's order."""
    roster = scope.roster
    chosen = [one for one in roster.regions.values() if scope.region_id in (None, one.id)]
    board = board_of(connection, roster, scope.zone, chosen)
    now = datetime.now(UTC)  # no total depends on it
    rows: list[dict[str, Cell]] = []
    for region in board.regions:
        offices = progress_views.owing(board.of_region(region))
        setting = Setting(now, roster.period_of(roster.provinces[region.id]))
        shown = totals.view(setting, board, offices)
        rows.append(
            {"region": region.name, "region_code": region.code, **_row(shown)}
            | {"instrument": roster.period.instrument.code}
        )
    return made("results", COLUMNS, rows)


def _row(shown: dict[str, Any]) -> dict[str, Cell]:
    checked = shown["stage"] != "open"
    return {
        **{key: shown[key] for key in ("total", "filled", "sent", "verified", "claimed")},
        "claimed_rating": shown["claimed_rating"],
        "result": shown["value"] if checked else None,
        "result_rating": shown["rating"] if checked else None,
        "final": shown["stage"] == "final",
        "unconfirmed": shown["unconfirmed"],
    }

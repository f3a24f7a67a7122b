"""One row for each region: how far it is, its own total and the verified one, with their ratings.

The same view of totals as in chat; beside the answers in a workbook.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from bot.export.scope import Scope
from bot.export.table import NARROW, Cell, Table, made
from flows.model import totals
from flows.model.facts import Board, Setting

COLUMNS = {
    "region": 24, "region_code": 12, "total": NARROW, "filled": NARROW, "sent": NARROW,
    "verified": NARROW, "claimed": NARROW, "claimed_rating": 20, "result": NARROW,
    "result_rating": 20, "final": 12, "unconfirmed": NARROW, "instrument": 28,
}  # fmt: skip


def setting(scope: Scope, board: Board) -> Setting:
    """Return by which criteria the only region of a board is counted."""
    [region] = board.regions
    now = datetime.now(UTC)  # no total depends on it
    return Setting(now, scope.roster.period_of(scope.roster.provinces[region.id]))


def row(setting: Setting, board: Board) -> dict[str, Cell]:
    """Return the only region of a board."""
    [region] = board.regions
    shown = totals.view(setting, board, board.offices)
    about = {"region": region.name, "region_code": region.code}
    return about | _row(shown) | {"instrument": setting.period.instrument.code}


def table(rows: Iterable[dict[str, Cell]]) -> Table:
    """Return the regions as a table."""
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

"""The offices of a period region by region, so that a nation's answers are never held together."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime

from bot.export.export_scope import ExportScope
from bot.storage import answer_rows
from bot.storage.previous_answers import PreviousAnswers
from flows.model.facts import Board, Setting
from scoring.replacing import replace


def setting_of(scope: ExportScope, board: Board) -> Setting:
    """Return by which criteria the only region of a board is counted."""
    [region] = board.regions
    now = datetime.now(UTC)  # no total depends on it
    return Setting(now, scope.roster.period_of(scope.roster.provinces[region.id]))


def by_region(connection: sqlite3.Connection, scope: ExportScope) -> Iterator[Board]:
    """Yield a board for each region that owes something, in the roster's order; without who holds seats."""
    # Last year's answers would be kept for every office that is asked about.
    roster = replace(
        scope.roster, previous_answers=PreviousAnswers(scope.roster.period, None, from_files=False)
    )
    for region in roster.regions.values():
        if scope.region_id in (None, region.id):
            board = answer_rows.region_board(connection, roster, region, scope.zone)
            if board is not None:
                yield board

"""Brings a database up to date: ordered steps, each with its record in a transaction; a new one in one."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path

from bot.storage import (
    answer_file_rows,
    calibrations,
    campaign_rows,
    export_orders,
    levels_schema,
    papers_schema,
    periods,
    privacy_schema,
    returned_sheet_rows,
    roster_schema,
    schema,
    schema_criteria,
    season_rows,
)
from bot.terminal import phrase


class NewerDatabaseError(Exception):
    """A database that a newer program has changed: this one would misread it, and must not write in it."""

    def __init__(self, path: Path | None, steps: list[str]) -> None:
        super().__init__(path, steps)
        self.path = path
        self.steps = steps

    def __str__(self) -> str:
        return phrase(
            "{path}: made by a newer version of peduli-ham ({step}); "
            "update this program, or give another file.",
            path=self.path or phrase("the database"),
            step=self.steps[-1],
        )


Statement = str | Callable[[sqlite3.Connection], None]
MigrationStep = tuple[str, tuple[Statement, ...]]

STEPS: tuple[MigrationStep, ...] = (
    ("m001_ground", schema.GROUND),
    ("m002_moves", schema.MOVES),
    ("m003_evidence", schema.EVIDENCE),
    ("m004_handover", schema.HANDOVER),
    ("m005_review", schema.REVIEW),
    ("m006_previous", schema.PREVIOUS),
    ("m007_requests", schema.REQUESTS),
    ("m008_reminders", schema.REMINDERS),
    ("m009_boards", schema.BOARDS),
    ("m010_campaigns", schema.CAMPAIGNS),
    ("m011_suspension", schema.SUSPENSION),
    ("m012_rosters", schema.ROSTERS),
    ("m013_letter_names", schema.LETTER_NAMES),
    ("m014_proof_revisions", schema.PROOF_REVISIONS),
    ("m015_extension_requests", schema.EXTENSION_REQUESTS),
    ("m016_letters", schema.LETTERS),
    ("m017_arrivals", schema.ARRIVALS),
    ("m018_menus", schema.MENUS),
    ("m019_links_end", schema.LINKS_END),
    ("m020_evidence_by_sender", schema.EVIDENCE_BY_SENDER),
    ("m021_request_documents", schema.REQUEST_DOCUMENTS),
    ("m022_waits", schema.WAITS),
    ("m023_languages", schema.LANGUAGES),
    ("m024_request_letter", schema.REQUEST_LETTER),
    ("m025_criteria", schema_criteria.CRITERIA),
    ("m026_papers", papers_schema.PAPERS),
    ("m028_paper_orders", schema_criteria.PAPER_ORDERS),
    ("m029_seasons", season_rows.SEASONS),
    ("m030_paper_checks", papers_schema.PAPER_CHECKS),
    ("m032_overtaken_proposals", schema_criteria.OVERTAKEN),
    ("m033_instrument_maps", schema_criteria.MAPS),
    ("m034_seals", privacy_schema.SEALS),
    ("m035_privacy", privacy_schema.PRIVACY),
    ("m036_chosen_periods", periods.CHOSEN_PERIODS),
    ("m037_second_looks", calibrations.SECOND_LOOKS),
    ("m038_boards_of_period", schema_criteria.BOARDS_OF_PERIOD),
    ("m043_roster_round_trip", roster_schema.ROUND_TRIP),
    ("m044_review_sheets", returned_sheet_rows.REVIEW_SHEETS),
    ("m045_announced_proposals", schema_criteria.ANNOUNCED),
    ("m046_export_orders", export_orders.EXPORT_ORDERS),
    ("m047_setting_up", schema.SETTING_UP),
    ("m050_levels", levels_schema.LEVELS),
    ("m054_returned_sheets", returned_sheet_rows.RENAMED),
    ("m055_answer_files", answer_file_rows.ANSWER_FILES),
    ("m057_trials", periods.TRIALS),
    ("m062_roster_stamp", roster_schema.STAMP),
    ("m066_announcements", campaign_rows.WORDS),
)
RENAMED = {"m011_letter_names": "m013_letter_names"}
"""Steps that an earlier landing did under another name."""


def pending(connection: sqlite3.Connection) -> list[str]:
    """Return the steps that this database lacks, by name; reads only."""
    known = connection.execute(
        "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'migrations'"
    ).fetchone()
    done = set()
    if known:
        rows = connection.execute("SELECT name FROM migrations")
        done = {RENAMED.get(name, name) for (name,) in rows}
    return [name for name, _ in STEPS if name not in done]


def newer(connection: sqlite3.Connection) -> list[str]:
    """Return the steps that a newer program has done to this database, by name; reads only."""
    known = {name for name, _ in STEPS} | RENAMED.keys()
    try:
        rows = connection.execute("SELECT name FROM migrations ORDER BY name").fetchall()
    except sqlite3.OperationalError:  # no such table: not a database of ours, or a new one
        return []
    return [name for (name,) in rows if name not in known]


def refuse_newer(path: Path) -> None:
    """Raise NewerDatabaseError for a file that a newer program made; nothing is written, also not beside it.

    What cannot be read at all passes: whoever opens it says why.
    """
    try:
        if not path.is_file() or path.stat().st_size == 0:
            return
        log = path.with_name(f"{path.name}-wal")
        # Without a log there is nothing to wait for, and SQLite need not make one to read.
        how = "mode=ro" if log.exists() and log.stat().st_size else "mode=ro&immutable=1"
        uri = f"{path.resolve().as_uri()}?{how}"
        with closing(sqlite3.connect(uri, uri=True)) as connection:
            steps = newer(connection)
    except (OSError, sqlite3.Error):
        return
    if steps:
        raise NewerDatabaseError(path, steps)


def migrate(connection: sqlite3.Connection) -> list[str]:
    """Apply what is pending and return its names; a step that fails leaves no trace.

    Raises NewerDatabaseError, having written nothing.
    """
    if steps := newer(connection):
        raise NewerDatabaseError(None, steps)
    names = pending(connection)
    is_new = len(names) == len(STEPS)  # whole at once: one sync, not one for each step
    for batch in [STEPS] if is_new else [(step,) for step in STEPS if step[0] in names]:
        _apply(connection, batch)
    return names


def _apply(connection: sqlite3.Connection, steps: Sequence[MigrationStep]) -> None:
    """Do steps in one transaction, but for those that another process has done meanwhile."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        left = pending(connection)
        for name, statements in steps:
            if name not in left:
                continue
            for statement in statements:
                if isinstance(statement, str):
                    connection.execute(statement)
                else:
                    statement(connection)
            connection.execute(
                "INSERT INTO migrations (name, at) VALUES (?, datetime('now'))", (name,)
            )
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")

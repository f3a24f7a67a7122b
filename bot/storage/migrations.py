"""Brings a database up to date: ordered steps, each with its record in one transaction."""

from __future__ import annotations

import sqlite3

from bot.storage import schema

STEPS: tuple[tuple[str, tuple[str, ...]], ...] = (
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
)


def pending(connection: sqlite3.Connection) -> list[str]:
    """Names of the steps that this database lacks; reads only."""
    known = connection.execute(
        "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'migrations'"
    ).fetchone()
    done = set()
    if known:
        done = {row[0] for row in connection.execute("SELECT name FROM migrations")}
    return [name for name, _ in STEPS if name not in done]


def migrate(connection: sqlite3.Connection) -> list[str]:
    """Apply what is pending and return its names; a step that fails leaves no trace."""
    names = pending(connection)
    for name, statements in STEPS:
        if name not in names:
            continue
        connection.execute("BEGIN IMMEDIATE")
        try:
            if name in pending(connection):  # another process may have been faster
                for statement in statements:
                    connection.execute(statement)
                connection.execute(
                    "INSERT INTO migrations (name, at) VALUES (?, datetime('now'))", (name,)
                )
        except BaseException:
            connection.execute("ROLLBACK")
            raise
        connection.execute("COMMIT")
    return names

"""Settings of what people are told about their data, and how long what is kept, by period and region."""

from __future__ import annotations

import sqlite3
from dataclasses import asdict

import orjson

from flows.model.privacy import PrivacySettings

WHOLE = ""
"""Of the whole period, and not of one region."""


def settings(connection: sqlite3.Connection, period_id: int, of: str = WHOLE) -> PrivacySettings:
    """Return what holds for a region by its code (for the whole period without one)."""
    rows = connection.execute(
        "SELECT body FROM privacy_settings WHERE period_id = ? AND of IN ('', ?) ORDER BY of DESC",
        (period_id, of),
    )
    whole = PrivacySettings()
    for own in [PrivacySettings(**orjson.loads(body)) for (body,) in rows][::-1]:
        whole = own.over(whole)
    return whole


def own_settings(connection: sqlite3.Connection, period_id: int, of: str) -> PrivacySettings:
    """Return only what was set for this region, or for the whole period."""
    row = connection.execute(
        "SELECT body FROM privacy_settings WHERE period_id = ? AND of = ?", (period_id, of)
    ).fetchone()
    return PrivacySettings(**orjson.loads(row[0])) if row else PrivacySettings()


def save(
    connection: sqlite3.Connection, period_id: int, of: str, given: PrivacySettings, now: str
) -> None:
    """Set what holds for a region or the whole period, in place of what was set before."""
    connection.execute(
        "INSERT INTO privacy_settings (period_id, of, body, at) VALUES (?, ?, ?, ?)"
        " ON CONFLICT DO UPDATE SET body = excluded.body, at = excluded.at",
        (period_id, of, orjson.dumps(asdict(given)).decode(), now),
    )

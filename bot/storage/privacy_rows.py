"""Settings of what people are told about their data, and how long what is kept, by period and region."""

from __future__ import annotations

import sqlite3

import orjson
from msgspec.structs import asdict

from flows.model import privacy
from flows.model.privacy import PrivacySettings, SetNotice
from scoring.replacing import replace

WHOLE = ""
"""Of the whole period, and not of one region."""


def settings(connection: sqlite3.Connection, period_id: int, of: str = WHOLE) -> PrivacySettings:
    """Return what holds for a region by its code (for the whole period without one)."""
    return privacy.of(by_region(connection, period_id), of)


def by_region(connection: sqlite3.Connection, period_id: int) -> dict[str, PrivacySettings]:
    """Return what was set of a period, by whose it is."""
    rows = connection.execute(
        "SELECT of, body FROM privacy_settings WHERE period_id = ?", (period_id,)
    )
    return {of: PrivacySettings(**orjson.loads(body)) for of, body in rows}


def own_settings(connection: sqlite3.Connection, period_id: int, of: str) -> PrivacySettings:
    """Return only what was set for this region, or for the whole period."""
    return by_region(connection, period_id).get(of, PrivacySettings())


def word(connection: sqlite3.Connection, period_id: int, change: SetNotice, now: str) -> None:
    """Set the words of a part of the notice; all else that was set stays."""
    for of in change.places:
        known = own_settings(connection, period_id, of)
        notice = {part: words for part, words in known.notice.items() if part != change.part}
        if change.words:
            notice[change.part] = change.words
        save(connection, period_id, of, replace(known, notice=notice), now)


def save(
    connection: sqlite3.Connection, period_id: int, of: str, given: PrivacySettings, now: str
) -> None:
    """Set what holds for a region or the whole period, in place of what was set before."""
    connection.execute(
        "INSERT INTO privacy_settings (period_id, of, body, at) VALUES (?, ?, ?, ?)"
        " ON CONFLICT DO UPDATE SET body = excluded.body, at = excluded.at",
        (period_id, of, orjson.dumps(asdict(given)).decode(), now),
    )

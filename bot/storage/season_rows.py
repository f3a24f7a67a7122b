"""The end of a period in each province: closed, opened again; the last step stands."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from datetime import date
from typing import Any

import orjson
from msgspec import Struct

from bot.clock import parse
from bot.storage import record
from bot.storage.paper_rows import PaperRow
from bot.storage.record import Entry
from flows.model.record_kinds import EntryKind
from flows.model.season import CloseSeason, ReopenSeason, Season

SEASONS = (
    "ALTER TABLE periods ADD COLUMN grace INTEGER",
    # Each `id` is the entry of the record that says so; the last step of a province stands.
    """CREATE TABLE season_steps (
        id INTEGER PRIMARY KEY REFERENCES record (id),
        period_id INTEGER NOT NULL REFERENCES periods (id), province TEXT NOT NULL,
        step TEXT NOT NULL CHECK (step IN ('closed', 'reopened')), until TEXT, at TEXT NOT NULL,
        CHECK ((step = 'reopened') = (until IS NOT NULL))) STRICT""",
    # Who is still to hear the result of a closing: each region with its offices, then (NULL) the Kanwil.
    """CREATE TABLE closing_news (
        id INTEGER PRIMARY KEY, step_id INTEGER NOT NULL REFERENCES season_steps (id),
        region_id INTEGER REFERENCES regions (id),
        state TEXT NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'told', 'dropped'))) STRICT""",
    "CREATE INDEX closing_news_waiting ON closing_news (id) WHERE state = 'waiting'",
)
EntryWriter = Callable[[EntryKind, dict[str, Any]], int]
"""Appends an entry of a kind to the record, and returns its number."""


def of_period(connection: sqlite3.Connection, period_id: int) -> dict[str, Season]:
    """Return what was decided of the end of a period, by province."""
    seasons: dict[str, Season] = {}
    rows = connection.execute(
        "SELECT province, step, until, at FROM season_steps WHERE period_id = ? ORDER BY id",
        (period_id,),
    )
    for province, step, until, at in rows:
        before = seasons.get(province, Season())
        if step == "closed":
            seasons[province] = Season(parse(at), before.verified_until)
        else:
            seasons[province] = Season(verified_until=date.fromisoformat(until))
    return seasons


def freeze(connection: sqlite3.Connection, paper: PaperRow, closing: int, now: str) -> None:
    """Put on record that a paper was made at the end of a season, with the hash of its file."""
    details = {
        "by": "bot",
        "closing": closing,
        "code": paper.code,
        "paper": paper.kind,
        "format": paper.format,
        "sha256": paper.sha256,
    }
    record.append(connection, Entry(paper.period_id, EntryKind.FROZEN, now, details=details))


def write(
    connection: sqlite3.Connection,
    change: CloseSeason | ReopenSeason,
    period_id: int,
    now: str,
    note: EntryWriter,
) -> None:
    """Put one step on record and where it is found."""
    province = {"province": change.province}
    if isinstance(change, CloseSeason):
        entry, step, until = note(EntryKind.CLOSED, province | dict(change.body)), "closed", None
    else:
        until = change.until.isoformat()
        entry = note(EntryKind.REOPENED, {**province, "until": until, "reason": change.reason})
        step = "reopened"
    connection.execute(
        "INSERT INTO season_steps (id, period_id, province, step, until, at)"
        " VALUES (?, ?, ?, ?, ?, ?)",
        (entry, period_id, change.province, step, until, now),
    )
    if isinstance(change, CloseSeason):
        _announce(connection, entry, change.province)
    else:  # who has not heard of a result by now does not hear of one that no longer holds
        connection.execute(
            "UPDATE closing_news SET state = 'dropped' WHERE state = 'waiting' AND step_id IN"
            " (SELECT id FROM season_steps WHERE period_id = ? AND province = ?)",
            (period_id, change.province),
        )


def _announce(connection: sqlite3.Connection, step: int, province: str) -> None:
    connection.execute(
        "INSERT INTO closing_news (step_id, region_id)"
        " SELECT ?, id FROM regions WHERE province = ? ORDER BY code",
        (step, province),
    )
    connection.execute("INSERT INTO closing_news (step_id) VALUES (?)", (step,))


class ClosingNews(Struct, frozen=True):
    """Who is to hear the result of a closing next; `region_id` None: the Kanwil of the province.

    `by` closed the season, from the chat `chat_id` where it was a person with one.
    """

    id: int
    entry: int
    period_id: int
    province: str
    region_id: int | None
    by: str
    chat_id: int | None


def next_news(connection: sqlite3.Connection) -> ClosingNews | None:
    """Return whose turn it is to hear of a closing."""
    row = connection.execute(
        "SELECT n.id, n.step_id, s.period_id, s.province, n.region_id, r.body, q.telegram_id"
        " FROM closing_news n JOIN season_steps s ON s.id = n.step_id"
        " JOIN record r ON r.id = s.id"
        " LEFT JOIN persons q ON q.id = r.person_id WHERE n.state = 'waiting' ORDER BY n.id LIMIT 1"
    ).fetchone()
    if row is None:
        return None
    news_id, entry, period_id, province, region_id, body, chat_id = row
    by = orjson.loads(body)["by"]
    return ClosingNews(news_id, entry, period_id, province, region_id, by, chat_id)


def mark_told(connection: sqlite3.Connection, news_id: int) -> None:
    """Note that everybody in question has a message on the way."""
    connection.execute("UPDATE closing_news SET state = 'told' WHERE id = ?", (news_id,))

"""Questions that were forwarded by a one-question link, and the proposals that came back."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from datetime import datetime, tzinfo
from typing import Any

import orjson

from bot.clock import iso, parse
from bot.storage import codec
from bot.storage.people import token_hash
from bot.storage.roster import Roster
from flows.model.marks import Mark
from flows.model.outcome import CreateRequest
from flows.model.requests import NEWEST, Request, RequestState
from scoring import Answer

COLUMNS = (
    "id, unit_id, indicator, expires_at, telegram_id, person, answered_at, answer, reason,"
    " settled_at, document, revoked_at"
)
NEWER = (
    "SELECT count(*) FROM requests AS newer WHERE newer.period_id = requests.period_id"
    " AND newer.unit_id = requests.unit_id AND newer.indicator = requests.indicator"
    " AND newer.id > requests.id"
)


def create(
    connection: sqlite3.Connection, change: CreateRequest, by: tuple[int, int], now: str
) -> int:
    """Store a link for one question; `by` is the period and the seat that asks."""
    period, seat = by
    cursor = connection.execute(
        "INSERT INTO requests (period_id, unit_id, indicator, token_hash, made_by, made_at,"
        " expires_at) VALUES (?, ?, ?, ?, ?, ?, ?)",
        (
            period,
            change.unit_id,
            change.indicator,
            token_hash(change.token),
            seat,
            now,
            iso(change.until),
        ),
    )
    return cursor.lastrowid or 0


def by_token(connection: sqlite3.Connection, period_id: int, token: str) -> int | None:
    """Return the request that a link's token stands for in this period."""
    row = connection.execute(
        "SELECT id FROM requests WHERE token_hash = ? AND period_id = ?",
        (token_hash(token), period_id),
    ).fetchone()
    return row[0] if row else None


def bind(
    connection: sqlite3.Connection, request_id: int, telegram_id: int, name: str, now: str
) -> None:
    """Bind a link to the first who opens it; nobody else may use it."""
    connection.execute(
        "UPDATE requests SET telegram_id = ?, person = ?, opened_at = ? WHERE id = ?"
        " AND telegram_id IS NULL",
        (telegram_id, name, now, request_id),
    )


def read(
    connection: sqlite3.Connection,
    roster: Roster,
    request_id: int,
    now: datetime,
    zone: tzinfo,
    telegram_id: int | None = None,
) -> tuple[Request, int] | None:
    """Return a request as it stands (for this Telegram account, where one is named), with its unit."""
    row = connection.execute(
        f"SELECT {COLUMNS}, ({NEWER}) FROM requests WHERE id = ? AND period_id = ?",
        (request_id, roster.period.id),
    ).fetchone()
    if row is None or row[2] not in roster.owed.get(row[1], ()):
        return None
    identity, unit_id, indicator, expires, owner, person, answered, answer, reason, settled = row[
        :10
    ]
    document, revoked, newer = row[10:]
    if answered is not None:
        state = RequestState.ANSWERED
    elif telegram_id is not None and owner not in (None, telegram_id):
        state = RequestState.TAKEN
    elif revoked is not None:
        state = RequestState.REVOKED
    elif parse(expires) <= now:
        state = RequestState.EXPIRED
    else:
        state = RequestState.REPLACED if newer >= NEWEST else RequestState.OPEN
    given, marks = _answer(roster, indicator, answer)
    until = parse(expires).astimezone(zone)
    asked_by = roster.units[unit_id].name
    request = Request(
        identity,
        state,
        indicator,
        asked_by,
        until,
        person or "",
        given,
        reason,
        settled is not None,
        marks,
        orjson.loads(document) if document else None,
    )
    return request, unit_id


def _answer(
    roster: Roster, indicator: int, answer: str | None
) -> tuple[Answer | None, tuple[Mark, ...]]:
    if answer is None:
        return None, ()
    body = orjson.loads(answer)
    given = codec.answer_of(roster.period.instrument.indicator(indicator), body)
    return given, codec.marks_from_json(body.get("marks", ()))


def subject(connection: sqlite3.Connection, request_id: int) -> tuple[int, int]:
    """Return the unit and the indicator that a request is about."""
    row: tuple[int, int] = connection.execute(
        "SELECT unit_id, indicator FROM requests WHERE id = ?", (request_id,)
    ).fetchone()
    return row


def propose(
    connection: sqlite3.Connection,
    request_id: int,
    answer: dict[str, Any] | None,
    reason: str | None,
    document: Mapping[str, Any] | None,
    now: str,
) -> None:
    """Write what came back; the link is used up. A reason without figures is settled by itself."""
    text = orjson.dumps(answer).decode() if answer else None
    file = orjson.dumps(dict(document)).decode() if document else None
    connection.execute(
        "UPDATE requests SET answered_at = ?, answer = ?, reason = ?, document = ?,"
        " settled_at = CASE WHEN ? IS NULL THEN ? END WHERE id = ?",
        (now, text, reason, file, text, now, request_id),
    )


def settle(connection: sqlite3.Connection, request_id: int, *, used: bool, now: str) -> None:
    """Write whether the office took the proposal up, or dropped it."""
    connection.execute(
        "UPDATE requests SET settled_at = ?, used = ? WHERE id = ?", (now, used, request_id)
    )

"""Gathers what is held about one Telegram account, for the person to read."""

from __future__ import annotations

import sqlite3
from datetime import datetime, tzinfo
from typing import Any

import orjson

from bot.clock import parse
from bot.storage import sealing
from flows.model.own_data import MOST, OwnData

Row = dict[str, Any]


def read(connection: sqlite3.Connection, telegram_id: int, now: datetime, zone: tzinfo) -> OwnData:
    """Return all that is held about an account; days and hours in this zone."""
    run = connection.execute
    (letters,) = run("SELECT count(*) FROM outbox WHERE chat_id = ?", (telegram_id,)).fetchone()
    (failed,) = run(
        "SELECT count(*) FROM failed_updates WHERE instr(body, ?)", (f'"id":{telegram_id}',)
    ).fetchone()
    person = run(
        "SELECT id, name, language, joined_at, unreachable_since, paused_until FROM persons"
        " WHERE telegram_id = ?",
        (telegram_id,),
    ).fetchone()
    person_id = person[0] if person else None
    (count,) = run("SELECT count(*) FROM record WHERE person_id = ?", (person_id,)).fetchone()
    return OwnData(
        telegram_id,
        letters,
        failed,
        _person(person, zone) if person else None,
        _seats(connection, person_id, zone),
        _entries(connection, person_id, zone),
        count,
        _files(connection, telegram_id, zone),
        _requests(connection, telegram_id, zone),
        now.astimezone(zone),
    )


def _moment(text: str | None, zone: tzinfo) -> datetime | None:
    return parse(text).astimezone(zone) if text else None


def _person(row: tuple[Any, ...], zone: tzinfo) -> Row:
    person_id, name, language, joined, unreachable, paused = row
    return {
        "id": person_id,
        "name": name,
        "language": language,
        "joined": _moment(joined, zone),
        "unreachable": _moment(unreachable, zone),
        "paused": paused,
    }


def _seats(connection: sqlite3.Connection, person_id: int | None, zone: tzinfo) -> list[Row]:
    rows = connection.execute(
        "SELECT s.role, coalesce(u.name, r.name, p.name, ''), s.since, s.until, s.suspended_at"
        " FROM seats s LEFT JOIN units u ON u.id = s.unit_id LEFT JOIN regions r ON r.id = s.region_id"
        " LEFT JOIN provinces p ON p.code = s.province WHERE s.person_id = ? ORDER BY s.id",
        (person_id,),
    )
    return [
        {
            "role": role,
            "place": place,
            "since": _moment(since, zone),
            "until": _moment(until, zone),
            "suspended": _moment(suspended, zone),
        }
        for role, place, since, until, suspended in rows
    ]


def _entries(connection: sqlite3.Connection, person_id: int | None, zone: tzinfo) -> list[Row]:
    """Return their newest entries of the record with the words in them, the oldest of these first."""
    rows = connection.execute(
        "SELECT r.id, r.at, r.kind, u.short, r.indicator, r.body FROM record r"
        " LEFT JOIN units u ON u.id = r.unit_id WHERE r.person_id = ? ORDER BY r.id DESC LIMIT ?",
        (person_id, MOST),
    ).fetchall()
    return [
        {
            "id": entry_id,
            "at": _moment(at, zone),
            "kind": kind,
            "unit": unit,
            "indicator": indicator,
            "words": _words(orjson.loads(body)),
        }
        for entry_id, at, kind, unit, indicator, body in reversed(rows)
    ]


def _words(body: Row) -> list[str]:
    """Return the figures and the words of an entry, without who it is by."""
    answer = body.get("answer") or body.get("corrected") or {}
    figures = answer.get("inputs") or ({"": answer["value"]} if "value" in answer else {})
    shown = [f"{code} = {value}" if code else str(value) for code, value in figures.items()]
    return shown + [words for path, words in sealing.words_of(body) if path != "by"]


def _files(connection: sqlite3.Connection, telegram_id: int, zone: tzinfo) -> list[Row]:
    rows = connection.execute(
        "SELECT e.name, e.at, e.state, e.removed_at, u.short, e.indicator FROM evidence e"
        " JOIN units u ON u.id = e.unit_id WHERE e.chat_id = ? ORDER BY e.id",
        (telegram_id,),
    )
    return [
        {
            "name": name,
            "at": _moment(at, zone),
            "state": "removed" if removed else state,
            "unit": unit,
            "indicator": indicator,
        }
        for name, at, state, removed, unit, indicator in rows
    ]


def _requests(connection: sqlite3.Connection, telegram_id: int, zone: tzinfo) -> list[Row]:
    rows = connection.execute(
        "SELECT q.id, u.name, q.indicator, q.person, q.opened_at, q.answered_at FROM requests q"
        " JOIN units u ON u.id = q.unit_id WHERE q.telegram_id = ? ORDER BY q.id",
        (telegram_id,),
    )
    return [
        {
            "id": request_id,
            "unit": unit,
            "indicator": indicator,
            "name": name,
            "opened": _moment(opened, zone),
            "answered": _moment(answered, zone),
        }
        for request_id, unit, indicator, name, opened, answered in rows
    ]

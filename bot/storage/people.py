"""Persons, seats, invitations and where each chat stands."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Callable, Iterable
from datetime import date, datetime
from typing import Any

import orjson
from msgspec import Struct

from bot.clock import parse
from bot.storage import codec, open_invitations
from bot.storage.roster import Roster
from flows.model.facts import (
    Contact,
    Focus,
    Holder,
    Invitation,
    InvitationState,
    Person,
    Seat,
    Stage,
)
from flows.model.outreach import Sender
from flows.model.roles import Role
from messages import INDONESIAN
from scoring.replacing import replace

SEAT_COLUMNS = "s.id, s.role, s.unit_id, s.region_id, s.province"


def token_hash(token: str) -> str:
    """Hash an invitation's token, as it is kept; the token itself is only in the link."""
    return hashlib.sha256(token.encode()).hexdigest()


def seat_of(roster: Roster, row: tuple[Any, ...]) -> Seat:
    """Return a Seat from a row of SEAT_COLUMNS; the region of a unit's seat is the unit's."""
    seat_id, role, unit_id, region_id, province = row
    unit = roster.units[unit_id] if unit_id is not None else None
    region = roster.regions.get(unit.region_id if unit else region_id or 0)
    return Seat(seat_id, Role(role), unit, region, province)


class KnownSpeaker(Struct, frozen=True):
    """What is known of whoever writes: person and seats held now, and where the private chat stands.

    `next_entry` is the number that the next entry of the record will get.
    """

    focus: Focus
    person: Person | None
    seats: tuple[Seat, ...]
    next_entry: int


def who(connection: sqlite3.Connection, roster: Roster | None, telegram_id: int) -> KnownSpeaker:
    """Return all of it in one statement; without a roster nobody has a seat."""
    rows = connection.execute(
        "SELECT (SELECT coalesce(max(id), 0) + 1 FROM record), f.seat_id, f.turn, f.state,"
        f" p.id, p.name, p.unreachable_since, p.paused_until,"
        " iif(p.language_chosen_at IS NULL, NULL, p.language),"
        f" {SEAT_COLUMNS} FROM (SELECT ? AS id) me"
        " LEFT JOIN focus f ON f.chat_id = me.id LEFT JOIN persons p ON p.telegram_id = me.id"
        " LEFT JOIN seats s ON s.person_id = p.id AND s.until IS NULL AND s.suspended_at IS NULL"
        " ORDER BY s.id",
        (telegram_id,),
    ).fetchall()
    following, at_seat, turn, state, person_id, name, since, paused, language = rows[0][:9]
    focus = Focus() if state is None else _focus(at_seat, turn, orjson.loads(state), roster)
    if person_id is None or roster is None:
        return KnownSpeaker(focus, None, (), following)
    until = date.fromisoformat(paused) if paused else None
    person = Person(person_id, name, since is None, until, language or INDONESIAN)
    seats = tuple(seat_of(roster, row[9:]) for row in rows if row[9] is not None)
    return KnownSpeaker(focus, person, seats, following)


def contacts(
    connection: sqlite3.Connection, units: Iterable[int]
) -> dict[int, tuple[Contact, ...]]:
    """Return the persons who hold a seat of each unit."""
    by_unit: dict[int, tuple[Contact, ...]] = {}
    rows = connection.execute(
        "SELECT s.unit_id, p.name, p.telegram_id, s.id, p.unreachable_since FROM seats s"
        " JOIN persons p ON p.id = s.person_id"
        " WHERE s.until IS NULL AND s.suspended_at IS NULL AND s.role = 'contact'"
        " AND s.unit_id IN (SELECT value FROM json_each(?)) ORDER BY s.id",
        (orjson.dumps(list(units)).decode(),),
    )
    for unit_id, name, chat_id, seat_id, since in rows:
        by_unit[unit_id] = (
            *by_unit.get(unit_id, ()),
            Contact(name, chat_id, seat_id, since is None),
        )
    return by_unit


def reviewers(connection: sqlite3.Connection, roster: Roster, seat: Seat) -> tuple[Contact, ...]:
    """Return Bagian Hukum of a seat's region and the Kanwil of its province."""
    if seat.region is None:
        return ()
    rows = connection.execute(
        "SELECT p.name, p.telegram_id, s.id, p.unreachable_since FROM seats s"
        " JOIN persons p ON p.id = s.person_id WHERE s.until IS NULL"
        " AND s.suspended_at IS NULL AND ((s.role = 'coordinator' AND s.region_id = ?)"
        " OR (s.role = 'kanwil' AND s.province = ?)) ORDER BY s.id",
        (seat.region.id, roster.provinces[seat.region.id]),
    )
    return tuple(Contact(name, chat, number, since is None) for name, chat, number, since in rows)


def holders(
    connection: sqlite3.Connection, roster: Roster, regions: Iterable[int], province: str | None
) -> tuple[Holder, ...]:
    """Return every seat of these regions (and of the Kanwil of a province that is named), also suspended."""
    rows = connection.execute(
        f"SELECT {SEAT_COLUMNS}, p.name, p.telegram_id, p.unreachable_since, s.since, s.suspended_at"
        " FROM seats s JOIN persons p ON p.id = s.person_id LEFT JOIN units u ON u.id = s.unit_id"
        " WHERE s.until IS NULL AND (coalesce(u.region_id, s.region_id)"
        " IN (SELECT value FROM json_each(?)) OR s.province = ?)"
        " ORDER BY s.role = 'contact', s.region_id, s.unit_id, s.id",
        (orjson.dumps(list(regions)).decode(), province),
    )
    return tuple(
        Holder(
            seat_of(roster, row[:5]),
            Contact(row[5], row[6], row[0], row[7] is None),
            parse(row[8]).date(),
            row[9] is not None,
        )
        for row in rows
        if row[2] is None or row[2] in roster.units
    )


def change_seat(
    connection: sqlite3.Connection, seat_id: int, action: str, now: str
) -> dict[str, int]:
    """Suspend a seat, let it go on, or end it; returns how many of its open links ended with that."""
    column, value = {
        "suspend": ("suspended_at", now),
        "resume": ("suspended_at", None),
        "end": ("until", now),
    }[action]
    connection.execute(f"UPDATE seats SET {column} = ? WHERE id = ?", (value, seat_id))
    return {} if action == "resume" else open_invitations.void(connection, seat_id, now)


def invitation(
    connection: sqlite3.Connection,
    roster: Roster,
    token: str,
    person: Person | None,
    now: datetime,
) -> Invitation:
    """Return what the token of a link stands for, seen by this person at this time."""
    row = connection.execute(
        "SELECT i.id, i.role, i.unit_id, i.region_id, i.province, i.expires_at, i.used_at,"
        " i.revoked_at, s.person_id, s.until, i.replaces, p.name FROM invitations i"
        " LEFT JOIN seats s ON s.id = i.used_seat LEFT JOIN seats m ON m.id = i.created_by"
        " LEFT JOIN persons p ON p.id = m.person_id WHERE i.token_hash = ?",
        (token_hash(token),),
    ).fetchone()
    if row is None or row[7] is not None:
        return Invitation(InvitationState.UNKNOWN if row is None else InvitationState.REVOKED)
    if row[6] is not None:
        mine = person is not None and row[8] == person.id and row[9] is None
        return Invitation(InvitationState.MINE if mine else InvitationState.USED)
    if parse(row[5]) <= now:
        return Invitation(InvitationState.EXPIRED)
    if person is not None and (why := open_invitations.barred(connection, person.id, row[0])):
        return Invitation(why)
    upcoming = connection.execute("SELECT coalesce(max(id), 0) + 1 FROM seats").fetchone()[0]
    seat = seat_of(roster, (upcoming, *row[1:5]))
    replaced = _holder(connection, row[10])
    return Invitation(InvitationState.VALID, row[0], seat, replaced, row[11])


def holder(
    connection: sqlite3.Connection, roster: Roster, seat_id: int
) -> tuple[Seat, Contact] | None:
    """Return a seat with whoever holds it; None where nobody does any more, or it is suspended."""
    row = connection.execute(
        f"SELECT {SEAT_COLUMNS} FROM seats s WHERE s.id = ? AND s.suspended_at IS NULL", (seat_id,)
    ).fetchone()
    contact = _holder(connection, seat_id)
    return (seat_of(roster, row), contact) if row and contact else None


def sender(connection: sqlite3.Connection, roster: Roster, seat_id: int) -> Sender | None:
    """Return who signs what was sent from a seat, whether or not it is held to this day."""
    row = connection.execute(
        f"SELECT {SEAT_COLUMNS}, p.name FROM seats s JOIN persons p ON p.id = s.person_id"
        " WHERE s.id = ?",
        (seat_id,),
    ).fetchone()
    if row is None:
        return None
    seat = seat_of(roster, row[:5])
    return Sender(row[5], seat.role, seat.region.name if seat.region else None)


def _holder(connection: sqlite3.Connection, seat_id: int | None) -> Contact | None:
    """Return who holds the seat that an invitation hands over; None where nobody does any more."""
    row = connection.execute(
        "SELECT p.name, p.telegram_id, s.id, p.unreachable_since FROM seats s"
        " JOIN persons p ON p.id = s.person_id WHERE s.id = ? AND s.until IS NULL",
        (seat_id,),
    ).fetchone()
    return None if row is None else Contact(row[0], row[1], row[2], row[3] is None)


def create_invitation(
    connection: sqlite3.Connection, token: str, expires_at: str, now: str, fields: dict[str, Any]
) -> int:
    """Store a one-time link; `fields` are role, unit_id, region_id, province, label, created_by."""
    cursor = connection.execute(
        "INSERT INTO invitations (token_hash, role, unit_id, region_id, province, label, created_by,"
        " created_at, expires_at, replaces) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            token_hash(token),
            fields["role"],
            fields.get("unit_id"),
            fields.get("region_id"),
            fields.get("province"),
            fields["label"],
            fields.get("created_by"),
            now,
            expires_at,
            fields.get("replaces"),
        ),
    )
    return cursor.lastrowid or 0


def take_seat(
    connection: sqlite3.Connection,
    invitation_id: int,
    telegram_id: int,
    name: str,
    language: str,
    now: str,
) -> tuple[int, int]:
    """Make the person (where new) and the seat, and burn the link; returns their ids."""
    connection.execute(
        "INSERT INTO persons (telegram_id, name, language, joined_at) VALUES (?, ?, ?, ?)"
        " ON CONFLICT (telegram_id) DO UPDATE SET name = excluded.name",
        (telegram_id, name, language, now),
    )
    person_id: int = connection.execute(
        "SELECT id FROM persons WHERE telegram_id = ?", (telegram_id,)
    ).fetchone()[0]
    cursor = connection.execute(
        "INSERT INTO seats (person_id, role, unit_id, region_id, province, since)"
        " SELECT ?, role, unit_id, region_id, province, ? FROM invitations WHERE id = ?",
        (person_id, now, invitation_id),
    )
    seat_id = cursor.lastrowid or 0
    connection.execute(
        "UPDATE invitations SET used_at = ?, used_seat = ? WHERE id = ?",
        (now, seat_id, invitation_id),
    )
    replaced = connection.execute(
        "UPDATE seats SET until = ? WHERE until IS NULL"
        " AND id = (SELECT replaces FROM invitations WHERE id = ?) RETURNING id",
        (now, invitation_id),
    ).fetchone()
    if replaced is not None:
        open_invitations.void(connection, replaced[0], now)
    return person_id, seat_id


def everyone(connection: sqlite3.Connection) -> list[tuple[int, str]]:
    """Return Telegram ids and names of all who have ever joined."""
    return connection.execute("SELECT telegram_id, name FROM persons ORDER BY id").fetchall()


def set_reachable(connection: sqlite3.Connection, telegram_id: int, since: str | None) -> bool:
    """Note since when messages do not arrive (None: they do); True where that is news."""
    cursor = connection.execute(
        "UPDATE persons SET unreachable_since = ? WHERE telegram_id = ?"
        " AND (unreachable_since IS NULL) <> (? IS NULL)",
        (since, telegram_id, since),
    )
    return cursor.rowcount > 0


def read_focus(connection: sqlite3.Connection, chat_id: int) -> Focus:
    """Return where the chat stands; the beginning where it is new."""
    row = connection.execute(
        "SELECT seat_id, turn, state FROM focus WHERE chat_id = ?", (chat_id,)
    ).fetchone()
    return Focus() if row is None else focus_from(row[0], row[1], orjson.loads(row[2]))


def _focus(seat_id: int | None, turn: int, state: dict[str, Any], roster: Roster | None) -> Focus:
    """Return where the chat stands; what was open in another period is over, and so are its buttons.

    Else a figure typed for last year would be saved for this one.
    """
    if roster is not None and state.get("period", roster.period.id) != roster.period.id:
        return Focus(seat_id=seat_id, turn=turn + 1)
    return focus_from(seat_id, turn, state)


def _pairs(stored: list[list[Any]]) -> tuple[tuple[Any, ...], ...]:
    return tuple((number, text) for number, text in stored)


_AS_FOCUS: dict[str, Callable[[Any], Any]] = {
    "stage": Stage,
    "readings": tuple,
    "doubted": tuple,
    "held": tuple,
    "ticked": tuple,
    "heard": _pairs,
    "marks": codec.marks_from_json,
}
"""What is not kept as JSON gives it."""
_AT_THE_BEGINNING = Focus()
_KEPT = frozenset(Focus.__struct_fields__) - {"seat_id", "turn"}


def focus_from(seat_id: int | None, turn: int, state: dict[str, Any]) -> Focus:
    """Return a Focus from its stored form; a key that this version does not know is left out."""
    kept = {
        name: _AS_FOCUS[name](value) if name in _AS_FOCUS else value
        for name, value in state.items()
        if name in _KEPT
    }
    return replace(_AT_THE_BEGINNING, seat_id=seat_id, turn=turn, **kept)


def write_focus(
    connection: sqlite3.Connection,
    chat_id: int,
    focus: Focus,
    now: str,
    period_id: int | None = None,
) -> None:
    """Keep where a chat stands, and in which period."""
    state = {
        "period": period_id,
        "stage": focus.stage,
        "indicator": focus.indicator,
        "input": focus.input,
        "inputs": focus.inputs,
        "value": focus.value,
        "absence": focus.absence,
        "readings": focus.readings,
        "reason": focus.reason,
        "base": focus.base,
        "typed": focus.typed,
        "kept": focus.kept,
        "heard": focus.heard,
        "ticked": focus.ticked,
        "behind": focus.behind,
        "marks": codec.marks_to_json(focus.marks),
        "note": focus.note,
        "review": focus.review,
        "doubted": focus.doubted,
        "request": focus.request,
        "source": focus.source,
        "held": focus.held,
        "document": focus.document,
    }
    lean = {key: value for key, value in state.items() if value}
    connection.execute(
        "INSERT INTO focus (chat_id, seat_id, turn, state, at) VALUES (?, ?, ?, ?, ?)"
        " ON CONFLICT (chat_id) DO UPDATE SET seat_id = excluded.seat_id, turn = excluded.turn,"
        " state = excluded.state, at = excluded.at",
        (chat_id, focus.seat_id, focus.turn, orjson.dumps(lean).decode(), now),
    )

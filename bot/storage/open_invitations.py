"""Open invitations: whom they hang on, who may take them back, and when they end with a seat."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from datetime import tzinfo

import orjson

from bot.clock import parse
from bot.storage.roster import Roster
from flows.model.facts import Contact, InvitationState, Seat
from flows.model.links import OpenLink
from flows.model.roles import Role

PLACE = (
    " LEFT JOIN units u ON u.id = {0}.unit_id"
    " LEFT JOIN regions g ON g.id = coalesce(u.region_id, {0}.region_id)"
)


def open_links(
    connection: sqlite3.Connection,
    roster: Roster,
    zone: tzinfo,
    now: str,
    regions: Iterable[int],
    province: str | None,
) -> tuple[OpenLink, ...]:
    """Return what can still be opened for these regions (and for the Kanwil, where a province is named)."""
    rows = connection.execute(
        "SELECT i.id, i.role, i.unit_id, i.region_id, i.created_at, i.expires_at, mp.name,"
        " i.created_by, i.replaces, rp.name FROM invitations i"
        f"{PLACE.format('i')}"
        " LEFT JOIN seats m ON m.id = i.created_by LEFT JOIN persons mp ON mp.id = m.person_id"
        " LEFT JOIN seats r ON r.id = i.replaces LEFT JOIN persons rp ON rp.id = r.person_id"
        " WHERE i.used_at IS NULL AND i.revoked_at IS NULL AND i.expires_at > ?"
        " AND (g.id IN (SELECT value FROM json_each(?)) OR i.province = ?)"
        " ORDER BY i.role = 'contact', i.id DESC",
        (now, orjson.dumps(list(regions)).decode(), province),
    )
    return tuple(
        OpenLink(
            number,
            Role(role),
            unit_id,
            region_id,
            _where(roster, unit_id, region_id),
            parse(made).astimezone(zone).date(),
            parse(until).astimezone(zone).date(),
            *more,
        )
        for number, role, unit_id, region_id, made, until, *more in rows
        if unit_id is None or unit_id in roster.units
    )


def _where(roster: Roster, unit_id: int | None, region_id: int | None) -> str | None:
    if unit_id is not None:
        return roster.units[unit_id].short
    return roster.regions[region_id].name if region_id in roster.regions else None


def revoke(connection: sqlite3.Connection, invitation_id: int, now: str) -> None:
    """Revoke a link: nobody can open it any more."""
    connection.execute(
        "UPDATE invitations SET revoked_at = ? WHERE id = ? AND used_at IS NULL",
        (now, invitation_id),
    )


def void(connection: sqlite3.Connection, seat_id: int, now: str) -> dict[str, int]:
    """End the open links that a seat made which nobody holds any more, and that would replace it.

    Notes on the seat up to which link its person gets no seat by an older one. Returns how many
    invitations and one-question links were ended.
    """
    invitations = connection.execute(
        "UPDATE invitations SET revoked_at = ? WHERE used_at IS NULL AND revoked_at IS NULL"
        " AND expires_at > ? AND (created_by = ? OR replaces = ?)",
        (now, now, seat_id, seat_id),
    ).rowcount
    questions = connection.execute(
        "UPDATE requests SET revoked_at = ? WHERE made_by = ? AND answered_at IS NULL"
        " AND revoked_at IS NULL AND expires_at > ?",
        (now, seat_id, now),
    ).rowcount
    connection.execute(
        "UPDATE seats SET last_link = (SELECT max(id) FROM invitations) WHERE id = ?", (seat_id,)
    )
    return {"links": invitations, "questions": questions}


def barred(
    connection: sqlite3.Connection, person_id: int, invitation_id: int
) -> InvitationState | None:
    """Return why an open link gives this person no seat: their own one is suspended, or outlived it.

    A seat that was ended bars every older link of the province; one that was handed over those of its
    own place, for who moves to another office has done nothing wrong.
    """
    row = connection.execute(
        "SELECT max(s.until IS NULL) FROM invitations i"
        " LEFT JOIN units iu ON iu.id = i.unit_id"
        " LEFT JOIN regions ig ON ig.id = coalesce(iu.region_id, i.region_id)"
        f" JOIN seats s ON s.person_id = ?{PLACE.format('s')}"
        " WHERE i.id = ? AND coalesce(s.province, g.province) = coalesce(i.province, ig.province)"
        " AND CASE WHEN s.until IS NULL THEN s.suspended_at IS NOT NULL"
        " ELSE s.last_link >= i.id AND (NOT EXISTS (SELECT 1 FROM invitations h"
        " WHERE h.replaces = s.id AND h.used_at = s.until)"
        " OR (s.role = i.role AND s.unit_id IS i.unit_id AND s.region_id IS i.region_id)) END",
        (person_id, invitation_id),
    ).fetchone()
    if row[0] is None:
        return None
    return InvitationState.SUSPENDED if row[0] else InvitationState.OUTLIVED


def watchers(
    connection: sqlite3.Connection, roster: Roster, seat: Seat, invitation_id: int
) -> tuple[Contact, ...]:
    """Return who hears of a seat taken: Kanwil and administrators of its province, who made the link."""
    province = seat.province or (roster.provinces[seat.region.id] if seat.region else None)
    rows = connection.execute(
        "SELECT p.name, p.telegram_id, s.id, p.unreachable_since FROM seats s"
        " JOIN persons p ON p.id = s.person_id WHERE s.until IS NULL AND s.suspended_at IS NULL"
        " AND ((s.role IN ('kanwil', 'admin') AND s.province = ?)"
        " OR s.id = (SELECT created_by FROM invitations WHERE id = ?)) ORDER BY s.id",
        (province, invitation_id),
    )
    by_chat: dict[int, Contact] = {}
    for name, chat, seat_id, since in rows:
        by_chat.setdefault(chat, Contact(name, chat, seat_id, since is None))
    return tuple(by_chat.values())

"""Who holds seats, which links are open, who is told of changes: what staff oversee, scoped by their seat."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from bot.storage import arrivals, links, people
from bot.storage.roster import Roster
from flows.engine import Need
from flows.facts import Contact, Holder, Invitation, Seat
from flows.links import OpenLink
from flows.roles import Role


def overseen(
    connection: sqlite3.Connection,
    roster: Roster,
    now: datetime,
    seat: Seat | None,
    wanted: Collection[Need],
    invited: Invitation | None,
) -> dict[str, Any]:
    """The facts `holders`, `links`, `watchers`, `muted`, as wanted; `now` in the zone of the installation."""
    found: dict[str, Any] = {"watchers": watchers(connection, roster, invited)}
    if seat and Need.HOLDERS in wanted:
        found["holders"] = holders(connection, roster, seat)
    if seat and Need.LINKS in wanted:
        found["links"] = open_links(connection, roster, now, seat)
    if seat and Need.MUTED in wanted:
        found["muted"] = arrivals.is_muted(connection, seat.id)
    return found


def holders(connection: sqlite3.Connection, roster: Roster, seat: Seat) -> tuple[Holder, ...]:
    """Seats of the own region, or of the own province with the Kanwil's."""
    return people.holders(connection, roster, *_scope(roster, seat))


def open_links(
    connection: sqlite3.Connection, roster: Roster, now: datetime, seat: Seat
) -> tuple[OpenLink, ...]:
    """Invitations of the same scope that nobody has opened."""
    return links.open_links(connection, roster, now, *_scope(roster, seat))


def watchers(
    connection: sqlite3.Connection, roster: Roster, invited: Invitation | None
) -> tuple[Contact, ...]:
    """Who is told that this link was taken."""
    if invited is None or invited.seat is None:
        return ()
    return links.watchers(connection, roster, invited.seat, invited.id)


def guardians(
    connection: sqlite3.Connection, roster: Roster, seats: Sequence[Seat]
) -> dict[int, tuple[Contact, ...]]:
    """Who is told, by seat, when the speaker's messages stop or start to arrive."""
    return {seat.id: people.reviewers(connection, roster, seat) for seat in seats if seat.unit}


def _scope(roster: Roster, seat: Seat) -> tuple[list[int], str | None]:
    """The regions of a staff seat, and the province whose Kanwil it may see."""
    if seat.role == Role.COORDINATOR:
        return [seat.region.id] if seat.region else [], None
    regions = [number for number, code in roster.provinces.items() if code == seat.province]
    return regions, seat.province

"""Who holds seats, which links are open, who is told of changes: what staff oversee, scoped by their seat."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from datetime import datetime, tzinfo
from typing import assert_never

from bot.clock import iso
from bot.storage import open_invitations, people
from bot.storage.roster import Roster
from flows.model.facts import Contact, Holder, Invitation, Seat
from flows.model.links import OpenLink
from flows.model.roles import Role


def holders(connection: sqlite3.Connection, roster: Roster, seat: Seat) -> tuple[Holder, ...]:
    """Return the seats of the own region, or of the own province with the Kanwil's."""
    return people.holders(connection, roster, *_scope(roster, seat))


def open_links(
    connection: sqlite3.Connection, roster: Roster, now: datetime, zone: tzinfo, seat: Seat
) -> tuple[OpenLink, ...]:
    """Return invitations of the same scope that nobody has opened."""
    return open_invitations.open_links(connection, roster, zone, iso(now), *_scope(roster, seat))


def watchers(
    connection: sqlite3.Connection, roster: Roster, invited: Invitation
) -> tuple[Contact, ...]:
    """Return who is told that this link was taken."""
    if invited.seat is None:
        return ()
    return open_invitations.watchers(connection, roster, invited.seat, invited.id)


def guardians(
    connection: sqlite3.Connection, roster: Roster, seats: Sequence[Seat]
) -> dict[int, tuple[Contact, ...]]:
    """Return who is told, by seat, when the speaker's messages stop or start to arrive."""
    return {seat.id: people.reviewers(connection, roster, seat) for seat in seats if seat.unit}


def regions_of(roster: Roster, seat: Seat) -> list[int]:
    """Return the regions that a seat may see, in the order of the roster."""
    match seat.role:
        case Role.CONTACT:
            return []
        case Role.COORDINATOR | Role.SECRETARY:
            return [seat.region.id] if seat.region else []
        case Role.READER if seat.region is not None:
            return [seat.region.id]
        case Role.READER | Role.BUREAU | Role.KANWIL | Role.ADMIN:
            return [
                region for region in roster.regions if roster.provinces[region] == seat.province
            ]
        case _:
            assert_never(seat.role)


def _scope(roster: Roster, seat: Seat) -> tuple[list[int], str | None]:
    """Return the regions of a staff seat, and the province whose Kanwil it may see."""
    return regions_of(roster, seat), seat.province

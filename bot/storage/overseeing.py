"""Who holds seats, which links are open, who is told of changes: what staff oversee, scoped by their seat."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, tzinfo

from bot.clock import iso
from bot.storage import extensions, links, people
from bot.storage.roster import Roster
from flows.model.facts import Contact, Facts, Holder, Invitation, Seat
from flows.model.links import OpenLink
from flows.model.roles import Role
from flows.model.routes import Need


def holders(connection: sqlite3.Connection, roster: Roster, seat: Seat) -> tuple[Holder, ...]:
    """Seats of the own region, or of the own province with the Kanwil's."""
    return people.holders(connection, roster, *_scope(roster, seat))


def open_links(
    connection: sqlite3.Connection, roster: Roster, now: datetime, zone: tzinfo, seat: Seat
) -> tuple[OpenLink, ...]:
    """Invitations of the same scope that nobody has opened."""
    return links.open_links(connection, roster, zone, iso(now), *_scope(roster, seat))


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


def overseen(
    facts: Facts,
    connection: sqlite3.Connection,
    roster: Roster,
    zone: tzinfo,
    wanted: frozenset[Need],
    *,
    changes: bool,
) -> Facts:
    """The facts with holders, open links, and whom a change of reach or a joining concerns, as needed."""
    seat = facts.seat
    if facts.invitation is not None:
        facts = replace(facts, watchers=watchers(connection, roster, facts.invitation))
    if changes:
        facts = replace(facts, guardians=guardians(connection, roster, facts.seats))
    if seat is not None and seat.region is not None and Need.EXTENSION in wanted:
        facts = replace(facts, granters=extensions.granters(connection, roster, seat.region.id))
    if seat is not None and Need.HOLDERS in wanted:
        facts = replace(facts, holders=holders(connection, roster, seat))
    if seat is not None and Need.LINKS in wanted:
        facts = replace(facts, links=open_links(connection, roster, facts.now, zone, seat))
    return facts

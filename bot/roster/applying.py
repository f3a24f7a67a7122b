"""Brings a database to what a roster says, in one transaction; what is so already stays untouched.

All of it is worked out before SQLite's writer is taken, for others wait meanwhile; what is overtaken is
worked out anew.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from typing import Any

from msgspec import Struct

from bot.roster.offices import Offices
from bot.roster.period_setup import PeriodDone, SetupAuthor, Wanted, set_up_period
from bot.roster.plan import ParsedRoster
from bot.roster.result import Link, SetupResult
from bot.roster.roster_refusals import SetupError
from bot.roster.seats import link_root
from bot.storage import record, roster_rows
from bot.storage.database import in_transaction
from bot.storage.record import Sealed
from bot.storage.roster_rows import PlanBasis, Statements
from flows.model.record_kinds import EntryKind
from scoring.replacing import replace

__all__ = ["SetupAuthor", "SetupError", "SetupPlan", "apply_roster", "foretold", "prepared"]
TRIES = 3
"""How often a plan that something has overtaken is made anew before the writer is held for it."""


class OvertakenError(Exception):
    """What a plan rests on has changed since it was made."""


class SetupPlan(Struct, frozen=True):
    """What a setup does, ready to be written; `heard` are the units whose answers it looked at."""

    wanted: Wanted
    period: PeriodDone
    result: SetupResult
    statements: Statements
    entry: Sealed | None
    basis: PlanBasis
    heard: frozenset[int]

    def write(self, connection: sqlite3.Connection) -> SetupResult:
        """Write it inside the transaction that is open, and return what was done.

        Raises OvertakenError, in the midst of it, where it is no longer true, and SetupError.
        """
        if not self.basis.holds(connection, self.heard):
            raise OvertakenError
        if set_up_period(connection, self.wanted) != self.period:
            raise OvertakenError
        self.write_offices(connection)
        return self.result

    def write_offices(self, connection: sqlite3.Connection) -> None:
        """Write all but the period."""
        roster_rows.write(connection, self.statements)
        if self.entry is not None:
            record.append_sealed(connection, self.entry)


def apply_roster(
    connection: sqlite3.Connection,
    roster: ParsedRoster,
    *,
    now: datetime,
    bot_username: str | None,
    new_links: bool = False,
    author: SetupAuthor | None = None,
    keep: Callable[[Sequence[Link]], None] = lambda _: None,
    aside: Callable[[Callable[[], SetupPlan]], SetupPlan] = lambda work: work(),
) -> SetupResult:
    """Apply the roster; inside the transaction that is open, else in one of its own.

    `now` is told in the zone of the installation: its day decides which period is at work. `keep` is given
    the links before they are committed, once more where they had to be made anew; `aside` does what takes
    long and holds no lock.
    Raises SetupError, having written nothing in a transaction of its own.
    """
    wanted = Wanted(roster, now, link_root(bot_username), new_links, author)

    def at_once(_: object) -> SetupResult:
        plan = _planned(connection, wanted, set_up_period(connection, wanted))
        keep(plan.result.links)
        plan.write_offices(connection)
        return plan.result

    if connection.in_transaction:
        return at_once(connection)
    for _ in range(TRIES):
        # It holds the writer for a moment, so it is no part of what stands aside.
        period = _rehearsed(connection, wanted)
        try:
            plan = aside(partial(_staged, connection, wanted, period))
            keep(plan.result.links)
            return in_transaction(connection, plan.write)
        except OvertakenError:
            continue
        finally:
            roster_rows.unstage(connection)
    return in_transaction(connection, at_once)


def prepared(connection: sqlite3.Connection, wanted: Wanted) -> SetupPlan:
    """Return the plan of a setup. Raises SetupError.

    The period is written and taken back, which is over at once; of the rest nothing is. Inside an open
    transaction it is as true as that.
    """
    if connection.in_transaction:
        connection.execute("SAVEPOINT foretold")
        try:
            period = set_up_period(connection, wanted)
        finally:
            connection.execute("ROLLBACK TO foretold")
            connection.execute("RELEASE foretold")
        return _planned(connection, wanted, period)
    return _aside(connection, wanted, _rehearsed(connection, wanted))


def _rehearsed(connection: sqlite3.Connection, wanted: Wanted) -> PeriodDone:
    """Write the period and take it back."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        return set_up_period(connection, wanted)
    finally:
        if connection.in_transaction:
            connection.execute("ROLLBACK")


def _aside(connection: sqlite3.Connection, wanted: Wanted, period: PeriodDone) -> SetupPlan:
    """Work out all that follows the period from one snapshot; no writer is held."""
    connection.execute("BEGIN")
    try:
        return _planned(connection, wanted, period)
    finally:
        connection.execute("ROLLBACK")


def _staged(connection: sqlite3.Connection, wanted: Wanted, period: PeriodDone) -> SetupPlan:
    plan = _aside(connection, wanted, period)
    return replace(plan, statements=roster_rows.stage(connection, plan.statements))


def foretold(connection: sqlite3.Connection, roster: ParsedRoster, *, now: datetime) -> SetupResult:
    """Return what `apply_roster` would do, without doing it; inside the open transaction.

    Raises SetupError as it would.
    """
    return prepared(connection, Wanted(roster, now, link_root(None))).result


def _planned(connection: sqlite3.Connection, wanted: Wanted, period: PeriodDone) -> SetupPlan:
    """Work out all that follows the period; only reads."""
    basis = PlanBasis.read(connection)
    offices = Offices(connection, wanted, period.id)
    offices.run()
    result = _joined(period.result, offices.result)
    entry = None
    if result.is_effective:
        details = _details(wanted, period, result)
        entry = record.sealed(wanted.entry(period.id, EntryKind.SETUP, details))
    heard = frozenset(offices.heard)
    return SetupPlan(wanted, period, result, offices.rows.ready(), entry, basis, heard)


def _joined(first: SetupResult, second: SetupResult) -> SetupResult:
    same = first.same.copy()
    same.update(second.same)  # a sum would leave out what is none
    return SetupResult(
        first.created + second.created,
        first.changed + second.changed,
        first.left + second.left,
        first.proposed + second.proposed,
        first.links + second.links,
        same,
    )


def _details(wanted: Wanted, period: PeriodDone, result: SetupResult) -> dict[str, Any]:
    details: dict[str, Any] = {
        "by": "setup",
        "created": [str(item) for item in result.created],
        "changed": [str(item) for item in result.changed],
        "links": len(result.links),
        "roster": wanted.roster.digest,
        "instrument": period.instrument,
    }
    if result.proposed:
        details["proposed"] = [str(item) for item in result.proposed]
        details["proposed_from"] = wanted.roster.period.instrument.hash
    if author := wanted.author:
        sent = {"name": author.file, "sha256": author.digest}
        details |= {"by": author.name, "file": sent}
    return details

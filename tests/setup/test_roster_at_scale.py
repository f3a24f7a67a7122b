"""A roster of a whole country: no look at each office goes through all of them."""

from __future__ import annotations

import sqlite3

from bot.roster import apply_roster, load_roster
from bot.roster.plan import ParsedRoster
from tests.setup.rosters import NOW, SMALL

ONCE = ("provinces", "periods", "regions", "instruments", "migrations")
"""Tables that do not grow with the offices."""


def scans(
    db: sqlite3.Connection, roster: ParsedRoster, *, new_links: bool = False
) -> dict[str, str]:
    """The statements of a setup that go through a table of offices row by row, each with its plan."""
    statements: list[str] = []
    db.set_trace_callback(statements.append)
    apply_roster(db, roster, now=NOW, bot_username="ham_bot", new_links=new_links)
    db.set_trace_callback(None)
    slow = {}
    for statement in statements:
        if statement.split(" ")[0] not in ("SELECT", "UPDATE", "DELETE"):
            continue
        for *_, plan in db.execute(f"EXPLAIN QUERY PLAN {statement}"):
            # a look by office that goes through the table; one look at all of them is meant
            by_office = "unit_id =" in statement or "unit_id IS" in statement
            if plan.startswith("SCAN") and by_office and plan.split()[1] not in ONCE:
                slow[statement] = plan
    return slow


def test_what_is_asked_for_each_office_is_found_by_an_index(db: sqlite3.Connection) -> None:
    roster = load_roster(SMALL)
    assert scans(db, roster) == {}
    assert scans(db, roster) == {}
    assert scans(db, roster, new_links=True) == {}

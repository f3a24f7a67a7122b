"""Every reminder of a period, by plan and by hand: sent, withheld or lapsed, and why."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from datetime import date
from typing import assert_never

from bot.export.export_scope import ExportScope
from bot.export.table import NARROW, Table, TableCell, made
from bot.storage import log
from flows.model.reminder_kinds import Occasion, ReminderKind
from messages.export_words import words

COLUMNS = {
    "line": NARROW, "at": 20, "zone": 8, "region": 20, "unit": 24, "contact": 24, "seat": 10,
    "kind": 28, "day": NARROW, "outcome": NARROW, "reason": 36, "sender": 24, "campaign": NARROW,
}  # fmt: skip
CODES = ("period", "region_code", "unit_code", "kind_code", "outcome_code", "reason_code")


def table(connection: sqlite3.Connection, scope: ExportScope) -> Table:
    """Return the log of reminders as a table."""
    return made("reminders", COLUMNS, _rows(connection, scope), codes=CODES)


def _rows(connection: sqlite3.Connection, scope: ExportScope) -> Iterator[dict[str, TableCell]]:
    seats = log.seats(connection)
    for reminder in log.reminders(connection, scope.roster.period.id):
        region_id = scope.region_of(reminder.unit_id, None)
        moment, zone = scope.local(reminder.at, region_id)
        if not scope.holds(moment, region_id) or scope.unit_id not in (None, reminder.unit_id):
            continue
        region, unit = scope.place(reminder.unit_id, None)
        contact, sender = seats.get(reminder.seat_id or 0), seats.get(reminder.sender or 0)
        yield {
            "line": reminder.campaign_id,
            "at": moment,
            "zone": zone,
            "region": region,
            "unit": unit,
            "contact": scope.typed(contact.name) if contact else None,
            "seat": reminder.seat_id,
            "kind": kind(reminder.kind),
            "day": date.fromisoformat(reminder.day),
            "outcome": words_of("outcomes", reminder.outcome),
            "reason": words_of("reasons", reminder.reason) if reminder.reason else None,
            "sender": scope.typed(sender.name) if sender else None,
            "campaign": reminder.campaign,
            "period": scope.roster.period.code,
            "region_code": scope.roster.regions[region_id or 0].code,
            "unit_code": scope.roster.units[reminder.unit_id].code,
            "kind_code": str(reminder.kind),
            "outcome_code": reminder.outcome,
            "reason_code": reminder.reason,
        }


def words_of(pile: str, code: str) -> str:
    """Return a code in words; what has none (an error as Telegram words it) stays as it is."""
    return str(words()[pile].get(code, code))


def kind(of: ReminderKind) -> str:
    """Return a kind of reminder in words."""
    match of.occasion:
        case Occasion.PLAN:
            code = "on" if of.days == 0 else "before" if of.days < 0 else "after"
        case Occasion.NUDGE | Occasion.PROMISE | Occasion.MANUAL:
            code = of.occasion.value
        case _:
            assert_never(of.occasion)
    return str(words()["reminder_kinds"][code]).format(days=abs(of.days))

"""A small roster that tests edit, and what they look at in a database."""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime

from bot.storage import people, record
from flows.model.record_kinds import EntryKind

NOW = datetime(2017, 2, 1, 2, 0, tzinfo=UTC)
SMALL = """\
period:
  code: "2017"
  instrument: permenkumham-25-2013
  data_year: 2016
  opens: 2017-02-01
  deadline: 2017-03-31
  verification_deadline: 2017-05-15
institution:
  name: Kanwil
  help_contact: Bidang HAM, 021-1234567
province:
  code: "31"
  name: DKI Jakarta
regions:
  - code: "31.71"
    kind: kota
    name: Jakarta Pusat
    zone: WIB
    aliases: [jakpus]
    units:
      - code: sudinkes
        name: Suku Dinas Kesehatan
        short: Sudinkes
        aliases: [dinkes]
        owes: [1, 2, 3, 4, 5, 6, 7, 8, 9]
      - code: sudinsos
        name: Suku Dinas Sosial
        short: Sudinsos
        owes: [9, 10, 11, 12, 13, 14, 15, 16, 17]
      - code: bagkum
        name: Bagian Hukum
        short: Bagkum
        role: coordinator
staff:
  - name: Rina
    role: kanwil
  - name: Budi
    role: admin
"""


def dump(connection: sqlite3.Connection) -> list[str]:
    """Everything in every table."""
    return list(connection.iterdump())


def unit_id(connection: sqlite3.Connection, code: str) -> int:
    number: int = connection.execute("SELECT id FROM units WHERE code = ?", (code,)).fetchone()[0]
    return number


def answer(connection: sqlite3.Connection, code: str, indicator: int) -> None:
    """Put an answer of a unit on record."""
    record.append(
        connection,
        record.Entry(
            1,
            EntryKind.ANSWER,
            "2017-02-02T00:00:00Z",
            unit_id=unit_id(connection, code),
            indicator=indicator,
            revision=1,
            details={"answer": {"value": "1"}, "reason": None, "by": "A"},
        ),
    )


def join(connection: sqlite3.Connection, token: str, telegram_id: int = 7) -> None:
    """Take the seat of a link."""
    number = connection.execute(
        "SELECT id FROM invitations WHERE token_hash = ?", (people.token_hash(token),)
    ).fetchone()[0]
    people.take_seat(connection, number, telegram_id, "A", "id", "2017-02-02T00:00:00Z")

"""Carries a record of before over to sealed bodies: each entry gets a seal, one entry says what was carried.

The hashes stay as they are, for papers and noted heads name them. Beside them runs a second chain over the
same entries, with commitments for names and words; its last hash is in that entry. So words can be erased.
"""

from __future__ import annotations

import sqlite3

import orjson

from bot.storage import chain, record, sealing
from bot.storage.sealing import Seal
from flows.model.record_kinds import EntryKind


def carry_over(connection: sqlite3.Connection) -> None:
    """Append to each period's chain how many entries were carried over, and both last hashes."""
    connection.execute("UPDATE record SET seal = lower(hex(randomblob(16)))")
    (now,) = connection.execute("SELECT strftime('%Y-%m-%dT%H:%M:%SZ', 'now')").fetchone()
    heads: dict[int, tuple[int, str, str]] = {}
    rows = connection.execute("SELECT period_id, body, hash, seal FROM record ORDER BY id")
    for period_id, body, value, seal in rows:
        count, _, carried = heads.get(period_id, (0, "", ""))
        closed = sealing.sealed(orjson.loads(body), Seal.parse(seal))
        heads[period_id] = (count + 1, value, chain.digest(carried, closed))
    for period_id, (count, head, carried) in heads.items():
        details = {"by": "upgrade", "count": count, "head": head, "carried": carried}
        entry = record.Entry(period_id, EntryKind.CARRIED, now, details=details)
        record.append(connection, entry)

"""What one update asks of the database touches the rows of its own office, however much is stored."""

from __future__ import annotations

import re
import sqlite3

from tests.support.talk import RINA, SITI, Talk

WALKS = re.compile(r"SCAN (record|evidence|units|assignments|persons|seats|focus|outbox|handled)\b")


def plans(path: str, statements: set[str]) -> dict[str, list[str]]:
    connection = sqlite3.connect(path)
    try:
        return {
            one: [row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {one}")]
            for one in statements
            if one.startswith(("SELECT", "WITH", "UPDATE", "INSERT"))
        }
    finally:
        connection.close()


async def test_no_statement_of_a_contact_walks_through_a_table(talk: Talk) -> None:
    await talk.types(RINA, "/start HUKUM")
    await talk.types(SITI, "/start KES", "/lanjut", "12 dari 14.250", "simpan")
    asked: set[str] = set()
    database = talk.dispatcher.database
    await database.read(lambda connection: connection.set_trace_callback(asked.add))
    await talk.types(SITI, "/lanjut", "3 dari 14.250", "simpan", "/kategori", "/ringkasan", "/jeda")
    await database.read(lambda connection: connection.set_trace_callback(None))
    plan_lines = plans(str(talk.path), asked)
    assert any("record_notes" in line for plan in plan_lines.values() for line in plan)
    for statement, plan in plan_lines.items():
        assert not [line for line in plan if WALKS.search(line)], (statement, plan)
        if any("record_by_period" in line for line in plan):
            assert statement.endswith("ORDER BY id DESC LIMIT 1"), (statement, plan)

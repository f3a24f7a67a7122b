"""A country of offices in a database, each with a contact who has joined and has a question open."""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime
from pathlib import Path

import orjson

from benchmarks.period_days import running_days
from bot.clock import iso
from bot.storage import people
from bot.storage.database import connect, in_transaction
from flows.model.facts import Focus, Stage
from messages.environment import angka
from scoring import Instrument, load_bundled
from scoring.source import read_directory

INSTRUMENT = "permenkumham-25-2013"
FOLDER = Path(__file__).parent.parent / "scoring" / "instruments" / INSTRUMENT
OWED = ((1, 2, 13), (4, 5, 6), (9, 10, 11), (12, 14, 16), (17, 7, 8))
"""Five offices share the indicators of a region; each stands before the first of its own."""
FIRST_CONTACT = 5_000_001
TURN = 7


def figures(place: int) -> tuple[int, int]:
    """Part and whole that contact number `place` gives."""
    return 10 + place % 90, 14_000 + place


def texts(place: int) -> tuple[str, str]:
    """The same, as they are typed."""
    part, whole = figures(place)
    return angka(part), angka(whole)


def save_button(place: int) -> str:
    """What the live ✅ Simpan of contact number `place` carries."""
    return f"s.{TURN}.{OWED[place % len(OWED)][0]}"


def build(path: Path, contacts: int, *, confirming: bool) -> None:
    """Write the database; with `confirming` each draft is complete, else its first figure is asked."""
    connection = connect(path)
    try:
        in_transaction(connection, lambda db: _fill(db, contacts, confirming=confirming))
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    finally:
        connection.close()


def _fill(db: sqlite3.Connection, contacts: int, *, confirming: bool) -> None:
    instrument, now = load_bundled(INSTRUMENT), iso(datetime.now(UTC))
    _period(db, instrument)
    regions = -(-contacts // len(OWED))
    db.executemany(
        "INSERT INTO regions VALUES (?, ?, '31', 'kota', ?, 'WIB')",
        [(number, f"31.{number}", f"Kota {number}") for number in range(1, regions + 1)],
    )
    for place in range(contacts):
        unit, region = place + 1, place // len(OWED) + 1
        owed = OWED[place % len(OWED)]
        db.execute(
            "INSERT INTO units VALUES (?, ?, ?, ?, ?)",
            (unit, region, f"u{unit}", f"Suku Dinas Nomor {unit}", f"Sudin {unit}"),
        )
        db.executemany(
            "INSERT INTO assignments VALUES (1, ?, ?, '2017-02-01', NULL)",
            [(unit, number) for number in owed],
        )
        chat = FIRST_CONTACT + place
        db.execute(
            "INSERT INTO persons (id, telegram_id, name, joined_at) VALUES (?, ?, ?, ?)",
            (unit, chat, f"Kontak {unit}", now),
        )
        db.execute(
            "INSERT INTO seats (id, person_id, role, unit_id, since) VALUES (?, ?, 'contact', ?, ?)",
            (unit, unit, unit, now),
        )
        focus = _focus(instrument, place, unit, confirming=confirming)
        people.write_focus(db, chat, focus, now)


def _period(db: sqlite3.Connection, instrument: Instrument) -> None:
    texts = orjson.dumps(read_directory(FOLDER)).decode()
    db.execute("INSERT INTO instruments VALUES (?, ?, ?)", (instrument.hash, INSTRUMENT, texts))
    db.execute(
        "INSERT INTO periods (id, code, instrument, data_year, opens, deadline, verification_deadline,"
        " institution, help_contact) VALUES (1, '2017', ?, 2016, ?, ?, ?, 'Kanwil', 'Bidang HAM')",
        (instrument.hash, *running_days()),
    )
    db.execute("INSERT INTO provinces VALUES ('31', 'DKI Jakarta')")


def _focus(instrument: Instrument, place: int, seat: int, *, confirming: bool) -> Focus:
    number = OWED[place % len(OWED)][0]
    codes = [one.code for one in instrument.indicator(number).inputs]
    if not confirming:
        return Focus(seat, TURN, Stage.ASK, number, codes[0])
    given = dict(zip(codes, map(str, figures(place)), strict=True))
    return Focus(seat, TURN, Stage.CONFIRM, number, inputs=given)


def work_done(path: Path) -> dict[str, int]:
    """What the database says was done, for comparing with what was asked."""
    connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    try:
        # Not what comes by itself, such as a reminder that is due while a slow machine measures.
        letters = "SELECT count(*) FROM outbox WHERE update_id IS NOT NULL"
        counts = {
            "answers": "SELECT count(*) FROM record WHERE kind = 'answer' AND revision = 1",
            "handled": "SELECT count(*) FROM handled",
            "failed_updates": "SELECT count(*) FROM failed_updates",
            "letters_sent": f"{letters} AND state = 'sent'",
            "letters_unsent": f"{letters} AND state <> 'sent'",
            "at_confirmation": "SELECT count(*) FROM focus WHERE json_extract(state, '$.stage') = 'confirm'",
        }
        return {name: connection.execute(sql).fetchone()[0] for name, sql in counts.items()}
    finally:
        connection.close()

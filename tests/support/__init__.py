"""What tests share, and the benchmarks with them: a database with a roster, updates made by hand.

The modules beside this one are a season by hand, a child process, pictures, phrasings; none is a test,
and none imports a test or a benchmark.
"""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

import orjson

from bot.clock import iso
from bot.roster import SetupResult, apply_roster, bundled
from bot.storage import people
from bot.storage.database import connect, in_transaction, private_file
from bot.storage.step_context import Speaker
from bot.telegram.updates import Incoming
from flows.model.events import Event
from scoring.load import load_bundled
from scoring.source import read_directory

T = TypeVar("T")
START = datetime(2017, 3, 10, 2, 0, tzinfo=UTC)
INSTRUMENT = "permenkumham-25-2013"
PATIENCE = 60.0
"""Seconds that a test waits for an event that should come at once: the one bound, for machines that are busy."""
ROOT = Path(__file__).parent.parent.parent


class HeldClock:
    """A clock that stands still until it is moved."""

    def __init__(self, now: datetime = START) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **span: float) -> None:
        self.now += timedelta(**span)


def first_period(
    connection: sqlite3.Connection, folder: Path, digest: str, help_contact: str
) -> None:
    """Put the period of 2017 there, with the instrument of a folder."""
    texts = orjson.dumps(read_directory(folder)).decode()
    connection.execute("INSERT INTO instruments VALUES (?, ?, ?)", (digest, folder.name, texts))
    connection.execute(
        "INSERT INTO periods (id, code, instrument, data_year, opens, deadline, verification_deadline,"
        " institution, help_contact) VALUES (1, '2017', ?, 2016, '2017-02-01', '2017-03-31', '2017-05-15',"
        " 'Kanwil DKI Jakarta', ?)",
        (digest, help_contact),
    )


def small_roster(connection: sqlite3.Connection) -> None:
    """Set up two cities of one province and one of another; kesehatan owes 1, 2, 13, both schools 4."""
    folder = ROOT / "scoring/instruments" / INSTRUMENT
    first_period(connection, folder, load_bundled(INSTRUMENT).hash, "Bidang HAM")
    run = connection.execute
    run("INSERT INTO provinces VALUES ('31', 'DKI Jakarta'), ('32', 'Jawa Barat')")
    run(
        "INSERT INTO regions VALUES (1, '31.71', '31', 'kota', 'Jakarta Pusat', 'WIB'),"
        " (2, '31.72', '31', 'kota', 'Jakarta Utara', 'WIB'), (3, '32.73', '32', 'kota', 'Bandung', 'WIB')"
    )
    run(
        "INSERT INTO units VALUES (1, 1, 'kes', 'Suku Dinas Kesehatan', 'Sudinkes'),"
        " (2, 1, 'dik1', 'Suku Dinas Pendidikan I', 'Sudindik 1'),"
        " (3, 1, 'dik2', 'Suku Dinas Pendidikan II', 'Sudindik 2'),"
        " (4, 2, 'kes', 'Suku Dinas Kesehatan', 'Sudinkes'), (5, 3, 'kes', 'Dinas Kesehatan', 'Dinkes')"
    )
    run("INSERT INTO aliases VALUES (1, NULL, 'jakpus'), (NULL, 1, 'sudinkes')")
    for unit, numbers in {1: (1, 2, 13), 2: (4,), 3: (4,), 4: (1,), 5: (1,)}.items():
        for indicator_no in numbers:
            run(
                "INSERT INTO assignments VALUES (1, ?, ?, '2017-02-01', NULL)", (unit, indicator_no)
            )
    expires = iso(START + timedelta(days=30))
    seats: tuple[tuple[str, str, int | None, int | None, str | None], ...] = (
        ("KES", "contact", 1, None, None),
        ("KES2", "contact", 1, None, None),
        ("DIK1", "contact", 2, None, None),
        ("DIK2", "contact", 3, None, None),
        ("JAKUT", "contact", 4, None, None),
        ("BDG", "contact", 5, None, None),
        ("HUKUM", "coordinator", None, 1, None),
        ("KANWIL", "kanwil", None, None, "31"),
        ("JABAR", "kanwil", None, None, "32"),
    )
    for token, role, unit_id, region, province in seats:
        fields = {
            "role": role,
            "unit_id": unit_id,
            "region_id": region,
            "province": province,
            "label": token,
        }
        people.create_invitation(connection, token, expires, iso(START), fields)


@lru_cache(maxsize=8)
def made(roster: Callable[[sqlite3.Connection], T]) -> tuple[bytes, T]:
    """Return the file of a database with a roster, made once per process, and what the roster returned."""
    with tempfile.TemporaryDirectory(prefix="peduli-ham-test-") as folder:
        path = Path(folder) / "template.db"
        connection = connect(path)
        result = in_transaction(connection, roster)
        connection.close()
        return path.read_bytes(), result


def make_database(
    path: Path, roster: Callable[[sqlite3.Connection], object] = small_roster
) -> Path:
    """Put a database with a roster there."""
    private_file(path)
    path.write_bytes(made(roster)[0])
    return path


def jakarta_pusat(connection: sqlite3.Connection) -> SetupResult:
    """Set up Jakarta Pusat as it ships, when the tests' clock begins."""
    roster = bundled("jakarta-pusat")
    return apply_roster(connection, roster, now=START, bot_username="PeduliHamBot")


def update(update_id: int, user: int, event: Event | None, name: str = "Siti") -> Incoming:
    """Return an update of a private chat, as `bot.telegram.updates.incoming` makes it."""
    return Incoming(update_id, Speaker(user, user, name, "id"), event, lambda: '{"update_id": 0}')


def dump(path: Path, *tables: str) -> list[tuple[Any, ...]]:
    """Return every row of some tables, for comparing databases."""
    connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    try:
        return [
            (table, *row)
            for table in tables
            for row in connection.execute(f"SELECT * FROM {table}")
        ]
    finally:
        connection.close()

"""A nation in a database: 38 provinces, 514 regions, 20,000 offices, 62,000 answers a year, several years.

Written by plain inserts, but whole: every entry of the record carries its hash, and `verify` says so.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from functools import cache, partial
from pathlib import Path
from typing import Any

import orjson
import yaml

from benchmarks import country
from benchmarks.period_days import running_days
from bot.clock import iso
from bot.storage import sealing
from bot.storage.chain import COLUMNS, digest
from bot.storage.database import connect, in_transaction
from scoring import Instrument, load_bundled
from scoring.load import load_texts
from scoring.source import read_directory

PROVINCES, REGIONS, OFFICES, ANSWERS = 38, 514, 20_000, 62_000
FIRST_STAFF = 900_000_000
SLICE = 20_000


@cache
def texts(indicators: int) -> dict[str, str]:
    """The bundled instrument's files, with its indicators over and over until there are as many."""
    given: dict[str, str] = read_directory(country.FOLDER)
    head = yaml.safe_load(given["instrument.yaml"])
    if indicators == head["indicators"]:
        return given
    files: dict[str, str] = {}
    rights, count, turn = [], 0, 0
    while count < indicators:
        turn += 1
        for code in head["rights"]:
            right = yaml.safe_load(given[f"{code}.yaml"])
            right["indicators"] = right["indicators"][: indicators - count]
            if not right["indicators"]:
                continue
            for indicator in right["indicators"]:
                count += 1
                indicator |= {"number": count, "code": f"{indicator['code']}-{turn}"}
            rights.append(f"{code}-{turn}")
            files[f"{code}-{turn}.yaml"] = yaml.safe_dump(right, allow_unicode=True)
    head |= {"indicators": indicators, "rights": rights, "code": f"besar-{indicators}"}
    return {"instrument.yaml": yaml.safe_dump(head, allow_unicode=True), **files}


def instrument(indicators: int) -> Instrument:
    """The bundled one where it has as many indicators, else the one that repeats them."""
    bundled = load_bundled(country.INSTRUMENT)
    return bundled if len(bundled.indicators) == indicators else load_texts(texts(indicators))


def answer(made: Instrument, number: int, place: int) -> dict[str, Any]:
    """A plausible answer of office number `place`, as the record keeps it."""
    indicator = made.indicator(number)
    inputs: dict[str, Any] = {}
    for rank, asked in enumerate(indicator.inputs):
        if asked.kind == "choice":
            inputs[asked.code] = asked.options[place % len(asked.options)].code
        elif asked.kind == "yes_no":
            inputs[asked.code] = place % 2 == 0
        else:
            inputs[asked.code] = str(10 + place % 90 if rank == 0 else 14_000 + place % 500)
    return {"inputs": inputs}


def build(
    path: Path,
    *,
    years: int = 5,
    offices: int = OFFICES,
    answers: int = ANSWERS,
    regions: int = REGIONS,
    provinces: int = PROVINCES,
    indicators: int = 120,
) -> None:
    """Write the database; the last of the years is open, the others are closed."""
    made = instrument(indicators)
    connection = connect(path)
    try:
        connection.execute("PRAGMA synchronous = OFF")
        shape = (offices, regions, provinces)
        in_transaction(connection, lambda db: _roster(db, shape))
        for year in range(1, years + 1):
            in_transaction(
                connection,
                partial(_period, year=year, years=years, made=made, indicators=indicators),
            )
            in_transaction(connection, partial(_owed, year=year, shape=shape, made=made))
            in_transaction(
                connection, partial(_answers, year=year, shape=shape, answers=answers, made=made)
            )
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    finally:
        connection.close()


def region_of(place: int, shape: tuple[int, int, int]) -> int:
    return place * shape[1] // shape[0] + 1


def province_of(region: int, shape: tuple[int, int, int]) -> int:
    return (region - 1) * shape[2] // shape[1] + 1


def _roster(db: sqlite3.Connection, shape: tuple[int, int, int]) -> None:
    offices, regions, provinces = shape
    now = iso(datetime(2016, 12, 1, tzinfo=UTC))
    many = db.executemany
    many(
        "INSERT INTO provinces VALUES (?, ?)",
        [(f"{number:02}", f"Provinsi {number}") for number in range(1, provinces + 1)],
    )
    many(
        "INSERT INTO regions VALUES (?, ?, ?, 'kota', ?, 'WIB')",
        [
            (number, f"r.{number}", f"{province_of(number, shape):02}", f"Kota Nomor {number}")
            for number in range(1, regions + 1)
        ],
    )
    places = range(offices)
    many(
        "INSERT INTO units VALUES (?, ?, ?, ?, ?)",
        [
            (p + 1, region_of(p, shape), f"u{p + 1}", f"Suku Dinas Nomor {p + 1}", f"Sudin {p + 1}")
            for p in places
        ],
    )
    many(
        "INSERT INTO persons (id, telegram_id, name, joined_at) VALUES (?, ?, ?, ?)",
        [(p + 1, country.FIRST_CONTACT + p, f"Kontak {p + 1}", now) for p in places]
        + [(offices + n, FIRST_STAFF + n, f"Kanwil {n}", now) for n in range(1, provinces + 1)],
    )
    many(
        "INSERT INTO seats (id, person_id, role, unit_id, province, since) VALUES (?, ?, ?, ?, ?, ?)",
        [(p + 1, p + 1, "contact", p + 1, None, now) for p in places]
        + [
            (offices + n, offices + n, "kanwil", None, f"{n:02}", now)
            for n in range(1, provinces + 1)
        ],
    )


def _period(
    db: sqlite3.Connection, year: int, years: int, made: Instrument, indicators: int
) -> None:
    body = orjson.dumps(texts(indicators)).decode()
    db.execute("INSERT OR IGNORE INTO instruments VALUES (?, ?, ?)", (made.hash, made.code, body))
    call = 2017 - years + year
    past = (f"{call}-02-01", f"{call}-03-31", f"{call}-05-15")
    days = running_days() if year == years else past
    db.execute(
        "INSERT INTO periods (id, code, instrument, data_year, opens, deadline, verification_deadline,"
        " institution, help_contact, state) VALUES (?, ?, ?, ?, ?, ?, ?, 'Kanwil', 'Bidang HAM', ?)",
        (
            year, str(call), made.hash, call - 1, *days, "open" if year == years else "closed",
        ),
    )  # fmt: skip


def owed(place: int, shape: tuple[int, int, int], made: Instrument) -> tuple[int, ...]:
    """What office number `place` owes: the region's indicators dealt out like cards."""
    offices, regions, _ = shape
    each = max(1, offices // regions)
    count = len(made.indicators)
    rank, share = place % each, max(4, -(-count // each))
    return tuple(sorted({(rank * share + n) % count + 1 for n in range(share)}))


def _owed(db: sqlite3.Connection, year: int, shape: tuple[int, int, int], made: Instrument) -> None:
    db.executemany(
        "INSERT INTO assignments VALUES (?, ?, ?, '2016-12-01', NULL)",
        [
            (year, place + 1, number)
            for place in range(shape[0])
            for number in owed(place, shape, made)
        ],
    )


def _answers(
    db: sqlite3.Connection, year: int, shape: tuple[int, int, int], answers: int, made: Instrument
) -> None:
    """The first answers of every office in turn, until there are as many."""
    record(db, year, _turns(shape, answers, made), made)


Turns = Iterable[tuple[int, int, int]]
"""Office, indicator, revision."""


def record(db: sqlite3.Connection, year: int, turns: Turns, made: Instrument) -> None:
    """Append answers to the chain of a period that has none yet."""
    first: int = db.execute("SELECT coalesce(max(id), 0) FROM record").fetchone()[0]
    rows, previous = [], ""
    start = datetime(2017, 2, 1, tzinfo=UTC)
    for count, (place, number, revision) in enumerate(turns):
        at = iso(start + timedelta(seconds=count % (86_400 * 20)))
        columns: dict[str, Any] = dict(
            zip(
                COLUMNS,
                ("answer", place + 1, number, revision, place + 1, place + 1, at),
                strict=True,
            )
        )
        details = {
            "answer": answer(made, number, place),
            "reason": None,
            "by": f"Kontak {place + 1}",
        }
        body = orjson.dumps(
            {**columns, "period_id": year, **details}, option=orjson.OPT_SORT_KEYS
        ).decode()
        seal = sealing.new_seal()
        value = digest(previous, sealing.closed(orjson.loads(body), seal))
        rows.append((first + count + 1, year, *columns.values(), body, previous, value, seal))
        previous = value
        if len(rows) == SLICE:
            _write(db, rows)
            rows.clear()
    _write(db, rows)


def _turns(
    shape: tuple[int, int, int], answers: int, made: Instrument
) -> Iterator[tuple[int, int, int]]:
    """Office, indicator, revision; once all is answered, the second revisions, and so on."""
    left, revision = answers, 0
    while left > 0:
        revision += 1
        for rank in range(len(made.indicators)):
            for place in range(shape[0]):
                mine = owed(place, shape, made)
                if rank < len(mine) and left > 0:
                    left -= 1
                    yield place, mine[rank], revision
            if left <= 0 or rank >= 3 + len(made.indicators) // max(1, shape[0] // shape[1]):
                break


def _write(db: sqlite3.Connection, rows: list[tuple[Any, ...]]) -> None:
    db.executemany(
        f"INSERT INTO record (id, period_id, {', '.join(COLUMNS)}, body, previous, hash, seal)"
        f" VALUES ({', '.join('?' * (6 + len(COLUMNS)))})",
        rows,
    )

"""Papers that were made, by their code, and the letterheads and signers that stand on them."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from typing import Any

import orjson
from msgspec import Struct
from msgspec.structs import asdict, astuple

from flows.model.facts import Period
from flows.model.paper_settings import PaperSettings, Signer, SignerRole


class PaperRow(Struct, frozen=True):
    """One file of one paper. `figures` is what it shows, as the one text whose SHA-256 is `digest`.

    `entry` and `head` are the last entry of the record at that time and its hash; `parameters` is JSON.
    """

    code: str
    kind: str
    format: str
    period_id: int
    region_id: int | None
    unit_id: int | None
    province: str | None
    parameters: str
    entry: int
    head: str
    figures: str
    digest: str
    made_at: str
    seat_id: int | None
    sha256: str


COLUMNS = ", ".join(PaperRow.__struct_fields__)
PLACES = ", ".join("?" for _ in PaperRow.__struct_fields__)


def keep(connection: sqlite3.Connection, row: PaperRow) -> None:
    """Note that a paper was made; one that is known already is the same paper."""
    connection.execute(f"INSERT OR IGNORE INTO papers ({COLUMNS}) VALUES ({PLACES})", astuple(row))


def by_code(connection: sqlite3.Connection, code: str) -> PaperRow | None:
    """Return the paper with this code, None where none was made."""
    row = connection.execute(f"SELECT {COLUMNS} FROM papers WHERE code = ?", (code,)).fetchone()
    return PaperRow(*row) if row else None


def has_any(connection: sqlite3.Connection, period_id: int | None = None) -> bool:
    """Tell whether a paper was ever made, or in a period: before, no file can be one."""
    where, values = ("", ()) if period_id is None else (" WHERE period_id = ?", (period_id,))
    row = connection.execute(f"SELECT 1 FROM papers{where} LIMIT 1", values).fetchone()
    return row is not None


def file_name(row: PaperRow) -> str:
    """Return the name under which the file of a paper is kept."""
    return f"{row.code}.{row.format}"


def by_file(connection: sqlite3.Connection, sha256: str) -> PaperRow | None:
    """Return the paper whose file has this SHA-256, None where none was made."""
    query = f"SELECT {COLUMNS} FROM papers WHERE sha256 = ? ORDER BY rowid LIMIT 1"
    row = connection.execute(query, (sha256,)).fetchone()
    return PaperRow(*row) if row else None


def period_code(connection: sqlite3.Connection, period_id: int) -> str:
    """Return the code of a period."""
    row = connection.execute("SELECT code FROM periods WHERE id = ?", (period_id,)).fetchone()
    return str(row[0])


def scope_name(connection: sqlite3.Connection, row: PaperRow) -> str:
    """Return the name of the office, region or province that a paper is about; nothing for a period's."""
    for table, column, value in (
        ("units", "id", row.unit_id),
        ("regions", "id", row.region_id),
        ("provinces", "code", row.province),
    ):
        if value is not None:
            query = f"SELECT name FROM {table} WHERE {column} = ?"
            return str(connection.execute(query, (value,)).fetchone()[0])
    return ""


def province_name(connection: sqlite3.Connection, code: str) -> str:
    """Return the name of a province; its code where there is none."""
    row = connection.execute("SELECT name FROM provinces WHERE code = ?", (code,)).fetchone()
    return str(row[0]) if row else code


def of_period(connection: sqlite3.Connection, period_id: int) -> list[PaperRow]:
    """Return the papers of a period, the newest last."""
    query = f"SELECT {COLUMNS} FROM papers WHERE period_id = ? ORDER BY made_at, rowid"
    return [PaperRow(*row) for row in connection.execute(query, (period_id,))]


def head(connection: sqlite3.Connection, period_id: int) -> tuple[int, str]:
    """Return the last entry of a period's record and its hash; 0 and nothing where there is none."""
    row = connection.execute(
        "SELECT id, hash FROM record WHERE period_id = ? ORDER BY id DESC LIMIT 1", (period_id,)
    ).fetchone()
    return (row[0], row[1]) if row else (0, "")


def hash_of(connection: sqlite3.Connection, period_id: int, entry: int) -> str:
    """Return the hash of an entry as the record has it now, nothing where it is not there."""
    row = connection.execute(
        "SELECT hash FROM record WHERE period_id = ? AND id = ?", (period_id, entry)
    ).fetchone()
    return str(row[0]) if row else ""


def settings(
    connection: sqlite3.Connection, period: Period, of: str, *, of_province: bool
) -> PaperSettings:
    """Return the letterhead and the signers of a region or a province, as far as anybody has set them.

    What the roster says of letters stands behind them; then, for a province, the period's institution.
    """
    row = connection.execute(
        "SELECT body FROM paper_settings WHERE period_id = ? AND of = ?", (period.id, of)
    ).fetchone()
    if row is None:
        return default_settings(period, of, of_province=of_province)
    return _settings(of, orjson.loads(row[0]))


def default_settings(period: Period, of: str, *, of_province: bool) -> PaperSettings:
    """Return what is known of a region's or a province's papers before anybody has set it."""
    letter = next((one for one in period.letters if one.of == of), None)
    head_lines = (period.institution,) if of_province else ()
    if letter is None:
        return PaperSettings(of, head_lines)
    role = SignerRole.KANWIL if of_province else SignerRole.LEGAL
    signer = Signer(letter.signer, letter.name, None, letter.number)
    return PaperSettings(of, head_lines, letter.place, {role: signer}, copies=letter.copies)


def save_settings(
    connection: sqlite3.Connection,
    period_id: int,
    given: PaperSettings,
    at: str,
    seat_id: int | None = None,
) -> None:
    """Set the letterhead and the signers of a region or a province, in place of what was set before."""
    body = asdict(given) | {
        "signers": {str(role): asdict(signer) for role, signer in given.signers.items()}
    }
    connection.execute(
        "INSERT INTO paper_settings (period_id, of, body, at, seat_id) VALUES (?, ?, ?, ?, ?)"
        " ON CONFLICT DO UPDATE SET body = excluded.body, at = excluded.at, seat_id = excluded.seat_id",
        (period_id, given.of, orjson.dumps(body).decode(), at, seat_id),
    )


def _settings(of: str, stored: dict[str, Any]) -> PaperSettings:
    return PaperSettings(
        of,
        tuple(stored["head"]),
        stored["place"],
        {
            role: Signer(tuple(signer["lines"]), signer["name"], signer["rank"], signer["number"])
            for role, signer in stored["signers"].items()
        },
        stored["numbers"],
        tuple(stored["copies"]),
    )


class ReturnedAnswer(Struct, frozen=True):
    """An answer that a reviewer sent back: when, in which role, by whom, and why."""

    unit_id: int
    indicator: int
    at: str
    role: str
    by: str
    code: str | None
    reason: str


def returned(
    connection: sqlite3.Connection, period_id: int, units: Iterable[int]
) -> list[ReturnedAnswer]:
    """Return every time that an answer of these units was sent back, the first one first."""
    rows = connection.execute(
        "SELECT unit_id, indicator, body FROM record WHERE kind = 'move' AND period_id = ?"
        " AND unit_id IN (SELECT value FROM json_each(?))"
        " AND json_extract(body, '$.next') IN ('returned', 'returned_by_city') ORDER BY id",
        (period_id, orjson.dumps(list(units)).decode()),
    )
    bodies = ((unit, indicator, orjson.loads(body)) for unit, indicator, body in rows)
    return [
        ReturnedAnswer(
            unit, indicator, body["at"], body["role"], body["by"], body.get("code"),
            body.get("reason") or "",
        )
        for unit, indicator, body in bodies
    ]  # fmt: skip

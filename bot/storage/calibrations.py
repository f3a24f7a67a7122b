"""Second looks: which answers were drawn, what the first verdict was, and what the second said."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from typing import Any, assert_never

from flows.model.calibration import (
    Calibration,
    CalibrationChange,
    DrawSample,
    LookAgain,
    ReviewVerdict,
    SecondLook,
)
from flows.model.record_kinds import EntryKind

SECOND_LOOKS = (
    # `sample_id` is the entry of the record that drew it; the last sample of a province is at work.
    """CREATE TABLE second_looks (
        id INTEGER PRIMARY KEY, sample_id INTEGER NOT NULL REFERENCES record (id),
        period_id INTEGER NOT NULL REFERENCES periods (id), province TEXT NOT NULL,
        unit_id INTEGER NOT NULL REFERENCES units (id), indicator INTEGER NOT NULL,
        revision INTEGER NOT NULL, first TEXT NOT NULL, second TEXT) STRICT""",
    "CREATE INDEX second_looks_by_sample ON second_looks (period_id, province, sample_id)",
)
EntryWriter = Callable[..., int]
"""Appends an entry of a kind to the record, and returns its number."""


def read(connection: sqlite3.Connection, period_id: int, province: str) -> Calibration:
    """Return the newest sample of a province."""
    where = (period_id, province)
    rows = connection.execute(
        "SELECT id, sample_id, unit_id, indicator, revision, first, second FROM second_looks"
        " WHERE period_id = ?1 AND province = ?2 AND sample_id ="
        " (SELECT max(sample_id) FROM second_looks WHERE period_id = ?1 AND province = ?2)"
        " ORDER BY id",
        where,
    )
    return Calibration(tuple(map(_look, rows)))


def _look(row: tuple[Any, ...]) -> SecondLook:
    look_id, sample, unit_id, indicator, revision, first, second = row
    verdict = ReviewVerdict(second) if second else None
    return SecondLook(look_id, sample, unit_id, indicator, revision, ReviewVerdict(first), verdict)


def write(
    connection: sqlite3.Connection, change: CalibrationChange, period_id: int, note: EntryWriter
) -> None:
    """Write one change on record and where it is found."""
    match change:
        case DrawSample():
            drawn = [[look.unit_id, look.indicator, look.revision] for look in change.looks]
            details: dict[str, Any] = {"province": change.province, "seed": change.seed}
            sample = note(EntryKind.SAMPLED, {**details, "answers": drawn})
            connection.executemany(
                "INSERT INTO second_looks (sample_id, period_id, province, unit_id, indicator,"
                " revision, first) VALUES (?, ?, ?, ?, ?, ?, ?)",
                [
                    (
                        sample, period_id, change.province, look.unit_id, look.indicator,
                        look.revision, look.first,
                    )
                    for look in change.looks
                ],
            )  # fmt: skip
        case LookAgain():
            look = change.look
            note(
                EntryKind.SECOND_LOOK,
                {"sample": look.sample, "verdict": change.verdict},
                unit_id=look.unit_id,
                indicator=look.indicator,
                revision=look.revision,
            )
            connection.execute(
                "UPDATE second_looks SET second = ? WHERE id = ? AND second IS NULL",
                (change.verdict, look.id),
            )
        case _:
            assert_never(change)

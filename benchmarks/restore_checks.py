"""What must hold of a backup that was taken under load, and of the season that goes on from it."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from benchmarks import crash_checks as checks
from benchmarks.asked import Prompt
from benchmarks.contact import Contact, Seen


@dataclass
class Witness:
    """What one contact had been shown at a moment; stands in for the contact in `crash_checks`."""

    short: str
    seen: dict[int, Seen]

    def look(self) -> None:
        """Nothing is seen any more."""

    def shown(self) -> tuple[int, Prompt] | None:
        """Prompts are not asked after: people answered on while the copy was made."""
        return None


@dataclass
class Copy:
    """One backup, with what people had been shown before it began."""

    path: Path
    witnesses: list[Witness]
    proved: set[int]


def check(copy: Copy, tally: checks.Tally) -> list[str]:
    """Everything shown before the backup began is in it; nothing twice; file and record whole."""
    connection = sqlite3.connect(f"file:{copy.path}?mode=ro", uri=True)
    try:
        faults = checks.check(connection, cast("list[Contact]", copy.witnesses), tally)
        stored = {
            row[0] for row in connection.execute("SELECT id FROM record WHERE kind = 'evidence'")
        }
        lost = copy.proved - stored
        tally.lost += len(lost)
        return faults + [f"evidence lost: R-{number}" for number in sorted(lost)]
    finally:
        connection.close()


def evidence_files(path: Path) -> int:
    """How many files a copy promises."""
    return _figure(path, "SELECT count(*) FROM evidence WHERE sha256 IS NOT NULL")


def last_entry(path: Path) -> int:
    """The number of the newest entry of a copy."""
    return _figure(path, "SELECT coalesce(max(id), 0) FROM record")


def _figure(path: Path, query: str) -> int:
    connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    try:
        figure: int = connection.execute(query).fetchone()[0]
        return figure
    finally:
        connection.close()


def queued(path: Path) -> tuple[Counter[checks.Key], int]:
    """What a copy has still to send, and the number of its last letter."""
    connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    try:
        last = connection.execute("SELECT coalesce(max(id), 0) FROM outbox").fetchone()[0]
        return checks.letters(connection, "state = 'queued'"), last
    finally:
        connection.close()


def witnesses(contacts: Sequence[Contact]) -> list[Witness]:
    """What everybody has been shown by now."""
    for contact in contacts:
        contact.look()
    return [Witness(one.short, dict(one.seen)) for one in contacts]

"""What commands say of a record that they prove: where it is broken, and why."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from bot.cli.command_errors import Failure, using
from bot.ops.readers import verdict
from bot.storage.record import Break
from bot.storage.setup import open_existing
from bot.terminal import known_as, phrase

REASONS = {
    "chain": "it does not follow the one before it",
    "hash": "its text was changed",
    "columns": "its columns were changed",
    "missing": "an entry before it is missing",
    "carried": "it does not fit what was carried over",
    "parted": "the record no longer ends there as it did at the checkpoint",
    "erased": "words of it were erased, and no entry says so",
    "file_missing": "its file is not in the evidence folder",
    "file_changed": "its file was changed",
    "file_row": "the row about its file was changed",
}


def whole(path: Path, processes: int = 1) -> int:
    """Return how many entries a record has that is whole; else a Failure names the first that is not."""
    with using(path), closing(open_existing(path)) as connection:
        result = verdict(path, connection, room=processes)
    if result.broken:
        raise Failure(
            phrase("{path}: BROKEN at {worded}.", path=path, worded=worded(result.broken)), code=1
        )
    return result.entries


def worded(broken: Break) -> str:
    """Return where a record is broken, and why."""
    return phrase(
        "entry {entry} of period {period}: {REASONS}",
        entry=broken.entry,
        period=broken.period,
        REASONS=known_as(REASONS[broken.reason]),
    )

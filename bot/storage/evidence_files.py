"""The folder of proof beside the database: content-addressed, written whole, compared with the record.

A file is written beside its place and moved there, so nothing is half-stored.
"""

from __future__ import annotations

import hashlib
import os
import sqlite3
import tempfile
from pathlib import Path

from bot.storage import evidence_rows


def keep(folder: Path, content: bytes) -> str:
    """Put bytes into the store and return their SHA-256; the same bytes are stored once.

    Raises OSError, also where the store's folder is gone.
    """
    digest = hashlib.sha256(content).hexdigest()
    place = place_of(folder, digest)
    if place.exists() and place.stat().st_size == len(content):
        os.utime(place)  # wanted again: it is not swept away meanwhile
        return digest
    if not place.parent.is_dir():
        # Never with its parents: a folder that went away (a disk, a share) is not to be made anew elsewhere.
        place.parent.mkdir(exist_ok=True, mode=0o700)
    write_whole(place, content)
    return digest


def write_whole(place: Path, content: bytes) -> None:
    """Write a file that is there whole or not at all, for its owner alone. Raises OSError."""
    handle, draft = tempfile.mkstemp(dir=place.parent, prefix=".draft-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(draft).replace(place)
    except BaseException:
        Path(draft).unlink(missing_ok=True)
        raise


def place_of(folder: Path, digest: str) -> Path:
    return folder / digest[:2] / digest


def damaged(
    connection: sqlite3.Connection, folder: Path, *, after: int = 0
) -> tuple[int, str] | None:
    """Return the first entry whose file, or row about it, is missing or changed, and why; None where all
    hold. Files of entries up to `after` are not read.
    """
    altered = evidence_rows.altered(connection, after=after)
    if altered is not None:
        return altered, "file_row"
    for entry, digest, size in evidence_rows.promised(connection, after=after):
        place = place_of(folder, digest)
        if not place.is_file():
            return entry, "file_missing"
        content = place.read_bytes()
        if len(content) != size or hashlib.sha256(content).hexdigest() != digest:
            return entry, "file_changed"
    return None

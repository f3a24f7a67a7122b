"""Copies the evidence that a database promises from one folder into another; what is there already stays."""

from __future__ import annotations

import hashlib
import sqlite3
from pathlib import Path

from msgspec import Struct

from bot.storage import evidence_rows
from bot.storage.database import private_folder
from bot.storage.evidence_files import keep, place_of


class CopiedEvidence(Struct, frozen=True):
    """Files there are by now, how many of them are new, and entries whose file is lost or changed."""

    files: int
    new: int
    lost: tuple[int, ...]


def promised(connection: sqlite3.Connection) -> dict[str, int]:
    """Return every file in the record by its hash, with the first entry that names it."""
    sizes: dict[str, int] = {}
    for entry, digest, _ in evidence_rows.promised(connection):
        sizes.setdefault(digest, entry)
    return sizes


def copy_files(connection: sqlite3.Connection, source: Path, target: Path) -> CopiedEvidence:
    """Copy each file whole, judged by its hash; both folders may be in use meanwhile."""
    private_folder(target)
    new, lost = 0, []
    wanted = promised(connection)
    for digest, entry in wanted.items():
        if _holds(place_of(target, digest), digest):
            continue
        place = place_of(source, digest)
        if not _holds(place, digest):
            lost.append(entry)
            continue
        place_of(target, digest).unlink(missing_ok=True)  # a damaged copy is not kept
        keep(target, place.read_bytes())
        new += 1
    return CopiedEvidence(len(wanted) - len(lost), new, tuple(lost))


def _holds(place: Path, digest: str) -> bool:
    return place.is_file() and hashlib.sha256(place.read_bytes()).hexdigest() == digest

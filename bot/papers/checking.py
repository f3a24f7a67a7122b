"""Whether a paper still says what the record says: by its code, or by the file itself."""

from __future__ import annotations

import hashlib
import re
import sqlite3
import zipfile
import zlib
from dataclasses import dataclass
from datetime import datetime, tzinfo
from enum import StrEnum
from io import BytesIO

import orjson

from bot.papers import kinds
from bot.papers.making import Source, Subject, row_code
from bot.papers.proof import digest, read_code
from bot.storage import papers
from bot.storage.papers import PaperRow
from bot.storage.roster import read_roster

LARGEST = 5_000_000
"""Bytes of a part of a document that is looked through."""
CODE = re.compile(r"PH-[0-9A-Z]{4}-[0-9A-Z]{4}")


class Finding(StrEnum):
    """What became of a paper."""

    SAME = "same"
    CHANGED = "changed"  # figures have changed since
    UNKNOWN = "unknown"  # none of ours
    FORGED = "forged"  # what is kept of it was changed
    REWRITTEN = "rewritten"  # the record no longer has the entry that it was made from
    ALTERED = "altered"  # the file is not the one that was made
    NEWER = "newer"  # of a kind that this program does not make


@dataclass(frozen=True, slots=True)
class Change:
    """A figure by its name, as the paper shows it and as it is now; nothing where it is not there."""

    name: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was found, about which paper, and what has changed; `count` is how many figures it shows."""

    finding: Finding
    code: str
    row: PaperRow | None = None
    changes: tuple[Change, ...] = ()
    count: int = 0


def check(connection: sqlite3.Connection, code: str, now: datetime, zone: tzinfo) -> Verdict:
    """Compare what a paper shows with what it would show now; `code` as `read_code` returns it."""
    row = papers.by_code(connection, code)
    if row is None:
        return Verdict(Finding.UNKNOWN, code)
    if row_code(row) != code or digest(row.figures) != row.digest:
        return Verdict(Finding.FORGED, code, row)
    if papers.hash_of(connection, row.period_id, row.entry) != row.head:
        return Verdict(Finding.REWRITTEN, code, row)
    if row.kind not in kinds.MAKERS:
        return Verdict(Finding.NEWER, code, row)
    before: dict[str, str] = orjson.loads(row.figures)
    after = _figures(connection, row, now, zone)
    changes = tuple(
        Change(name, before.get(name, ""), after.get(name, ""))
        for name in dict.fromkeys((*before, *after))
        if before.get(name, "") != after.get(name, "")
    )
    count = sum(1 for figure in before.values() if figure)
    return Verdict(Finding.CHANGED if changes else Finding.SAME, code, row, changes, count)


def check_file(
    connection: sqlite3.Connection, content: bytes, now: datetime, zone: tzinfo
) -> Verdict:
    """Do the same for a file; one that is not as it was made is told by the code on its pages."""
    row = papers.by_file(connection, hashlib.sha256(content).hexdigest())
    if row is not None:
        return check(connection, row.code, now, zone)
    code = code_on(content)
    kept = papers.by_code(connection, code) if code else None
    return Verdict(Finding.ALTERED if kept else Finding.UNKNOWN, code or "", kept)


def code_on(content: bytes) -> str | None:
    """Return the code that stands on a file; None where there is none, or it cannot be read."""
    if zipfile.is_zipfile(BytesIO(content)):
        return _code_in_parts(content)
    return _code_on_pages(content)


def _code_in_parts(content: bytes) -> str | None:
    """Look through the parts of a Word document or a workbook."""
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            for part in archive.infolist():
                if not part.filename.endswith(".xml") or part.file_size > LARGEST:
                    continue
                if match := CODE.search(archive.read(part).decode(errors="replace")):
                    return read_code(match[0])
    except (zipfile.BadZipFile, OSError, RuntimeError, NotImplementedError, zlib.error):
        return None
    return None


def _code_on_pages(content: bytes) -> str | None:
    from pypdf import PdfReader
    from pypdf.errors import PyPdfError

    try:
        for page in PdfReader(BytesIO(content)).pages:
            text = page.extract_text().replace("\u200b", "")  # where a line may break
            if match := CODE.search(text):
                return read_code(match[0])
    except (PyPdfError, ValueError, KeyError):
        return None
    return None


def _figures(
    connection: sqlite3.Connection, row: PaperRow, now: datetime, zone: tzinfo
) -> dict[str, str]:
    """Return what the paper would show now; nothing where what it is about is no longer there."""
    roster = read_roster(connection, papers.period_code(connection, row.period_id))
    if roster is None:
        return {}
    subject = Subject(
        row.kind, row.region_id, row.unit_id, row.province, orjson.loads(row.parameters)
    )
    try:
        drawn = kinds.draw(Source(connection, roster, subject, now, zone))
    except LookupError:
        return {}
    return dict(drawn.figures)

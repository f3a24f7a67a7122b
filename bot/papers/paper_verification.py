"""Whether a paper still says what the record says: by its code, or by the file itself."""

from __future__ import annotations

import difflib
import hashlib
import sqlite3
from collections.abc import Sequence
from datetime import datetime, tzinfo
from enum import StrEnum
from pathlib import Path

import orjson
from msgspec import Struct

from bot.clock import parse
from bot.media import apart
from bot.papers import paper_kinds
from bot.papers.making import PaperFormat, PaperSource, remade, row_code, subject_of
from bot.papers.proof import digest
from bot.storage import paper_rows
from bot.storage.paper_rows import PaperRow
from bot.storage.roster import read_roster
from scoring.replacing import replace

READER = Path(__file__).with_name("code_reader.py")
READING = 20.0
"""Seconds that looking for a code may take."""


class PaperFinding(StrEnum):
    """What became of a paper."""

    SAME = "same"
    CHANGED = "changed"  # figures have changed since
    UNKNOWN = "unknown"  # none of ours
    FORGED = "forged"  # what is kept of it was changed
    REWRITTEN = "rewritten"  # the record no longer has the entry that it was made from
    ALTERED = "altered"  # the file is not the one that was made
    NEWER = "newer"  # of a kind that this program does not make


class FigureChange(Struct, frozen=True):
    """A figure by its name, as the paper shows it and as it is now; nothing where it is not there."""

    name: str
    before: str
    after: str


class PaperVerdict(Struct, frozen=True):
    """What was found, about which paper, and what has changed; `count` is how many figures it shows.

    `is_picture`: only the code was read, from a photo or a scan. `is_compared`: an altered file was laid
    beside the one that was made.
    """

    finding: PaperFinding
    code: str
    row: PaperRow | None = None
    changes: tuple[FigureChange, ...] = ()
    count: int = 0
    is_picture: bool = False
    is_compared: bool = False


def check(connection: sqlite3.Connection, code: str, now: datetime, zone: tzinfo) -> PaperVerdict:
    """Compare what a paper shows with what it would show now; `code` as `read_code` returns it."""
    row = paper_rows.by_code(connection, code)
    if row is None:
        return PaperVerdict(PaperFinding.UNKNOWN, code)
    if row_code(row) != code or digest(row.figures) != row.digest:
        return PaperVerdict(PaperFinding.FORGED, code, row)
    if paper_rows.hash_of(connection, row.period_id, row.entry) != row.head:
        return PaperVerdict(PaperFinding.REWRITTEN, code, row)
    if row.kind not in paper_kinds.MAKERS:
        return PaperVerdict(PaperFinding.NEWER, code, row)
    before: dict[str, str] = orjson.loads(row.figures)
    after = _figures(connection, row, now, zone)
    changes = tuple(
        FigureChange(name, before.get(name, ""), after.get(name, ""))
        for name in dict.fromkeys((*before, *after))
        if before.get(name, "") != after.get(name, "")
    )
    count = sum(1 for figure in before.values() if figure)
    return PaperVerdict(
        PaperFinding.CHANGED if changes else PaperFinding.SAME, code, row, changes, count
    )


class FileLook(Struct, frozen=True):
    """What can be told of a file without the record: its hash, the code on it, and the lines of its text.

    `is_picture`: the code was read from a photo or a scan, of which nothing else can be compared.
    """

    sha256: str
    code: str | None = None
    is_picture: bool = False
    lines: tuple[str, ...] = ()


def sha256_of(content: bytes) -> str:
    """Return the SHA-256 of a file."""
    return hashlib.sha256(content).hexdigest()


def look_at(content: bytes) -> FileLook:
    """Look for the code on a file, in a process of its own: whoever sent it may be anybody."""
    sha256 = sha256_of(content)
    try:
        seen = orjson.loads(apart.run(READER, content, seconds=READING))
    except (apart.Failed, apart.Outgrown, orjson.JSONDecodeError):
        return FileLook(sha256)
    return FileLook(sha256, seen["code"], seen["how"] == "picture", tuple(seen["lines"]))


def known(connection: sqlite3.Connection, content: bytes) -> FileLook | None:
    """Return the look of a file that is as it was made: no code has to be read on it. Else None."""
    sha256 = sha256_of(content)
    return FileLook(sha256) if paper_rows.by_file(connection, sha256) else None


def row_of(connection: sqlite3.Connection, look: FileLook) -> PaperRow | None:
    """Return the paper that a file is, or bears the code of; None where it is none of ours."""
    exact = paper_rows.by_file(connection, look.sha256)
    if exact is not None or look.code is None:
        return exact
    return paper_rows.by_code(connection, look.code)


def check_file(
    connection: sqlite3.Connection,
    look: FileLook,
    now: datetime,
    zone: tzinfo,
    kept: Path | None = None,
) -> PaperVerdict:
    """Do the same for a file. One that is not as it was made is told by the code on its pages.

    `kept` is the folder in which the bot keeps what it has made: what differs from that is named.
    """
    row = row_of(connection, look)
    if row is None:
        return PaperVerdict(PaperFinding.UNKNOWN, look.code or "")
    if row.sha256 == look.sha256:
        return check(connection, row.code, now, zone)
    if look.is_picture:
        return replace(check(connection, row.code, now, zone), is_picture=True)
    original = _original(connection, row, zone, kept) if look.lines else None
    if original is None:
        return PaperVerdict(PaperFinding.ALTERED, row.code, row)
    changes = differences(look_at(original).lines, look.lines)
    return PaperVerdict(PaperFinding.ALTERED, row.code, row, changes, is_compared=True)


def differences(before: Sequence[str], after: Sequence[str]) -> tuple[FigureChange, ...]:
    """Return the lines that are not the same, each with what stood there."""
    steps = difflib.SequenceMatcher(a=before, b=after, autojunk=False).get_opcodes()
    return tuple(
        FigureChange("", " ".join(before[start:end]), " ".join(after[other:last]))
        for step, start, end, other, last in steps
        if step != "equal"
    )


def _original(
    connection: sqlite3.Connection, row: PaperRow, zone: tzinfo, kept: Path | None
) -> bytes | None:
    """Return the file as it was made: as it is kept, else made again, where it comes out the same."""
    place = kept / paper_rows.file_name(row) if kept else None
    if place is not None and place.is_file():
        content = place.read_bytes()
        if sha256_of(content) == row.sha256:
            return content
    if row.format != PaperFormat.PDF or row.kind not in paper_kinds.MAKERS:
        return None
    source = _source(connection, row, parse(row.made_at), zone)
    try:
        content = remade(source, paper_kinds.draw(source), row) if source else b""
    except LookupError:
        return None
    return content if sha256_of(content) == row.sha256 else None


def _source(
    connection: sqlite3.Connection, row: PaperRow, moment: datetime, zone: tzinfo
) -> PaperSource | None:
    """Return where the paper of a row is drawn from; None where its period is no longer there."""
    roster = read_roster(connection, paper_rows.period_code(connection, row.period_id))
    return PaperSource(connection, roster, subject_of(row), moment, zone) if roster else None


def _figures(
    connection: sqlite3.Connection, row: PaperRow, now: datetime, zone: tzinfo
) -> dict[str, str]:
    """Return what the paper would show now; nothing where what it is about is no longer there."""
    source = _source(connection, row, now, zone)
    try:
        return dict(paper_kinds.draw(source).figures) if source else {}
    except LookupError:
        return {}

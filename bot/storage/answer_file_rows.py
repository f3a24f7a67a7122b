"""Files of answers that administrators send: what was sent, the map of its columns, and what became of it."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from datetime import date, datetime, timedelta

import orjson
from msgspec import Struct

from bot.clock import iso, parse
from bot.storage import periods
from flows.model.answer_file import AnswerFile, AnswersChange, FileState, SettleAnswers, TakeAnswers
from flows.model.events import Upload
from flows.model.uploads import shown_name

ANSWER_FILES = (
    # `map` is the one that was proposed, sent or kept; `kept_at` when it was agreed to, where that was for an
    # earlier file; `base` is the version of the criteria of the last preview. The bytes go at the end.
    """CREATE TABLE answer_files (
        id INTEGER PRIMARY KEY, seat_id INTEGER NOT NULL REFERENCES seats (id),
        period_id INTEGER REFERENCES periods (id), chat_id INTEGER NOT NULL, file_id TEXT NOT NULL,
        name TEXT NOT NULL, caption TEXT NOT NULL DEFAULT '', at TEXT NOT NULL,
        state TEXT NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'asked', 'mapped', 'shown',
            'confirmed', 'applied', 'refused', 'dropped', 'replaced')),
        content BLOB, map TEXT, headings TEXT, kept_at TEXT, base TEXT, message_id INTEGER,
        previews INTEGER NOT NULL DEFAULT 0, expires_at TEXT, settled_at TEXT) STRICT""",
    """CREATE INDEX answer_files_open ON answer_files (id)
        WHERE state IN ('waiting', 'mapped', 'confirmed')""",
    "CREATE INDEX answer_files_by_seat ON answer_files (seat_id)",
    # A map that was agreed to once serves every later file with the same headings, in the same province.
    """CREATE TABLE answer_maps (
        province TEXT NOT NULL, headings TEXT NOT NULL, map TEXT NOT NULL,
        seat_id INTEGER NOT NULL REFERENCES seats (id), at TEXT NOT NULL,
        PRIMARY KEY (province, headings)) STRICT""",
)
LIFE = timedelta(hours=24)
"""How long a map may be agreed to, and a preview stored."""
OPEN = "('waiting', 'asked', 'mapped', 'shown')"


class WaitingAnswerFile(Struct, frozen=True):
    """A file to be fetched and read (`content` is not there yet), tried by its map, or stored."""

    id: int
    seat_id: int
    period_id: int | None
    chat_id: int
    file_id: str
    name: str
    caption: str
    state: FileState
    content: bytes | None
    map: str | None
    headings: str | None
    kept_at: str | None
    base: str | None
    message_id: int | None
    previews: int

    @property
    def owner(self) -> int:
        """Whose it is: administrators take turns."""
        return self.seat_id


FIELDS = WaitingAnswerFile.__struct_fields__
"""The columns of a row that waits."""


class KeptMap(Struct, frozen=True):
    """A map that was agreed to before, and when."""

    map: str
    at: str


def write(
    connection: sqlite3.Connection,
    change: AnswersChange,
    place: tuple[int, int, int | None],
    now: datetime,
) -> None:
    """Write what became of a file; `place` is the seat, the chat and the period."""
    seat_id, chat_id, period_id = place
    match change:
        case TakeAnswers(upload):
            take(connection, (seat_id, chat_id, period_id), upload, now)
        case SettleAnswers(file_id, state, message_id):
            if state in (FileState.MAPPED, FileState.CONFIRMED):
                connection.execute(
                    "UPDATE answer_files SET state = ?, message_id = ? WHERE id = ?",
                    (state, message_id, file_id),
                )
            else:
                settle(connection, file_id, state, now)


def take(
    connection: sqlite3.Connection,
    place: tuple[int, int, int | None],
    upload: Upload,
    now: datetime,
    content: bytes | None = None,
) -> None:
    """Note a file that came; what the seat has open gives way once it is clear that this is no map for it."""
    seat_id, chat_id, period_id = place
    connection.execute(
        "INSERT INTO answer_files (seat_id, chat_id, period_id, file_id, name, caption, at, content)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (
            seat_id, chat_id, period_id, upload.file_id, shown_name(upload), upload.caption or "",
            iso(now), content,
        ),
    )  # fmt: skip


def take_over(
    connection: sqlite3.Connection, roster_file: int, content: bytes, now: datetime, today: date
) -> None:
    """Take a file that came as a roster and holds answers."""
    seat_id, chat_id, file_id, name = connection.execute(
        "SELECT seat_id, chat_id, file_id, name FROM roster_files WHERE id = ?", (roster_file,)
    ).fetchone()
    period_id = periods.chosen(connection, chat_id) or periods.at_work(connection, today)
    upload = Upload("document", file_id, "", name, len(content), None, 0)
    take(connection, (seat_id, chat_id, period_id), upload, now, content)


def find(
    connection: sqlite3.Connection, file: int, seat_id: int, now: datetime
) -> AnswerFile | None:
    """Return a file of this seat."""
    row = connection.execute(
        "SELECT id, name, state, previews, expires_at FROM answer_files WHERE id = ? AND seat_id = ?",
        (file, seat_id),
    ).fetchone()
    if row is None:
        return None
    expired = row[4] is not None and parse(row[4]) <= now
    return AnswerFile(row[0], row[1], FileState(row[2]), row[3], expired)


def waiting(connection: sqlite3.Connection, resting: Sequence[int] = ()) -> list[WaitingAnswerFile]:
    """Return what is to be read, tried or stored and does not rest, oldest first."""
    rows = connection.execute(
        f"SELECT {', '.join(FIELDS)} FROM answer_files"
        " WHERE state IN ('waiting', 'mapped', 'confirmed')"
        " AND id NOT IN (SELECT value FROM json_each(?)) ORDER BY id LIMIT 4",
        (orjson.dumps(resting).decode(),),
    )
    named = (dict(zip(FIELDS, row, strict=True)) for row in rows)
    return [WaitingAnswerFile(**{**one, "state": FileState(one["state"])}) for one in named]


def is_still(connection: sqlite3.Connection, file: WaitingAnswerFile) -> bool:
    """Tell whether a file stands where it stood when it was taken up."""
    row = connection.execute("SELECT state FROM answer_files WHERE id = ?", (file.id,)).fetchone()
    return row is not None and row[0] == file.state


def awaiting_map(connection: sqlite3.Connection, seat_id: int, before: int) -> int | None:
    """Return the newest file of a seat for which a map may be sent."""
    row = connection.execute(
        "SELECT max(id) FROM answer_files WHERE seat_id = ? AND id < ? AND state IN ('asked', 'shown')",
        (seat_id, before),
    ).fetchone()
    return None if row is None else row[0]


def mapped(connection: sqlite3.Connection, file: int, text: str) -> None:
    """Note the map that was sent for a file: it is tried by it."""
    connection.execute(
        "UPDATE answer_files SET state = 'mapped', map = ?, kept_at = NULL WHERE id = ?",
        (text, file),
    )


def asks_again(connection: sqlite3.Connection, file: int) -> None:
    """Wait for another map: the one that was sent holds something wrong."""
    connection.execute("UPDATE answer_files SET state = 'asked' WHERE id = ?", (file,))


def ask(
    connection: sqlite3.Connection,
    file: WaitingAnswerFile,
    content: bytes,
    agreed: KeptMap,
    headings: str,
) -> None:
    """Write that the map of a file is shown."""
    replace_open(connection, file.seat_id, file.id, agreed.at)
    connection.execute(
        "UPDATE answer_files SET state = 'asked', content = ?, map = ?, headings = ?,"
        " previews = previews + 1, expires_at = ? WHERE id = ?",
        (content, agreed.map, headings, iso(parse(agreed.at) + LIFE), file.id),
    )


def show(
    connection: sqlite3.Connection,
    file: WaitingAnswerFile,
    content: bytes,
    agreed: tuple[str, str, str | None],
    base: str,
    now: datetime,
) -> datetime:
    """Write that the preview of a file goes out; return how long it holds.

    `agreed` is its map, the hash of its headings, and since when the map has been kept.
    """
    until = now + LIFE
    replace_open(connection, file.seat_id, file.id, iso(now))
    connection.execute(
        "UPDATE answer_files SET state = 'shown', content = ?, map = ?, headings = ?, kept_at = ?,"
        " base = ?, previews = previews + 1, expires_at = ? WHERE id = ?",
        (content, *agreed, base, iso(until), file.id),
    )
    return until


def replace_open(connection: sqlite3.Connection, seat_id: int, newer: int, now: str) -> None:
    """End what the seat sent before and has not agreed to."""
    connection.execute(
        "UPDATE answer_files SET state = 'replaced', settled_at = ?, content = NULL"
        f" WHERE seat_id = ? AND state IN {OPEN} AND id < ?",
        (now, seat_id, newer),
    )


def settle(connection: sqlite3.Connection, file: int, state: FileState, now: datetime) -> None:
    """Note the end of a file; what it gave is in the record, or came to nothing."""
    connection.execute(
        "UPDATE answer_files SET state = ?, settled_at = ?, content = NULL, caption = '' WHERE id = ?",
        (state, iso(now), file),
    )


def kept_map(connection: sqlite3.Connection, province: str, headings: str) -> KeptMap | None:
    """Return the map that was agreed to for these headings."""
    row = connection.execute(
        "SELECT map, at FROM answer_maps WHERE province = ? AND headings = ?", (province, headings)
    ).fetchone()
    return None if row is None else KeptMap(*row)


def keep_map(
    connection: sqlite3.Connection,
    place: tuple[str, str],
    text: str,
    file: WaitingAnswerFile,
    now: str,
) -> None:
    """Keep the map of a file for later ones with the same headings, in the same province."""
    connection.execute(
        "INSERT INTO answer_maps VALUES (?, ?, ?, ?, ?) ON CONFLICT (province, headings)"
        " DO UPDATE SET map = excluded.map, seat_id = excluded.seat_id, at = excluded.at",
        (*place, text, file.seat_id, now),
    )

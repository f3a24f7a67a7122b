"""Papers that somebody wants compared with the record, until they have been told; then the row is gone."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

import orjson
from msgspec import Struct
from msgspec.structs import asdict

from flows.model.events import Upload
from flows.model.paper_changes import CheckPaper
from flows.model.uploads import shown_name


class Check(Struct, frozen=True):
    """One paper to be compared, by its code or by its file; `quiet` as in `CheckPaper`."""

    id: int
    chat_id: int
    code: str | None
    upload: Upload | None
    is_quiet: bool

    @property
    def owner(self) -> int:
        """Whose it is: chats take turns."""
        return self.chat_id

    @property
    def what(self) -> str:
        """What is compared, as messages name it."""
        return self.code or (shown_name(self.upload) if self.upload else "")


def ask(connection: sqlite3.Connection, wanted: CheckPaper, chat_id: int, now: str) -> None:
    """Note that a paper is to be compared for a chat."""
    upload = orjson.dumps(asdict(wanted.upload)).decode() if wanted.upload else None
    connection.execute(
        "INSERT INTO paper_checks (chat_id, code, upload, is_quiet, at) VALUES (?, ?, ?, ?, ?)",
        (chat_id, wanted.code, upload, wanted.quiet, now),
    )


def waiting(connection: sqlite3.Connection, resting: Sequence[int] = ()) -> list[Check]:
    """Return what is to be compared and does not rest: the oldest of each chat, those of seats first."""
    rows = connection.execute(
        "SELECT c.id, c.chat_id, c.code, c.upload, c.is_quiet FROM paper_checks c"
        " WHERE c.id NOT IN (SELECT value FROM json_each(?))"
        " ORDER BY EXISTS (SELECT 1 FROM persons p WHERE p.telegram_id = c.chat_id) DESC,"
        " row_number() OVER (PARTITION BY c.chat_id ORDER BY c.id), c.id LIMIT 100",
        (orjson.dumps(resting).decode(),),
    )
    return [
        Check(
            row_id, chat_id, code, Upload(**orjson.loads(upload)) if upload else None, bool(quiet)
        )
        for row_id, chat_id, code, upload, quiet in rows
    ]


def settle(connection: sqlite3.Connection, check: Check) -> None:
    """Forget a paper that was compared: what was said of it is in the chat."""
    connection.execute("DELETE FROM paper_checks WHERE id = ?", (check.id,))

"""A file of answers that an administrator sends: where it stands, its map, and what it comes to."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from msgspec import Struct, field

from flows.model.events import Upload
from flows.model.sent_file import SentFile


class FileState(StrEnum):
    """From the upload to its end; `REPLACED` by a newer file of the same seat.

    `ASKED`: its map is shown; `MAPPED`: the map is agreed, and what it comes to is worked out; `SHOWN`: that
    is shown; `CONFIRMED`: it is being stored.
    """

    WAITING = "waiting"
    ASKED = "asked"
    MAPPED = "mapped"
    SHOWN = "shown"
    CONFIRMED = "confirmed"
    APPLIED = "applied"
    REFUSED = "refused"
    DROPPED = "dropped"
    REPLACED = "replaced"


class AnswerFile(SentFile[FileState], frozen=True):
    """A file of answers, and where it stands."""


class FileColumn(Struct, frozen=True):
    """A column of a table, and what it holds: a figure of a question, or why there is none."""

    heading: str
    no: int
    question: str
    what: str


class ProposedMap(Struct, frozen=True):
    """A map that is proposed for a table, and what it leaves open."""

    columns: tuple[FileColumn, ...]
    region: str
    office: str
    unused: tuple[str, ...]
    missing: int
    rows: int


class RefusedRow(Struct, frozen=True):
    """An answer, or a row, that is not taken: where, whose, to which question, and why."""

    place: str
    why: str
    unit: str = ""
    indicator: str = ""
    params: Mapping[str, Any] = field(default_factory=dict)


class Tried(Struct, frozen=True):
    """What a file comes to, or came to. `flagged` are answers that the chat would have asked back."""

    new: int
    changed: int
    same: int
    flagged: int
    offices: int
    refused: tuple[RefusedRow, ...] = ()
    unlisted: int = 0
    """How many more are refused than are told one by one."""

    @property
    def count(self) -> int:
        """How many answers are stored."""
        return self.new + self.changed


class TakeAnswers(Struct, frozen=True):
    """An administrator sent a file of answers; it is fetched and read afterwards."""

    upload: Upload


class SettleAnswers(Struct, frozen=True):
    """A map or a preview was agreed to (what follows is the shell's), or dropped."""

    file_id: int
    state: FileState
    message_id: int | None = None
    """The message that says meanwhile how far it is."""


AnswersChange = TakeAnswers | SettleAnswers

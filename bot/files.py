"""Fetches what people sent as proof into a content-addressed store, again until it has it or knows why not.

A file is judged by its content, written beside its place and moved there whole, so nothing is half-stored.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
import os
import sqlite3
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import puremagic
from telegram import Bot
from telegram.error import BadRequest, InvalidToken, TelegramError

from bot.clock import Clock, iso
from bot.letters import letters
from bot.pulse import Pulse
from bot.storage import evidence, outbox
from bot.storage.database import Database
from bot.storage.evidence import Waiting
from bot.storage.outbox import Letter
from flows.outcome import Say

log = logging.getLogger(__name__)
PAUSES = (1.0, 2.0, 5.0, 15.0, 60.0, 300.0)
AT_ONCE = 4
TEXT = "text/plain"
ACCEPTED = {
    ".pdf": "application/pdf",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".jfif": "image/jpeg",
    ".png": "image/png",
    ".webp": "image/webp",
    ".heic": "image/heic",
    ".tif": "image/tiff",
    ".tiff": "image/tiff",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    ".odt": "application/vnd.oasis.opendocument.text",
    ".ods": "application/vnd.oasis.opendocument.spreadsheet",
    ".doc": "application/msword",
    ".xls": "application/vnd.ms-excel",
    ".zip": "application/zip",
}
PROGRAMS = (b"MZ", b"\x7fELF", b"#!", b"\xca\xfe\xba\xbe", b"\xcf\xfa\xed\xfe", b"\xfe\xed\xfa\xcf")


class NotTaken(Exception):
    """A file that is refused: empty, unsafe, unreadable, too_big, gone."""


def judged(content: bytes, name: str) -> str:
    """The media type of a file by its content. Raises NotTaken."""
    if not content:
        raise NotTaken("empty")
    if content.startswith(PROGRAMS):
        raise NotTaken("unsafe")
    # A name says nothing, except which kind of office document a zip archive is.
    hint = name if content.startswith(b"PK") else None
    try:
        found = [one.extension.lower() for one in puremagic.magic_string(content, hint)]
    except (puremagic.PureError, ValueError):
        found = []
    accepted = next((ACCEPTED[suffix] for suffix in found if suffix in ACCEPTED), None)
    if accepted is not None:
        return accepted
    if Path(name).suffix.lower() in (".txt", ".csv") and _is_text(content):
        return TEXT
    raise NotTaken("unreadable")


def _is_text(content: bytes) -> bool:
    try:
        return "\0" not in content.decode()
    except UnicodeDecodeError:
        return False


def keep(folder: Path, content: bytes) -> str:
    """Put bytes into the store and return their SHA-256; the same bytes are stored once.

    Raises OSError, also where the store's folder is gone.
    """
    digest = hashlib.sha256(content).hexdigest()
    place = place_of(folder, digest)
    if place.exists() and place.stat().st_size == len(content):
        return digest
    if not place.parent.is_dir():
        # Never with its parents: a folder that went away (a disk, a share) is not to be made anew elsewhere.
        place.parent.mkdir(exist_ok=True, mode=0o700)
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
    return digest


def place_of(folder: Path, digest: str) -> Path:
    return folder / digest[:2] / digest


def damaged(connection: sqlite3.Connection, folder: Path) -> tuple[int, str] | None:
    """The first entry whose file, or row about it, is missing or changed, and why; None where all hold."""
    altered = evidence.altered(connection)
    if altered is not None:
        return altered, "file_row"
    for entry, digest, size in evidence.promised(connection):
        place = place_of(folder, digest)
        if not place.is_file():
            return entry, "file_missing"
        content = place.read_bytes()
        if len(content) != size or hashlib.sha256(content).hexdigest() != digest:
            return entry, "file_changed"
    return None


@dataclass(slots=True)
class Files:
    """The queue of files to fetch: rows of the database; only the pauses are in memory."""

    bot: Bot
    database: Database
    folder: Path
    clock: Clock
    send: Callable[[list[Letter]], None]
    pulse: Pulse = field(default_factory=Pulse)
    kick: asyncio.Event = field(default_factory=asyncio.Event)
    _failures: dict[int, int] = field(default_factory=dict)
    _not_before: dict[int, float] = field(default_factory=dict)

    async def run(self) -> None:
        """Fetch what waits, for ever; begins with what a former run left."""
        loop = asyncio.get_running_loop()
        while True:
            self.kick.clear()
            pause: float | None = 1.0
            try:
                found = await self.database.read(evidence.waiting)
                due = [one for one in found if self._not_before.get(one.id, 0.0) <= loop.time()]
                for start in range(0, len(due), AT_ONCE):
                    now = due[start : start + AT_ONCE]
                    await asyncio.gather(*(self._fetch(one) for one in now))
                pause = 1.0 if found else None
            except sqlite3.OperationalError as error:
                log.error("files wait, the database says: %s", error)
            try:
                async with asyncio.timeout(pause):
                    await self.kick.wait()
            except TimeoutError:
                continue

    async def _fetch(self, one: Waiting) -> None:
        try:
            content = await self._content(one)
            mime = judged(content, one.name)
            digest = await asyncio.to_thread(keep, self.folder, content)
        except NotTaken as error:
            await self._refuse(one, str(error))
            return
        except InvalidToken:
            raise
        except TelegramError as error:
            self._later(one, f"fetched ({type(error).__name__})")
            return
        except OSError as error:
            self.pulse.suffered("files", self.clock())
            self._later(one, f"kept in {self.folder} ({error.strerror or error})", logging.ERROR)
            return
        note = partial(evidence.stored, one=one, digest=digest, mime=mime, size=len(content))
        await self.database.transaction(lambda db: note(db, now=iso(self.clock())))
        self._failures.pop(one.id, None)

    async def _content(self, one: Waiting) -> bytes:
        try:
            file = await self.bot.get_file(one.file_id)
        except BadRequest as error:
            raise NotTaken("too_big" if "too big" in error.message.casefold() else "gone") from None
        return bytes(await file.download_as_bytearray())

    def _later(self, one: Waiting, why: str, level: int = logging.WARNING) -> None:
        failures = self._failures[one.id] = self._failures.get(one.id, 0) + 1
        pause = PAUSES[min(failures, len(PAUSES)) - 1]
        self._not_before[one.id] = asyncio.get_running_loop().time() + pause
        log.log(level, "file %s could not be %s; again in %s s", one.id, why, pause)

    async def _refuse(self, one: Waiting, why: str) -> None:
        """Say it to the sender, in the transaction that notes it."""

        def work(connection: sqlite3.Connection) -> list[Letter]:
            now = iso(self.clock())
            evidence.refused(connection, one, why, now)
            said = Say(f"evidence/refused_{why}", {"name": one.name, "size": 0, "most": 20})
            found = [outbox.sealed(letter) for letter in letters(said, one.chat_id)]
            outbox.put(connection, found, now)
            return found

        self.send(await self.database.transaction(work))

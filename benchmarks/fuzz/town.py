"""Two cities and a neighbour on a real SQLite file, fed through the real polling, dispatch and storage.

Only the network is not there: a request layer hands batches to `Polling` and sees the offset that
acknowledges them. Tokens are drawn from the seed, so that a case can be shown again.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import random
import re
import secrets
import sqlite3
import tempfile
from collections.abc import AsyncIterator, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from telegram import Bot
from telegram.request import RequestData

from benchmarks.fuzz.forging import NAMES, PHONE, Memory, Shown
from benchmarks.fuzz.permits import Judge
from benchmarks.fuzz.values import MARKUP
from bot.clock import iso
from bot.demo.botapi.api_errors import ApiError
from bot.demo.botapi.html_markup import HtmlReader as Html
from bot.dispatch import Dispatcher
from bot.ops.logs import LINE, QUIET, LogFormatter
from bot.storage import load_needs, people, record
from bot.storage.database import open_database
from bot.storage.outbox import OutboxMessage
from bot.telegram.intake import Polling
from bot.telegram.request import AiohttpRequest
from bot.telegram.token import BotToken
from bot.telegram.updates import Incoming
from tests.support import START, HeldClock, make_database, small_roster

TOKEN = "123456:FUZZ-token-that-no-log-may-hold"
TOKENS = (
    "KES",
    "KES2",
    "DIK1",
    "DIK2",
    "JAKUT",
    "BDG",
    "HUKUM",
    "KANWIL",
    "JABAR",
    "ADMIN",
    "DUA",
    "DUA2",
    "SISA",
)
SEATS = dict(zip((11, 12, 13, 14, 15, 16, 21, 31, 32, 71), TOKENS, strict=False))
LINK = re.compile(r"start=([\w-]+)")


def roster(connection: sqlite3.Connection) -> None:
    """The small roster, with an administrator and somebody who reviews and answers."""
    small_roster(connection)
    expires = iso(START + timedelta(days=90))
    for token, role, unit, province in (
        ("ADMIN", "admin", None, "31"), ("DUA", "kanwil", None, "31"), ("DUA2", "contact", 1, None),
        ("SISA", "contact", 2, None),
    ):  # fmt: skip
        fields = {"role": role, "unit_id": unit, "province": province, "label": token}
        people.create_invitation(connection, token, expires, iso(START), fields)


class Feed(AiohttpRequest):
    """The network: each batch once, and whether the next request acknowledged it."""

    def __init__(self) -> None:
        super().__init__()
        self.batches: asyncio.Queue[tuple[bytes, int]] = asyncio.Queue()
        self.asked = asyncio.Event()
        self.offset: int | None = None

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        *_: object,
        **__: object,
    ) -> tuple[int, bytes]:
        self.offset = _offset(request_data)
        self.asked.set()
        content, _number = await self.batches.get()
        return 200, content


def _offset(data: Any) -> int | None:
    if data is None:
        return None
    parameters = json.loads(data.content) if hasattr(data, "content") else data.parameters
    offset = parameters.get("offset")
    return int(offset) if offset is not None else None


async def _heard() -> None:
    """The town looks at no pulse."""


class Ears(logging.Handler):
    """Everything that is logged, as the operator would read it."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.setFormatter(LogFormatter(LINE))
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self.format(record))


@contextlib.contextmanager
def listening() -> Iterator[Ears]:
    """Hear all loggers at DEBUG; the libraries as quiet as the product sets them."""
    ears, root = Ears(), logging.getLogger()
    before = root.level
    root.addHandler(ears)
    root.setLevel(logging.DEBUG)
    for library in QUIET:
        logging.getLogger(library).setLevel(logging.WARNING)
    try:
        yield ears
    finally:
        root.removeHandler(ears)
        root.setLevel(before)


class Seeded:
    """Stands where `secrets` stands, so that links follow from the seed."""

    def __init__(self, dice: random.Random) -> None:
        self.dice = dice

    def token_urlsafe(self, _: int) -> str:
        return "".join(self.dice.choices("abcdefghijkLMNOPQRSTUV_0123456789", k=32))


class Town:
    """A database with its dispatcher and polling; `give` hands over one batch and judges what it did."""

    def __init__(
        self, path: Path, dispatcher: Dispatcher, clock: HeldClock, ears: Ears, seed: str
    ) -> None:
        self.path, self.dispatcher, self.clock, self.ears = path, dispatcher, clock, ears
        self.memory = Memory(shown=[], tokens=[])
        self.feed = Feed()
        self.bot = Bot(TOKEN, request=self.feed, get_updates_request=self.feed)
        self.reader = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
        self.judge = Judge(self.reader)
        self.failed = 0
        self.strangers: set[int] = set()
        self.letters: list[OutboxMessage] = []
        self.polling: asyncio.Task[None] | None = None

    async def _handle(self, batch: Any) -> None:
        updates: list[Incoming] = list(batch)
        self.letters += await self.dispatcher.handle(updates)

    def begin(self) -> None:
        self.polling = asyncio.get_running_loop().create_task(
            Polling(self.bot, self._handle, _heard, BotToken(self.bot)).run(), name="polling"
        )

    async def close(self) -> None:
        if self.polling is not None:
            self.polling.cancel()
            with contextlib.suppress(asyncio.CancelledError, Exception):
                await self.polling
        self.reader.close()

    async def give(self, updates: list[dict[str, Any]]) -> list[tuple[str, str]]:
        """One batch through everything; what is wrong about it, as (rule, said)."""
        assert self.polling is not None
        poisoned = any("_poisoned" in one for one in updates)
        plain = [{k: v for k, v in one.items() if k != "_poisoned"} for one in updates]
        content = json.dumps({"ok": True, "result": plain}).encode()
        self.letters.clear()
        self.ears.lines.clear()
        await self._polled()
        tappers = {one["callback_query"]["from"]["id"] for one in updates if _is_plain_tap(one)}
        self.strangers = {user for user in tappers if not self._is_known(user)}
        self.feed.asked.clear()
        self.feed.batches.put_nowait((content, len(updates)))
        alive = await self._polled()
        violations: list[tuple[str, str]] = []
        if not alive:
            violations.append(("the bot goes on", self._death()))
            self.begin()
        elif plain and self.feed.offset != plain[-1]["update_id"] + 1:
            violations.append(("every batch is acknowledged", f"offset {self.feed.offset}"))
        senders = {_sender(one) for one in plain} - {None}
        violations += [("no unhandled error", one) for one in self._failures(poisoned)]
        violations += [("nobody does what is not theirs", one) for one in self.judge.news(senders)]  # type: ignore[arg-type]
        violations += [("nothing personal in the log", one) for one in self._leaks(plain)]
        violations += self._sent(updates)
        self._remember()
        return violations

    async def _polled(self) -> bool:
        """Wait until the polling asks again; False where it has ended."""
        assert self.polling is not None
        asks = asyncio.ensure_future(self.feed.asked.wait())
        done, _ = await asyncio.wait({asks, self.polling}, return_when=asyncio.FIRST_COMPLETED)
        if self.polling in done:
            asks.cancel()
            return False
        return True

    def _death(self) -> str:
        assert self.polling is not None
        error = None if self.polling.cancelled() else self.polling.exception()
        return f"polling ended: {type(error).__name__}: {str(error)[:200]}"

    def _failures(self, poisoned: bool) -> list[str]:
        rows = self.reader.execute(
            "SELECT id, error FROM failed_updates WHERE id > ? ORDER BY id", (self.failed,)
        ).fetchall()
        self.failed = rows[-1][0] if rows else self.failed
        # In a broken shape a refusal to read it is right; an error behind the reading is not.
        errors = [error for _, error in rows]
        return [
            one[-1500:]
            for one in errors
            if not poisoned or "bot/telegram/update_guard.py" not in one
        ]

    def _leaks(self, updates: list[dict[str, Any]]) -> list[str]:
        log = "\n".join(self.ears.lines)
        if not log:
            return []
        secrets = {TOKEN, TOKEN[7:], PHONE, *self.memory.tokens, *NAMES.values()}
        secrets |= {text for one in updates for text in _texts(one) if len(text) > 9}
        return [f"{one[:80]!r} in: {log[-600:]}" for one in secrets if one in log]

    def _sent(self, updates: list[dict[str, Any]]) -> list[tuple[str, str]]:
        """Each letter can be sent, and each tap that was read got exactly one answer."""
        violations = []
        answered: dict[str, int] = {}
        for letter in self.letters:
            if letter.method == "answerCallbackQuery":
                number = str(letter.payload["callback_query_id"])
                answered[number] = answered.get(number, 0) + 1
            if why := unsendable(letter):
                violations.append(
                    (
                        "every letter can be sent",
                        f"{letter.method} {why}: {str(letter.payload)[:600]}",
                    )
                )
        taps = [one["callback_query"] for one in updates if _is_plain_tap(one)]
        whole = [one["id"] for one in taps]
        counts = {number: answered.get(number, 0) for number in whole if whole.count(number) == 1}
        # Strangers are answered once in ten minutes; some of their taps stay without an answer.
        # Who is known only afterwards, or no more, was one for a part of the batch.
        strange = {
            one["id"]
            for one in taps
            if one["from"]["id"] in self.strangers or not self._is_known(one["from"]["id"])
        }
        wrong = [
            f"{number}: {count} answers"
            for number, count in counts.items()
            if count != 1 and not (count == 0 and number in strange)
        ]
        return violations + [("each tap is answered once", one) for one in wrong]

    def _is_known(self, user: int) -> bool:
        """Whether somebody holds a seat, or has a forwarded question open."""
        sql = (
            "SELECT 1 FROM persons p JOIN seats s ON s.person_id = p.id WHERE p.telegram_id = ?1"
            " AND s.until IS NULL AND s.suspended_at IS NULL UNION SELECT 1 FROM focus"
            " WHERE chat_id = ?1 AND json_extract(state, '$.request') IS NOT NULL"
        )
        return self.reader.execute(sql, (user,)).fetchone() is not None

    def _remember(self) -> None:
        for letter in self.letters:
            text = letter.payload.get("text", "")
            self.memory.tokens += LINK.findall(text) if isinstance(text, str) else []
            number = letter.payload.get("message_id", letter.id)
            self.memory.shown += [
                Shown(letter.chat_id, number, data) for data in keyboard_of(letter)
            ]
        del self.memory.tokens[:-60], self.memory.shown[:-3000]

    def whole(self) -> list[tuple[str, str]]:
        """The record at the end."""
        verdict = record.verify(self.reader)
        return [("the record verifies", str(verdict.broken))] if verdict.broken else []


def keyboard_of(letter: OutboxMessage) -> list[str]:
    """The data of the buttons below a letter."""
    rows = letter.payload.get("reply_markup", {}).get("inline_keyboard", [])
    return [cell["callback_data"] for row in rows for cell in row if "callback_data" in cell]


def unsendable(letter: OutboxMessage) -> str | None:
    """Why the Bot API would refuse a letter, or what it lets through that it must not."""
    payload = letter.payload
    for key in ("text", "caption"):
        words = payload.get(key)
        if words is None:
            continue
        if letter.method != "answerCallbackQuery":
            try:
                text, _ = Html(words).read()
            except ApiError as error:
                return f"is no HTML ({error})"
            if MARKUP in words:
                return "holds a link that a person typed"
            if not text.strip():
                return "is empty"
            if len(text.encode("utf-16-le", "surrogatepass")) // 2 > (
                4096 if key == "text" else 1024
            ):
                return "is too long"
        elif len(words) > 200:
            return "is too long"
    for row in payload.get("reply_markup", {}).get("inline_keyboard", []):
        for cell in row:
            if (
                not 0 < len(cell.get("callback_data", "x").encode()) <= 64
                or not cell["text"].strip()
            ):
                return f"has a button that cannot be: {cell}"
    return None


def _is_plain_tap(update: dict[str, Any]) -> bool:
    query = update.get("callback_query")
    if "_poisoned" in update or not isinstance(query, dict):
        return False
    try:
        return (
            query["message"]["chat"]["type"] == "private"
            and isinstance(query["id"], str)
            and (isinstance(query["data"], str) and query["message"]["chat"]["id"] in NAMES)
        )
    except (KeyError, TypeError):
        return False


def _sender(update: dict[str, Any]) -> int | None:
    for value in update.values():
        if isinstance(value, dict) and isinstance(value.get("from"), dict):
            sender = value["from"].get("id")
            return sender if isinstance(sender, int) else None
    return None


def _texts(tree: Any) -> Iterator[str]:
    if isinstance(tree, str):
        yield tree
    elif isinstance(tree, dict):
        for value in tree.values():
            yield from _texts(value)
    elif isinstance(tree, list):
        for value in tree:
            yield from _texts(value)


@contextlib.asynccontextmanager
async def town(seed: str, now: datetime = START) -> AsyncIterator[Town]:
    """A town where everybody has joined."""
    dice, real = random.Random(f"tokens {seed}"), secrets
    with tempfile.TemporaryDirectory(prefix="fuzz-") as folder, listening() as ears:
        path = make_database(Path(folder) / "p.db", roster)
        clock = HeldClock(now)
        async with open_database(path) as database:
            load_needs.secrets = Seeded(dice)  # type: ignore[assignment,attr-defined]
            dispatcher = Dispatcher(
                database, clock, ZoneInfo("Asia/Jakarta"), "https://t.me/PeduliHamBot"
            )
            new_town = Town(path, dispatcher, clock, ears, seed)
            new_town.begin()
            try:
                yield new_town
            finally:
                await new_town.close()
                load_needs.secrets = real  # type: ignore[attr-defined]

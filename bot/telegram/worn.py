"""Buttons whose moment is over are taken away, so that nobody presses what does nothing any more.

Those of a prompt go when the next one comes; those of an answer, under all messages about it, when it is
sent. Only for show, and so kept in memory: after a restart an old button is still answered with the live
question, or with where the answer is.
"""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict, deque
from collections.abc import Callable

from msgspec import Struct, field
from telegram import Bot
from telegram.error import RetryAfter

from bot.storage.outbox import OutboxMessage
from bot.telegram.api_responses import seconds_of
from bot.telegram.calls import call
from bot.telegram.pacing import Window
from flows.model.buttons import Verb, read

log = logging.getLogger(__name__)
CHATS = 20_000
ANSWERS = 20_000
MESSAGES = 8
"""Messages with buttons about one answer that are remembered: the newest."""
WAITING = 200
OF_ANSWERS = frozenset({Verb.EDIT, Verb.PROOF, Verb.TICK, Verb.FINISH, Verb.WITHDRAW, Verb.RESEND})
"""What an office does to one answer, while it has it."""
METHOD = "editMessageReplyMarkup"
LOOK = 0.2
"""Seconds until it is looked again whether the replies leave room."""


AnswerKey = tuple[int, int, int]
"""Chat, seat and indicator."""


class Worn(Struct):
    """`sent` notes each letter that arrived; `run` takes buttons away while nothing else waits."""

    bot: Bot
    window: Window | None
    is_idle: Callable[[], bool]
    _live: OrderedDict[int, int] = field(default_factory=OrderedDict)
    _of_answers: OrderedDict[AnswerKey, deque[int]] = field(default_factory=OrderedDict)
    _worn: asyncio.Queue[tuple[int, int]] = field(
        default_factory=lambda: asyncio.Queue(maxsize=WAITING)
    )

    def sent(self, letter: OutboxMessage, message_id: int | None) -> None:
        """Note a letter that arrived: it may end its chat's prompt, and be the next one."""
        if message_id is None:
            return
        self._about_answers(letter, message_id)
        if not (letter.prompt or letter.supersedes):
            return
        before = self._live.pop(letter.chat_id, None)
        if before not in (None, message_id):
            self._take(letter.chat_id, before)
        if letter.prompt:
            self._live[letter.chat_id] = message_id
            if len(self._live) > CHATS:
                self._live.popitem(last=False)

    def _about_answers(self, letter: OutboxMessage, message_id: int) -> None:
        """Take the buttons of what this letter has sent; note what its own are about."""
        for sent in letter.sends:
            for before in self._of_answers.pop((letter.chat_id, *sent), ()):
                if before != message_id:
                    self._take(letter.chat_id, before)
        about = _about(letter)
        if about is None:
            return
        noted = self._of_answers.setdefault(about, deque(maxlen=MESSAGES))
        self._of_answers.move_to_end(about)
        if message_id not in noted:
            noted.append(message_id)
        if len(self._of_answers) > ANSWERS:
            self._of_answers.popitem(last=False)

    def _take(self, chat: int, message: int) -> None:
        if not self._worn.full():
            self._worn.put_nowait((chat, message))

    async def run(self) -> None:
        """Remove worn buttons until cancelled; a call that fails is let go, for the message may be gone."""
        loop = asyncio.get_running_loop()
        while True:
            chat, message = await self._worn.get()
            while not self.is_idle() or (self.window and self.window.wait(loop.time()) > 0):
                await asyncio.sleep(LOOK)
            began = loop.time()
            if self.window:
                self.window.started()
            try:
                await call(self.bot, OutboxMessage(0, chat, METHOD, {"message_id": message}))
            except RetryAfter as error:
                await asyncio.sleep(seconds_of(error))
            except Exception as error:  # buttons are not worth more
                log.debug("buttons of message %s stay: %s", message, error)
            finally:
                if self.window:
                    self.window.ended(began, loop.time())


def _about(letter: OutboxMessage) -> AnswerKey | None:
    """Return chat, seat and indicator of the answer that a letter's buttons change; None where they are
    about none, or about several.
    """
    markup = letter.payload.get("reply_markup")
    if markup is None:
        return None
    carried = [
        cell.get("callback_data", "") for row in markup.get("inline_keyboard", ()) for cell in row
    ]
    pressed = [read(text) for text in carried if text.partition(".")[0] in OF_ANSWERS]
    answers = {
        (letter.chat_id, one.first, number)
        for one in pressed
        if one and (number := one.number()) is not None
    }
    return answers.pop() if len(answers) == 1 else None

"""What people hear of the bot: letters as a phone shows them, buttons included."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from dataclasses import dataclass

from bot.storage.outbox import OutboxMessage
from bot.telegram.rendering import letters
from flows.model.outcome import Message

TALK = {"sendMessage", "editMessageText"}
UNSEEN = {"setMyCommands", "answerInlineQuery"}


@dataclass(frozen=True, slots=True)
class Heard:
    """One message by the name of its template; `keyboard` has a (label, data) for each button.

    `kind`: text, notice, show (a file that somebody sent), picture or document. `alert`: a notice that
    waits until it is tapped away.
    """

    name: str | None
    kind: str
    text: str
    keyboard: tuple[tuple[tuple[str, str], ...], ...] = ()
    alert: bool = False

    @property
    def bare(self) -> str:
        """Return the words without their markup."""
        return html.unescape(re.sub(r"<[^>]+>", "", self.text))


def heard(letter: OutboxMessage, files: Mapping[str, str]) -> Heard:
    """Return a letter as it is read; `files` has the names of those that may be shown again, by their ids."""
    payload, name = letter.payload, letter.name
    if letter.method == "answerCallbackQuery":
        text = f"[{payload['text']}]" if name else ""
        return Heard(name, "notice", text, alert=payload.get("show_alert", False))
    if letter.method == "setMessageReaction":
        return Heard(name, "reaction", f"({payload['reaction'][0]['emoji']})")
    if letter.method in TALK:
        rows = payload.get("reply_markup", {}).get("inline_keyboard", ())
        keys = tuple(
            tuple((one["text"], one.get("callback_data", "")) for one in row) for row in rows
        )
        lines = ["  ".join(f"[{shown}]" for shown, _ in row) for row in keys]
        return Heard(name, "text", "\n".join([payload["text"], *lines]), keys)
    if "drawing" in payload:
        return Heard(name, "picture", f"(picture) {payload['caption']}")
    if "filename" in payload:
        body = f"\n{payload['text']}" if "text" in payload else ""
        return Heard(
            name, "document", f"(document {payload['filename']}) {payload['caption']}{body}"
        )
    kind = "photo" if "photo" in payload else "document"
    return Heard(name, "show", f"({kind} {files[payload[kind]]}) {payload['caption']}")


def text_of(message: Message | Heard) -> str:
    """Return a message as people read it."""
    if isinstance(message, Heard):
        return message.text
    return "\n".join(heard(letter, {}).text for letter in letters(message, 0))

"""What a step says: messages by their names with what their templates need, files, answers to taps."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgspec import Struct, field

from flows.model.buttons import Button

Keyboard = tuple[tuple[Button, ...], ...]


class Say(Struct, frozen=True):
    """A message by its name, with what its template needs.

    `edit` names a message of ours to rewrite in place; `chat_id` another chat than the one that
    speaks; `campaign_id` marks it as bulk; `thread` is the topic of a forum; `quiet` makes no sound.
    """

    name: str
    view: Mapping[str, Any] = field(default_factory=dict)
    keyboard: Keyboard = ()
    edit: int | None = None
    chat_id: int | None = None
    campaign_id: int | None = None
    thread: int | None = None
    quiet: bool = False


class Notice(Struct, frozen=True):
    """The answer to a tap: a short text above the chat, or nothing (name None) to end the spinner."""

    query_id: str
    name: str | None = None
    view: Mapping[str, Any] = field(default_factory=dict)
    alert: bool = False


class Show(Struct, frozen=True):
    """A file that was sent before, shown to whoever asked.

    A picture of it goes first where it has a `preview`: its digest and media type.
    """

    kind: str
    file_id: str
    name: str
    view: Mapping[str, Any] = field(default_factory=dict)
    preview: tuple[str, str] | None = None


class Picture(Struct, frozen=True):
    """A drawing of ours, made from `view` when it is delivered; its caption is the message of that name."""

    name: str
    view: Mapping[str, Any]


class SentDocument(Struct, frozen=True):
    """A file of ours; its caption is the message of that name.

    `body` names the message that is its text; `made` what is made of `view` when it is delivered.
    """

    name: str
    view: Mapping[str, Any]
    filename: str
    body: str | None = None
    made: str | None = None


class React(Struct, frozen=True):
    """A reaction to what a person wrote, where nothing needs saying."""

    message_id: int
    emoji: str


class Card(Struct, frozen=True):
    """One answer to an inline query: a title, a label below it, and the message it becomes."""

    id: str
    title: str
    label: str
    name: str
    view: Mapping[str, Any]


class InlineAnswer(Struct, frozen=True):
    """The answer to an inline query; without cards there is nothing for this person."""

    query_id: str
    cards: tuple[Card, ...] = ()


Message = Say | Notice | Show | Picture | SentDocument | InlineAnswer | React

"""What a step says: messages by their names with what their templates need, files, answers to taps."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from flows.model.buttons import Button

Keyboard = tuple[tuple[Button, ...], ...]


@dataclass(frozen=True, slots=True)
class Say:
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


@dataclass(frozen=True, slots=True)
class Notice:
    """The answer to a tap: a short text above the chat, or nothing (name None) to end the spinner."""

    query_id: str
    name: str | None = None
    view: Mapping[str, Any] = field(default_factory=dict)
    alert: bool = False


@dataclass(frozen=True, slots=True)
class Show:
    """A file that was sent before, shown to whoever asked.

    A picture of it goes first where it has a `preview`: its digest and media type.
    """

    kind: str
    file_id: str
    name: str
    view: Mapping[str, Any] = field(default_factory=dict)
    preview: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Picture:
    """A drawing of ours, made from `view` when it is delivered; its caption is the message of that name."""

    name: str
    view: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Document:
    """A file of ours; its caption is the message of that name.

    `body` names the message that is its text; `made` what is made of `view` when it is delivered.
    """

    name: str
    view: Mapping[str, Any]
    filename: str
    body: str | None = None
    made: str | None = None


@dataclass(frozen=True, slots=True)
class React:
    """A reaction to what a person wrote, where nothing needs saying."""

    message_id: int
    emoji: str


@dataclass(frozen=True, slots=True)
class Card:
    """One answer to an inline query: a title, a label below it, and the message it becomes."""

    id: str
    title: str
    label: str
    name: str
    view: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class InlineAnswer:
    """The answer to an inline query; without cards there is nothing for this person."""

    query_id: str
    cards: tuple[Card, ...] = ()


Message = Say | Notice | Show | Picture | Document | InlineAnswer | React

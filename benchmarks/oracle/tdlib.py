"""TDLib (the package `tdjson`) asked by its synchronous calls; answers in the words of the Bot API."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from importlib.util import find_spec
from typing import Any

import orjson

from bot.demo.botapi.nesting import Entity

HERE = find_spec("tdjson") is not None
KINDS = {
    "Bold": "bold", "Italic": "italic", "Underline": "underline", "Strikethrough": "strikethrough",
    "Spoiler": "spoiler", "Code": "code", "Pre": "pre", "PreCode": "pre", "TextUrl": "text_link",
    "MentionName": "text_mention", "BlockQuote": "blockquote",
    "ExpandableBlockQuote": "expandable_blockquote", "CustomEmoji": "custom_emoji", "DateTime": "date_time",
    "Url": "url", "EmailAddress": "email", "BotCommand": "bot_command", "Mention": "mention",
    "Hashtag": "hashtag", "Cashtag": "cashtag",
}  # fmt: skip
NAMES = {kind: name for name, kind in KINDS.items()}
FIELDS = {"PreCode": "language", "TextUrl": "url", "MentionName": "_user_id",
          "CustomEmoji": "custom_emoji_id", "DateTime": "unix_time"}  # fmt: skip
TIMES = re.compile(r"[0-9:]*:[0-9:]*")


class RefusedError(Exception):
    """What TDLib says of a text that it does not take."""


@cache
def _library() -> Any:
    import tdjson

    tdjson.td_execute(b'{"@type":"setLogVerbosityLevel","new_verbosity_level":0}')
    return tdjson


def _ask(kind: str, **fields: Any) -> Any:
    answer = orjson.loads(_library().td_execute(orjson.dumps({"@type": kind, **fields})))
    if answer["@type"] == "error":
        raise RefusedError(answer["message"])
    return answer


def _entities(formatted: Any) -> list[Entity]:
    kept = []
    for entry in formatted["entities"]:
        name = entry["type"]["@type"].removeprefix("textEntityType")
        if name not in KINDS:  # numbers of cards and times of a film: shown to no bot
            continue
        entity = {"type": KINDS[name], "offset": entry["offset"], "length": entry["length"]}
        if name in FIELDS:
            entity[FIELDS[name]] = next(v for k, v in entry["type"].items() if k != "@type")
        kept.append(entity)
    return kept


def html(text: str) -> tuple[str, list[Entity]]:
    """What the markup says, before anything is cleaned or trimmed."""
    return _marked(text, {"@type": "textParseModeHTML"})


def markdown(text: str, version: int) -> tuple[str, list[Entity]]:
    """`version` 2: MarkdownV2; 1: the older Markdown."""
    return _marked(text, {"@type": "textParseModeMarkdown", "version": version})


def _marked(text: str, mode: dict[str, Any]) -> tuple[str, list[Entity]]:
    formatted = _ask("parseTextEntities", text=text, parse_mode=mode)
    return formatted["text"], _entities(formatted)


def automatic(text: str) -> list[Entity]:
    return _entities(_ask("getTextEntities", text=text))


def fixed(text: str, entities: list[Entity]) -> tuple[str, list[Entity]]:
    """Cleaned, and the given entities in order, as in a message before its ends are trimmed.

    The text must hold none of Markdown's signs: the call reads them.
    """
    given = [_given(one) for one in entities]
    asked = {"@type": "formattedText", "text": text, "entities": given}
    formatted = _ask("parseMarkdown", text=asked)
    return formatted["text"], _entities(formatted)


def _given(entity: Entity) -> dict[str, Any]:
    name = (
        "PreCode" if entity["type"] == "pre" and entity.get("language") else NAMES[entity["type"]]
    )
    name = "Pre" if name == "PreCode" and not entity.get("language") else name
    kind = {"@type": f"textEntityType{name}"}
    if name in FIELDS:
        kind[FIELDS[name].replace("_user_id", "user_id")] = entity[FIELDS[name]]
    return {
        "@type": "textEntity",
        "offset": entity["offset"],
        "length": entity["length"],
        "type": kind,
    }


def file_name(name: str) -> str:
    return str(_ask("cleanFileName", file_name=name)["text"])


def times(text: str) -> Iterator[tuple[int, int, str]]:
    """Times of a film, which TDLib's call marks and a bot's messages never have: not compared."""
    for match in TIMES.finditer(text):
        start, end = match.span()
        parts = match[0].split(":")
        if re.match(r"\w", text[start - 1 : start]) or re.match(r"\w", text[end : end + 1]):
            continue
        if len(parts[-1]) != 2 or int(parts[-1]) >= 60:
            continue
        minutes = len(parts) == 2 and 1 <= len(parts[0]) <= 4
        hours = len(parts) == 3 and 1 <= len(parts[0]) <= 2 and 1 <= len(parts[1]) <= 2
        if minutes or (hours and int(parts[1]) < 60):
            yield start, end, "bank_card"

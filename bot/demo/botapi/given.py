"""Entities that come with a text as a parameter: their shape, and where they may begin and end."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from bot.demo.botapi.api_errors import ApiError, bad
from bot.demo.botapi.nesting import QUOTES, STYLES, end_of
from bot.demo.botapi.url_rules import LinkError, address, person_of

Entity = dict[str, Any]
FOUND = {
    "mention", "hashtag", "cashtag", "bot_command", "url", "email", "phone_number", "bank_card_number",
}  # fmt: skip
"""Telegram finds these by itself; given ones are passed over."""
FARTHEST = 1_000_000
NEEDS = {"text_link": ("url", str), "text_mention": ("user", dict), "custom_emoji": ("custom_emoji_id", str),
         "date_time": ("unix_time", int)}  # fmt: skip
_BARE = {*STYLES, *QUOTES, "code", "pre"}


def checked(given: Any) -> list[Entity]:
    """Return the entities, each of a known shape. Raises ApiError."""
    if not isinstance(given, list):
        raise bad("can't parse entities JSON object")
    entries = [entry for entity in given if (entry := _known(entity)) is not None]
    for entry in entries:
        for name in ("offset", "length"):
            if not 0 <= entry[name] <= FARTHEST:
                raise bad(f"receive an entity with incorrect {name} {entry[name]}")
    return [one for one in entries if one["length"]]


def _known(given: Any) -> Entity | None:
    if not isinstance(given, dict):
        raise _wrong("expected an Object")
    for name in ("offset", "length"):
        if not isinstance(given.get(name), int):
            raise _wrong(f'Can\'t find field "{name}"')
    kind = given.get("type")
    if kind in FOUND:
        return None
    if kind not in _BARE and kind not in NEEDS:
        raise _wrong("Unsupported type specified")
    if kind in NEEDS and not isinstance(given.get(NEEDS[kind][0]), NEEDS[kind][1]):
        raise _wrong(f'Can\'t find field "{NEEDS[kind][0]}"')
    return _linked(dict(given)) if kind in ("text_link", "text_mention") else dict(given)


def _linked(entity: Entity) -> Entity | None:
    if entity["type"] == "text_mention":
        return {**entity, "_user_id": entity.pop("user").get("id")}
    person = person_of(entity["url"])
    if person is not None:
        del entity["url"]
        return {**entity, "type": "text_mention", "_user_id": person}
    try:
        return {**entity, "url": address(entity["url"])}
    except LinkError as error:
        raise bad(f"entity URL '{entity['url']}' is invalid: {error}") from None


def _wrong(text: str) -> ApiError:
    return bad(f"can't parse MessageEntity: {text}")


def check_places(text: str, entities: list[Entity]) -> None:
    """Refuse entities (in order, none across) that begin or end inside a character, or behind the text."""
    waiting, opened = list(entities), list[Entity]()
    for at, byte in _characters(text):
        while opened and at >= end_of(opened[-1]):
            entity = opened.pop()
            if at != end_of(entity):
                begun = f"entity beginning at UTF-16 offset {entity['offset']}"
                raise bad(f"{begun} ends in a middle of a UTF-16 symbol at byte offset {byte}")
        while waiting and at >= waiting[0]["offset"]:
            if at != waiting[0]["offset"]:
                raise bad(f"entity begins in a middle of a UTF-16 symbol at byte offset {byte}")
            opened.append(waiting.pop(0))
    if waiting:
        begun = f"at UTF-16 offset {waiting[0]['offset']}"
        raise bad(f"entity begins after the end of the text {begun}")
    if opened:
        entity = opened[-1]
        begun = f"entity beginning at UTF-16 offset {entity['offset']}"
        raise bad(f"{begun} ends after the end of the text at UTF-16 offset {end_of(entity)}")


def _characters(text: str) -> Iterator[tuple[int, int]]:
    """Yield where each character begins, and the text ends: in units of UTF-16, and in bytes."""
    at = byte = 0
    for c in text:
        yield at, byte
        at += 2 if c > "\uffff" else 1
        byte += len(c.encode("utf-8", "surrogatepass"))
    yield at, byte

"""A text and its entities as Telegram keeps them: markup read, ends trimmed, links found, order fixed."""

from __future__ import annotations

import re
from html import escape
from typing import Any

from bot.sandbox.errors import bad
from bot.sandbox.html_markup import Reader, units

__all__ = ["automatic", "parse", "to_html", "units"]
Entity = dict[str, Any]
MOST = 100
ORDER = {
    "blockquote": 0, "expandable_blockquote": 0, "pre": 11, "code": 20, "text_link": 49, "text_mention": 49,
    "bold": 90, "italic": 91, "underline": 92, "strikethrough": 93, "spoiler": 94, "custom_emoji": 99,
}  # fmt: skip
SPLITTABLE = {"bold", "italic", "underline", "strikethrough", "spoiler"}
SOLID = {"code", "pre", "text_link", "text_mention"}
"""Where one of these is, Telegram looks for no address or command."""
_TOP = "com|org|net|info|biz|io|me|dev|app|gov|edu|id|my|sg|au|uk|de|nl|ru|eu|co"
_AUTO = (
    ("url", re.compile(
        rf"(?<![\w@.])(?:(?:https?|tg|ftp)://[^\s<>\"«»]+|(?:[a-z0-9-]+\.)+(?:{_TOP})(?![\w.@-]*\w)(?:[/?#][^\s<>\"]*)?)",
        re.IGNORECASE)),
    ("email", re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@(?:[\w-]+\.)+[a-z]{2,12}(?!\w)", re.IGNORECASE)),
    ("bot_command", re.compile(r"(?<![\w/])/[A-Za-z0-9_]{1,64}(?:@[A-Za-z0-9_]{3,32})?(?![\w/])")),
    ("mention", re.compile(r"(?<![\w@/])@[A-Za-z][A-Za-z0-9_]{3,31}(?!\w)")),
    ("hashtag", re.compile(r"(?<!\w)#(?=\w*[^\W\d])\w{1,255}")),
)  # fmt: skip


def parse(
    text: str, mode: str | None, given: list[Entity] | None = None
) -> tuple[str, list[Entity]]:
    """The plain text and its entities. Raises ApiError where the markup is broken or not supported here."""
    found: list[Entity] = []
    if mode and mode.lower() != "html":
        if mode.lower() in ("markdown", "markdownv2"):
            raise bad(f"{mode} is left out of this server; use HTML")
        raise bad("unsupported parse_mode")
    if mode:
        text, found = Reader(text).read() if "<" in text or "&" in text else (text, [])
    elif given:
        found = [dict(one) for one in given]
    if not found and not any(c in text for c in "/@.#\r"):
        return text.strip(), []
    text, found = _trimmed(text.replace("\r", "") if "\r" in text else text, found)
    return text, ordered(text, found)


def ordered(text: str, found: list[Entity]) -> list[Entity]:
    """Entities merged and sorted, with those that Telegram finds by itself; at most 100."""
    found = [{k: v for k, v in one.items() if k != "_language"} for one in found]
    found = _nested(_merged(_outside_of_code(found)))
    busy = [one for one in found if one["type"] in SOLID]
    found += [one for one in automatic(text) if not any(_meet(one, other) for other in busy)]
    found.sort(key=lambda one: (one["offset"], -one["length"], ORDER.get(one["type"], 50)))
    return found[:MOST]


def _meet(one: Entity, other: Entity) -> bool:
    return bool(
        one["offset"] < other["offset"] + other["length"]
        and other["offset"] < one["offset"] + one["length"]
    )


def _outside_of_code(found: list[Entity]) -> list[Entity]:
    """Inside of code nothing else is marked."""
    code = [one for one in found if one["type"] in ("code", "pre")]
    if not code:
        return found
    return [
        one
        for one in found
        if one["type"] not in SPLITTABLE | {"text_link"}
        or not any(
            other["offset"] <= one["offset"]
            and one["offset"] + one["length"] <= other["offset"] + other["length"]
            for other in code
        )
    ]


def _merged(found: list[Entity]) -> list[Entity]:
    """Bold next to bold is one bold."""
    kept = [one for one in found if one["type"] not in SPLITTABLE]
    for kind in SPLITTABLE:
        last: Entity | None = None
        for one in sorted((o for o in found if o["type"] == kind), key=lambda o: int(o["offset"])):
            if last is not None and one["offset"] <= last["offset"] + last["length"]:
                end = max(last["offset"] + last["length"], one["offset"] + one["length"])
                last["length"] = end - last["offset"]
                continue
            last = dict(one)
            kept.append(last)
    return kept


def _nested(found: list[Entity]) -> list[Entity]:
    """Where one begins inside of another and ends outside, it is cut in two."""
    kept: list[Entity] = []
    todo = sorted(found, key=lambda o: (o["offset"], -o["length"], ORDER.get(o["type"], 50)))
    while todo:
        one = todo.pop(0)
        end = one["offset"] + one["length"]
        ends = [
            o["offset"] + o["length"] for o in kept if o["offset"] + o["length"] > one["offset"]
        ]
        cut = min([e for e in ends if e < end], default=None)
        starts = [o["offset"] for o in todo if o["type"] not in SPLITTABLE and _crosses(one, o)]
        if one["type"] in SPLITTABLE and (cut is not None or starts):
            cut = min([*starts, *([] if cut is None else [cut])])
            rest = {**one, "offset": cut, "length": end - cut}
            todo.append(rest)
            todo.sort(key=lambda o: (o["offset"], -o["length"], ORDER.get(o["type"], 50)))
            one = {**one, "length": cut - one["offset"]}
        kept.append(one)
    return kept


def _crosses(one: Entity, other: Entity) -> bool:
    """The other one begins inside of this and ends outside."""
    end = one["offset"] + one["length"]
    return bool(one["offset"] < other["offset"] < end < other["offset"] + other["length"])


def _trimmed(text: str, found: list[Entity]) -> tuple[str, list[Entity]]:
    """Without the blanks at the ends; those in front stay where an entity holds them."""
    text = text.rstrip()
    blanks = len(text) - len(text.lstrip())  # blanks are one unit each
    lead = min([blanks, *(one["offset"] for one in found)])
    text, limit = text[lead:], units(text) - lead
    kept = []
    for one in found:
        start = one["offset"] - lead
        end = min(limit, start + one["length"])
        if end > start:
            kept.append({**one, "offset": start, "length": end - start})
    return text, kept


def automatic(text: str) -> list[Entity]:
    """Addresses, mails, commands, mentions and hashtags, which Telegram finds by itself."""
    if not any(c in text for c in "/@.#"):
        return []
    found: list[Entity] = []
    for kind, pattern in _AUTO:
        for match in pattern.finditer(text):
            word = match[0].rstrip(".,;:!?)'\"…") if kind == "url" else match[0]
            one = {"type": kind, "offset": units(text[: match.start()]), "length": units(word)}
            if not any(_meet(one, other) for other in found):
                found.append(one)
    return sorted(found, key=lambda one: int(one["offset"]))


WRITTEN = {
    "bold": "b", "italic": "i", "underline": "u", "strikethrough": "s", "spoiler": "tg-spoiler",
    "code": "code", "blockquote": "blockquote",
}  # fmt: skip


def _tags(one: Entity) -> tuple[str, str]:
    """The opening and the closing tag that make an entity."""
    kind = one["type"]
    if kind == "text_link":
        return f'<a href="{escape(one["url"])}">', "</a>"
    if kind == "text_mention":
        return f'<a href="tg://user?id={one["user"]["id"]}">', "</a>"
    if kind == "expandable_blockquote":
        return "<blockquote expandable>", "</blockquote>"
    if kind == "custom_emoji":
        return f'<tg-emoji emoji-id="{one["custom_emoji_id"]}">', "</tg-emoji>"
    if kind == "pre" and one.get("language"):
        return f'<pre><code class="language-{escape(one["language"])}">', "</code></pre>"
    name = WRITTEN.get(kind) or ("pre" if kind == "pre" else "")
    return (f"<{name}>", f"</{name}>") if name else ("", "")


def to_html(text: str, entities: list[Entity]) -> str:
    """The other way round: a text and its entities as the Bot API's HTML."""
    if not entities:
        return escape(text, quote=False)
    raw = text.encode("utf-16-le", "surrogatepass")
    opening: dict[int, list[str]] = {}
    closing: dict[int, list[str]] = {}
    for one in sorted(entities, key=lambda o: (o["offset"], -o["length"])):
        start, end = _tags(one)
        opening.setdefault(one["offset"], []).append(start)
        closing.setdefault(one["offset"] + one["length"], []).insert(0, end)
    out, last = [], 0
    for at in sorted({*opening, *closing}):
        out.append(escape(raw[last * 2 : at * 2].decode("utf-16-le"), quote=False))
        out += closing.get(at, []) + opening.get(at, [])
        last = at
    out.append(escape(raw[last * 2 :].decode("utf-16-le"), quote=False))
    return "".join(out)

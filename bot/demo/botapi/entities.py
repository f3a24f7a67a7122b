"""A text and its entities as Telegram keeps them: markup read, cleaned, trimmed, links found, in order."""

from __future__ import annotations

from html import escape
from typing import Any

from bot.demo.botapi.api_errors import bad
from bot.demo.botapi.cleaning import cleaned, trimmed
from bot.demo.botapi.finding import automatic
from bot.demo.botapi.given import check_places, checked
from bot.demo.botapi.html_markup import HtmlReader, units
from bot.demo.botapi.markdown import MarkdownReader as Markdown
from bot.demo.botapi.markdown import read_old
from bot.demo.botapi.nesting import QUOTES, STYLES, arranged

__all__ = ["automatic", "parse", "to_html", "units"]
Entity = dict[str, Any]
MOST = 100
COUNTED = {*STYLES, *QUOTES, "code", "pre", "text_link", "text_mention", "date_time"}


def parse(
    text: str, mode: str | None = None, given: list[Entity] | None = None
) -> tuple[str, list[Entity]]:
    """Return the plain text and its entities. Raises ApiError for broken markup or an unknown mode."""
    entities: list[Entity] = []
    if mode:
        text, entities = read(text, mode)
        entities = arranged(entities) if entities else entities
    elif given:
        entities = arranged(checked(given))
        check_places(text, entities)
    text, entities = trimmed(*cleaned(text, entities))
    new = automatic(text)
    if entities or new:
        entities = _fewer(arranged(entities, new))
    return text, entities


def read(text: str, mode: str) -> tuple[str, list[Entity]]:
    """Return the text without its markup, and what the markup says; nothing else changed."""
    match mode.lower():
        case "html":
            return HtmlReader(text).read() if "<" in text or "&" in text else (text, [])
        case "markdownv2":
            return Markdown(text).read()
        case "markdown":
            return read_old(text)
    raise bad("unsupported parse_mode")


def _fewer(entities: list[Entity]) -> list[Entity]:
    """Keep at most 100 of the bot's entities, dropping styles first; what Telegram finds does not count."""
    marked = [one for one in entities if one["type"] in COUNTED]
    if len(marked) <= MOST:
        return entities
    marked.sort(key=lambda entity: entity["type"] in STYLES)
    dropped = {id(one) for one in marked[MOST:]}
    return [one for one in entities if id(one) not in dropped]


WRITTEN = {
    "bold": "b", "italic": "i", "underline": "u", "strikethrough": "s", "spoiler": "tg-spoiler",
    "code": "code", "blockquote": "blockquote",
}  # fmt: skip


def _tags(entity: Entity) -> tuple[str, str]:
    """Return the opening and the closing tag that make an entity."""
    kind = entity["type"]
    if kind == "text_link":
        return f'<a href="{escape(entity["url"])}">', "</a>"
    if kind == "text_mention":
        return f'<a href="tg://user?id={entity["user"]["id"]}">', "</a>"
    if kind == "expandable_blockquote":
        return "<blockquote expandable>", "</blockquote>"
    if kind == "custom_emoji":
        return f'<tg-emoji emoji-id="{entity["custom_emoji_id"]}">', "</tg-emoji>"
    if kind == "pre" and entity.get("language"):
        return f'<pre><code class="language-{escape(entity["language"])}">', "</code></pre>"
    name = WRITTEN.get(kind) or ("pre" if kind == "pre" else "")
    return (f"<{name}>", f"</{name}>") if name else ("", "")


def to_html(text: str, entities: list[Entity]) -> str:
    """Render a text and its entities as the Bot API's HTML: the other way round."""
    if not entities:
        return escape(text, quote=False)
    raw = text.encode("utf-16-le", "surrogatepass")
    opening: dict[int, list[str]] = {}
    closing: dict[int, list[str]] = {}
    for entity in sorted(entities, key=lambda o: (o["offset"], -o["length"])):
        start, end = _tags(entity)
        opening.setdefault(entity["offset"], []).append(start)
        closing.setdefault(entity["offset"] + entity["length"], []).insert(0, end)
    out, last = [], 0
    for at in sorted({*opening, *closing}):
        out.append(escape(raw[last * 2 : at * 2].decode("utf-16-le"), quote=False))
        out += closing.get(at, []) + opening.get(at, [])
        last = at
    out.append(escape(raw[last * 2 :].decode("utf-16-le"), quote=False))
    return "".join(out)

"""HTML of the Bot API to text and entities; offsets in UTF-16 units; refusals as Telegram words them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from bot.sandbox.errors import bad

TAGS = {
    "b": "bold", "strong": "bold", "i": "italic", "em": "italic", "u": "underline", "ins": "underline",
    "s": "strikethrough", "strike": "strikethrough", "del": "strikethrough", "tg-spoiler": "spoiler",
    "span": "spoiler", "a": "text_link", "code": "code", "pre": "pre", "blockquote": "blockquote",
    "tg-emoji": "custom_emoji",
}  # fmt: skip
NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
_TOKEN = re.compile(
    r"<(/?)([A-Za-z][A-Za-z0-9-]*)((?:[^<>\"']|\"[^\"]*\"|'[^']*')*)>|&(#x?[0-9A-Fa-f]+|[a-z]+);"
)
_ATTRIBUTE = re.compile(r"([a-z-]+)(?:\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|(\S+)))?")
_AUTO = (
    ("bot_command", re.compile(r"(?<![\w/])/[A-Za-z0-9_]{1,64}(?:@\w+)?")),
    ("url", re.compile(r"https?://[^\s<>\"]+")),
    ("mention", re.compile(r"(?<!\w)@[A-Za-z][A-Za-z0-9_]{3,31}")),
)


def units(text: str) -> int:
    """Length in UTF-16 units, as Telegram counts."""
    return len(text.encode("utf-16-le")) // 2


@dataclass
class _Parser:
    html: str
    out: list[str] = field(default_factory=list)
    length: int = 0
    opened: list[tuple[str, int, dict[str, Any]]] = field(default_factory=list)
    found: list[dict[str, Any]] = field(default_factory=list)

    def put(self, text: str) -> None:
        self.out.append(text)
        self.length += units(text)

    def run(self) -> None:
        at = 0
        while at < len(self.html):
            nxt = min(
                (i for i in (self.html.find("<", at), self.html.find("&", at)) if i >= 0),
                default=-1,
            )
            if nxt < 0:
                self.put(self.html[at:])
                break
            self.put(self.html[at:nxt])
            match = _TOKEN.match(self.html, nxt)
            if match is None:
                at = self._loose(nxt)
            else:
                self._token(match, nxt)
                at = match.end()
        if self.opened:
            tag, _, _ = self.opened[-1]
            raise bad(
                f"can't parse entities: Can't find end tag corresponding to start tag \"{tag}\""
            )

    def _loose(self, at: int) -> int:
        if self.html[at] == "&":
            self.put("&")
            return at + 1
        offset = len(self.html[:at].encode())
        raise bad(f"can't parse entities: Unclosed start tag at byte offset {offset}")

    def _token(self, match: re.Match[str], at: int) -> None:
        closing, name, attributes, entity = match.groups()
        if entity is not None:
            self.put(_character(entity) or match[0])
        elif closing:
            self._close(name.lower(), at)
        else:
            self._open(name.lower(), attributes, at)

    def _open(self, tag: str, attributes: str, at: int) -> None:
        offset = len(self.html[:at].encode())
        if tag not in TAGS:
            raise bad(
                f'can\'t parse entities: Unsupported start tag "{tag}" at byte offset {offset}'
            )
        given = {m[1]: m[2] or m[3] or m[4] or "" for m in _ATTRIBUTE.finditer(attributes)}
        extra: dict[str, Any] = {"type": TAGS[tag]}
        if tag == "a":
            extra["url"] = given.get("href", "")
        if tag == "blockquote" and "expandable" in given:
            extra["type"] = "expandable_blockquote"
        if tag == "tg-emoji":
            extra["custom_emoji_id"] = given.get("emoji-id", "")
        if tag == "span" and given.get("class") != "tg-spoiler":
            raise bad(
                f'can\'t parse entities: Tag "span" must have class "tg-spoiler" at byte offset {offset}'
            )
        self.opened.append((tag, self.length, extra))

    def _close(self, tag: str, at: int) -> None:
        offset = len(self.html[:at].encode())
        if not self.opened:
            raise bad(f"can't parse entities: Unexpected end tag at byte offset {offset}")
        expected, start, extra = self.opened.pop()
        if expected != tag:
            raise bad(
                f"can't parse entities: Unmatched end tag at byte offset {offset},"
                f' expected "</{expected}>", found "</{tag}>"'
            )
        if self.length > start:
            self.found.append({"offset": start, "length": self.length - start, **extra})


def _character(entity: str) -> str | None:
    if entity.startswith("#x"):
        return chr(int(entity[2:], 16))
    if entity.startswith("#"):
        return chr(int(entity[1:]))
    return NAMED.get(entity)


def parse(text: str, mode: str | None) -> tuple[str, list[dict[str, Any]]]:
    """The plain text and its entities. Raises ApiError where the markup is broken or not supported here."""
    if mode and mode.lower() not in ("html",):
        raise bad(
            "unsupported parse_mode" if mode.lower() != "markdownv2" else "MarkdownV2 is not here"
        )
    found: list[dict[str, Any]] = []
    if mode:
        parser = _Parser(text)
        parser.run()
        text, found = "".join(parser.out), parser.found
    stripped = text.rstrip()
    lead = units(stripped) - units(stripped.lstrip())
    text = stripped.lstrip()
    limit = units(text)
    moved = []
    for one in found:
        start = max(0, one["offset"] - lead)
        end = min(limit, one["offset"] + one["length"] - lead)
        if end > start:
            moved.append({**one, "offset": start, "length": end - start})
    return text, sorted(moved + automatic(text), key=lambda one: (one["offset"], -one["length"]))


def automatic(text: str) -> list[dict[str, Any]]:
    """Commands, addresses and mentions, which Telegram finds by itself."""
    return [
        {"type": kind, "offset": units(text[: m.start()]), "length": units(m[0])}
        for kind, pattern in _AUTO
        if any(c in text for c in "/@:")
        for m in pattern.finditer(text)
    ]

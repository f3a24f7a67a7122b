"""The Bot API's HTML, read as TDLib reads it: tags, attributes, character references, its refusals."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from msgspec import Struct

from bot.demo.botapi.api_errors import ApiError, bad
from bot.demo.botapi.url_rules import checked

TAGS = {
    "b": "bold", "strong": "bold", "i": "italic", "em": "italic", "u": "underline", "ins": "underline",
    "s": "strikethrough", "strike": "strikethrough", "del": "strikethrough", "tg-spoiler": "spoiler",
    "span": "spoiler", "a": "text_link", "code": "code", "pre": "pre", "blockquote": "blockquote",
    "tg-emoji": "custom_emoji", "tg-time": "date_time",
}  # fmt: skip
CLASSES = {"code": "language-", "span": "tg-"}
"""Others are passed over."""
NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
LOST = (
    "Text contains invalid Unicode characters after decoding HTML entities, check for unmatched surrogate"
    " code units"
)
_SPECIAL = re.compile("[<&]")
_HALF = re.compile("[\ud800-\udfff]")
_SHAPE = re.compile("[rR]|[tTdDwW]*")
_BLANK = r" \t\r\n\0\v"
"""What TDLib takes for a blank inside of a tag."""
_TAG = re.compile(rf"[^{_BLANK}>]*")
_NAME = re.compile(rf"[^{_BLANK}=>/\"']*")
_TOKEN = re.compile(r"[A-Za-z0-9.-]*")
_SPACE = re.compile(r"[ \t\r\n\v]*")
_NUMBER = re.compile(r"-?[0-9]+")
_REFERENCE = re.compile(r"&(#x[0-9A-Fa-f]+|#[0-9]+|[A-Za-z]+);?")


def units(text: str) -> int:
    """Return the length in UTF-16 units, as Telegram counts."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def decoded(match: re.Match[str]) -> str | None:
    """Return the character that a reference names; None where Telegram does not know it."""
    name = match[1]
    if not name.startswith("#"):
        return NAMED.get(name)
    if len(name) >= 9:
        return None
    code = int(name[2:], 16) if name.startswith("#x") else int(name[1:])
    return chr(code) if 0 < code < 0x10FFFF else None


def unescaped(text: str) -> str:
    return _REFERENCE.sub(lambda match: decoded(match) or match[0], text)


class _Open(Struct):
    tag: str
    given: dict[str, str]
    start: int
    written: int


class HtmlReader:
    """One text. `read` gives the plain text and its entities, the inner ones first."""

    def __init__(self, html: str) -> None:
        self.html = html
        self.out: list[str] = []
        self.length = 0
        self.opened: list[_Open] = []
        self.entities: list[dict[str, Any]] = []

    def read(self) -> tuple[str, list[dict[str, Any]]]:
        at = 0
        while (match := _SPECIAL.search(self.html, at)) is not None:
            self._put(self.html[at : match.start()])
            at = match.start()
            if self.html[at] == "&":
                at = self._reference(at)
            elif self.html.startswith("</", at):
                at = self._end(at)
            else:
                at = self._start(at)
        self._put(self.html[at:])
        if self.opened:
            tag = self.opened[-1].tag
            raise wrong(f'Can\'t find end tag corresponding to start tag "{tag}"')
        text = "".join(self.out)
        if not text.isascii() and _HALF.search(text):
            raise wrong(LOST)
        for entity in self.entities:
            entity.pop("_language", None)
        return text, self.entities

    def _put(self, text: str) -> None:
        if text:
            self.out.append(text)
            self.length += units(text)

    def _over(self, at: int) -> bool:
        """Tell whether the text ends here; within a tag a NUL ends it, as in C."""
        return at >= len(self.html) or self.html[at] == "\0"

    def _byte(self, at: int) -> str:
        return f"at byte offset {len(self.html[:at].encode())}"

    def _reference(self, at: int) -> int:
        match = _REFERENCE.match(self.html, at)
        character = decoded(match) if match else None
        if match is None or character is None:
            self._put("&")
            return at + 1
        self._put(character)
        return match.end()

    def _start(self, at: int) -> int:
        end = _match(_TAG, self.html, at + 1)
        if self._over(end):
            raise wrong(f"Unclosed start tag {self._byte(at)}")
        tag = _lower(self.html[at + 1 : end])
        if tag not in TAGS:
            raise wrong(f'Unsupported start tag "{tag}" {self._byte(at)}')
        given: dict[str, str] = {}
        for name, value, after in self._attributes(tag, at, end):
            end = after
            if name and not (name == "class" and not _counts(tag, value)):
                given[name] = value if value is not None else given.get(name, "")
        if tag == "span" and given.get("class") != "tg-spoiler":
            raise wrong(f'Tag "span" must have class "tg-spoiler" {self._byte(at)}')
        self.opened.append(_Open(tag, given, self.length, len(self.out)))
        return end + 1

    def _attributes(self, tag: str, start: int, at: int) -> Iterator[tuple[str, str | None, int]]:
        """Yield name, value and the place after each attribute; the last is "" at the closing bracket."""
        html = self.html
        while True:
            at = _match(_SPACE, html, at)
            if html[at : at + 1] == ">":
                yield "", "", at
                return
            end = _match(_NAME, html, at)
            name = html[at:end]
            if not name:
                raise wrong(f'Empty attribute name in the tag "{tag}" {self._byte(start)}')
            at = _match(_SPACE, html, end)
            value = None
            if html[at : at + 1] == "=":
                at = _match(_SPACE, html, at + 1)
                if not self._over(at):
                    value, at = self._value(start, at)
            if self._over(at):
                raise wrong(f'Unclosed start tag "{tag}" {self._byte(start)}')
            yield name, value, at

    def _value(self, start: int, at: int) -> tuple[str, int]:
        quote = self.html[at]
        if quote not in "'\"":
            end = _match(_TOKEN, self.html, at)
            if not re.match(rf"[{_BLANK}>]|\Z", self.html[end:]):
                raise wrong(f"Unexpected end of name token {self._byte(at)}")
            if self._over(end):
                raise wrong(f"Unclosed start tag {self._byte(start)}")
            return self.html[at:end].lower(), end
        end = self.html.find(quote, at + 1)
        if end < 0 or "\0" in self.html[at:end] or self._over(end + 1):
            raise wrong(f"Unclosed start tag {self._byte(start)}")
        return unescaped(self.html[at + 1 : end]), end + 1

    def _end(self, at: int) -> int:
        if not self.opened:
            raise wrong(f"Unexpected end tag {self._byte(at)}")
        end = _match(_TAG, self.html, at + 2)
        name = _lower(self.html[at + 2 : end])
        after = _match(_SPACE, self.html, end)
        if self.html[after : after + 1] != ">":
            raise wrong(f"Unclosed end tag {self._byte(at)}")
        element = self.opened.pop()
        if name and name != element.tag:
            text = f'Unmatched end tag {self._byte(at)}, expected "</{element.tag}>", found "</{name}>"'
            raise wrong(text)
        if self.length > element.start:
            self._close(element)
        return after + 1

    def _close(self, element: _Open) -> None:
        kind = TAGS[element.tag]
        entity: dict[str, Any] = {
            "type": kind,
            "offset": element.start,
            "length": self.length - element.start,
        }
        if kind == "blockquote" and "expandable" in element.given:
            entity["type"] = "expandable_blockquote"
        elif kind == "text_link":
            link = checked(element.given.get("href") or "".join(self.out[element.written :]))
            if link is None:
                return
            entity |= link
        elif kind == "custom_emoji":
            entity["custom_emoji_id"] = _emoji(element.given.get("emoji-id", ""))
        elif kind == "date_time":
            date = moment(element.given.get("unix", ""), element.given.get("format", ""))
            if date is None:
                return
            entity |= date
        elif kind in ("code", "pre"):
            self._language(element, entity)
            return
        self.entities.append(entity)

    def _language(self, element: _Open, entity: dict[str, Any]) -> None:
        """Make one entity with a language of `<pre><code class="language-x">` over the same text."""
        last = self.entities[-1] if self.entities else {}
        language = element.given.get("class", "").removeprefix("language-")
        if not element.given.get("class", "").startswith("language-") or element.tag == "pre":
            language = ""
        same = (last.get("offset"), last.get("length")) == (entity["offset"], entity["length"])
        other = {"pre": "code", "code": "pre"}[element.tag]
        inner = last.pop("_language", "") if same and last.get("type") == other else ""
        if same and last.get("type") == other and (language or inner):
            self.entities[-1] = {**entity, "type": "pre", "language": language or inner}
            return
        self.entities.append({**entity, "_language": language} if language else entity)


def _counts(tag: str, value: str | None) -> bool:
    """Tell whether a class says something about its tag."""
    return value is not None and value.startswith(CLASSES.get(tag, ""))


def _lower(name: str) -> str:
    """Return the name with its ASCII letters in lower case."""
    return "".join(c.lower() if c.isascii() else c for c in name)


def is_emoji(emoji_id: str) -> bool:
    """Tell whether it is the id of a custom emoji: any of 64 bits but 0."""
    return bool(_NUMBER.fullmatch(emoji_id)) and 0 != int(emoji_id) in range(-(2**63), 2**63)


def _emoji(emoji_id: str) -> str:
    if not is_emoji(emoji_id):
        raise wrong("Invalid custom emoji identifier specified")
    return emoji_id


def moment(unix: str, shape: str) -> dict[str, Any] | None:
    """Read `unix` in seconds and `shape`: r, or letters for weekday, date and time. None: no date at all."""
    if not _SHAPE.fullmatch(shape):
        raise wrong("Invalid date format used")
    digits = _NUMBER.match(unix)
    seconds = (int(digits[0]) + 2**31) % 2**32 - 2**31 if digits else 0
    if seconds <= 0:
        return None
    parts = "".join(
        kind[0] if kind[0] in shape else kind[1] if kind[1] in shape else ""
        for kind in ("rR", "wW", "dD", "tT")
    )
    parts = parts.replace("R", "r").replace("W", "w")
    return {"unix_time": seconds} | ({"date_time_format": parts} if parts else {})


def _match(pattern: re.Pattern[str], text: str, at: int) -> int:
    """Return where a pattern that always matches ends."""
    match = pattern.match(text, at)
    assert match is not None
    return match.end()


def wrong(text: str) -> ApiError:
    return bad(f"can't parse entities: {text}")

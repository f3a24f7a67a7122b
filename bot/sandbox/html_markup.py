"""The Bot API's HTML, read as TDLib reads it: tags, attributes, character references, its refusals."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from bot.sandbox.errors import ApiError, bad
from bot.sandbox.links import checked

TAGS = {
    "b": "bold", "strong": "bold", "i": "italic", "em": "italic", "u": "underline", "ins": "underline",
    "s": "strikethrough", "strike": "strikethrough", "del": "strikethrough", "tg-spoiler": "spoiler",
    "span": "spoiler", "a": "text_link", "code": "code", "pre": "pre", "blockquote": "blockquote",
    "tg-emoji": "custom_emoji", "tg-time": "date_time",
}  # fmt: skip
NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
LOST = (
    "Text contains invalid Unicode characters after decoding HTML entities, check for unmatched surrogate"
    " code units"
)
_SPECIAL = re.compile("[<&]")
_SHAPE = re.compile("r|[tTdDwW]*")
_TAG = re.compile(r"[^\s>]*")
_NAME = re.compile(r"[^\s=>/\"']*")
_TOKEN = re.compile(r"[A-Za-z0-9.-]*")
_SPACE = re.compile(r"\s*")
_REFERENCE = re.compile(r"&(#x[0-9A-Fa-f]+|#[0-9]+|[A-Za-z]+);?")


def units(text: str) -> int:
    """Length in UTF-16 units, as Telegram counts."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def decoded(match: re.Match[str]) -> str | None:
    """The character that a reference names; None where it is none that Telegram knows."""
    name = match[1]
    if not name.startswith("#"):
        return NAMED.get(name)
    if len(name) >= 10:
        return None
    number = int(name[2:], 16) if name.startswith("#x") else int(name[1:])
    if not 0 < number < 0x10FFFF:
        return None
    if 0xD800 <= number <= 0xDFFF:
        raise wrong(LOST)
    return chr(number)


def unescaped(text: str) -> str:
    return _REFERENCE.sub(lambda match: decoded(match) or match[0], text)


@dataclass(slots=True)
class _Open:
    tag: str
    given: dict[str, str]
    start: int
    written: int


class Reader:
    """One text. `read` gives the plain text and its entities, the inner ones first."""

    def __init__(self, html: str) -> None:
        self.html = html
        self.out: list[str] = []
        self.length = 0
        self.opened: list[_Open] = []
        self.found: list[dict[str, Any]] = []

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
        return "".join(self.out), self.found

    def _put(self, text: str) -> None:
        if text:
            self.out.append(text)
            self.length += units(text)

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
        if end >= len(self.html):
            raise wrong(f"Unclosed start tag {self._byte(at)}")
        tag = self.html[at + 1 : end].lower()
        if tag not in TAGS:
            raise wrong(f'Unsupported start tag "{tag}" {self._byte(at)}')
        given: dict[str, str] = {}
        for name, value, after in self._attributes(tag, at, end):
            end = after
            if name:
                given[name] = value
        if tag == "span" and given.get("class") != "tg-spoiler":
            raise wrong(f'Tag "span" must have class "tg-spoiler" {self._byte(at)}')
        self.opened.append(_Open(tag, given, self.length, len(self.out)))
        return end + 1

    def _attributes(self, tag: str, start: int, at: int) -> Iterator[tuple[str, str, int]]:
        """Name, value and the place after each attribute; the last is "" at the closing bracket."""
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
            value = ""
            if html[at : at + 1] == "=":
                at = _match(_SPACE, html, at + 1)
                if at < len(html):
                    value, at = self._value(start, at)
            if at >= len(html):
                raise wrong(f'Unclosed start tag "{tag}" {self._byte(start)}')
            yield name, value, at

    def _value(self, start: int, at: int) -> tuple[str, int]:
        quote = self.html[at]
        if quote not in "'\"":
            end = _match(_TOKEN, self.html, at)
            if self.html[end : end + 1] not in (">", " ", "\n", "\t", "\r"):
                raise wrong(f"Unexpected end of name token {self._byte(at)}")
            return self.html[at:end].lower(), end
        end = self.html.find(quote, at + 1)
        if end < 0 or end + 1 >= len(self.html):
            raise wrong(f"Unclosed start tag {self._byte(start)}")
        return unescaped(self.html[at + 1 : end]), end + 1

    def _end(self, at: int) -> int:
        if not self.opened:
            raise wrong(f"Unexpected end tag {self._byte(at)}")
        end = _match(_TAG, self.html, at + 2)
        name = self.html[at + 2 : end]
        after = _match(_SPACE, self.html, end)
        if self.html[after : after + 1] != ">":
            raise wrong(f"Unclosed end tag {self._byte(at)}")
        one = self.opened.pop()
        if name and name.lower() != one.tag:
            text = f'Unmatched end tag {self._byte(at)}, expected "</{one.tag}>", found "</{name}>"'
            raise wrong(text)
        if self.length > one.start:
            self._close(one)
        return after + 1

    def _close(self, one: _Open) -> None:
        kind = TAGS[one.tag]
        found: dict[str, Any] = {
            "type": kind,
            "offset": one.start,
            "length": self.length - one.start,
        }
        if kind == "blockquote" and "expandable" in one.given:
            found["type"] = "expandable_blockquote"
        elif kind == "text_link":
            link = checked(one.given.get("href") or "".join(self.out[one.written :]))
            if link is None:
                return
            found |= link
        elif kind == "custom_emoji":
            found["custom_emoji_id"] = _emoji(one.given.get("emoji-id", ""))
        elif kind == "date_time":
            found |= _moment(one.given.get("unix", ""), one.given.get("format", ""))
        elif kind in ("code", "pre"):
            self._language(one, found)
            return
        self.found.append(found)

    def _language(self, one: _Open, found: dict[str, Any]) -> None:
        """`<pre><code class="language-x">` over the same text becomes one entity with a language."""
        last = self.found[-1] if self.found else {}
        language = one.given.get("class", "").removeprefix("language-")
        if not one.given.get("class", "").startswith("language-") or one.tag == "pre":
            language = ""
        same = (last.get("offset"), last.get("length")) == (found["offset"], found["length"])
        other = {"pre": "code", "code": "pre"}[one.tag]
        inner = last.pop("_language", "") if same and last.get("type") == other else ""
        if same and last.get("type") == other and (language or inner):
            self.found[-1] = {**found, "type": "pre", "language": language or inner}
            return
        self.found.append({**found, "_language": language} if language else found)


def _emoji(number: str) -> str:
    if not number.isdecimal() or int(number) == 0:
        raise wrong("Invalid custom emoji identifier specified")
    return number


def _moment(unix: str, shape: str) -> dict[str, Any]:
    """`unix` in seconds; `shape`: r, or letters for weekday, date and time."""
    if not unix.isdecimal():
        raise wrong("Invalid date specified")
    if not _SHAPE.fullmatch(shape):
        raise wrong("Invalid date format used")
    return {"unix_time": int(unix)} | ({"date_time_format": shape} if shape else {})


def _match(pattern: re.Pattern[str], text: str, at: int) -> int:
    """Where a pattern that always matches ends."""
    match = pattern.match(text, at)
    assert match is not None
    return match.end()


def wrong(text: str) -> ApiError:
    return bad(f"can't parse entities: {text}")

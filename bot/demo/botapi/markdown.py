"""MarkdownV2 and the older Markdown of the Bot API, read as TDLib reads them, with its refusals."""

from __future__ import annotations

import re
from contextlib import suppress
from typing import Any

from msgspec import Struct

from bot.demo.botapi.api_errors import ApiError
from bot.demo.botapi.html_markup import is_emoji, moment, units, wrong
from bot.demo.botapi.url_rules import checked

Entity = dict[str, Any]
RESERVED = frozenset("_*[]()~`>#+-=|{}.!\n")
SPACES = " \t\r\n\0\v"
NAMED = {
    "bold": "Bold", "italic": "Italic", "underline": "Underline", "strikethrough": "Strikethrough",
    "spoiler": "Spoiler", "code": "Code", "pre": "Pre", "text_link": "TextUrl", "custom_emoji": "CustomEmoji",
    "blockquote": "BlockQuote",
}  # fmt: skip
"""As TDLib names them in its refusals."""
ENDS = {"bold": "*", "strikethrough": "~", "code": "`", "pre": "```", "text_link": "]", "custom_emoji": "]",
        "underline": "__", "spoiler": "||"}  # fmt: skip
BEGINS = {"*": "bold", "~": "strikethrough", "[": "text_link", "`": "code", "_": "italic", "__": "underline",
          "||": "spoiler", "![": "custom_emoji", "```": "pre"}  # fmt: skip
_SPECIAL = re.compile(r"tg:(?://)?(emoji|time)/?\?([^#]*)", re.IGNORECASE | re.ASCII)
_OLD = {"_": "italic", "*": "bold", "`": "code", "[": "text_link"}


class _Open(Struct):
    kind: str
    start: int
    at: int
    written: int
    language: str = ""


class MarkdownReader:
    """One text in MarkdownV2. `read` gives the plain text and its entities."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.out: list[str] = []
        self.length = 0
        self.opened: list[_Open] = []
        self.entities: list[Entity] = []
        self.quoting = False
        self.line_begins = True

    def read(self) -> tuple[str, list[Entity]]:
        at = 0
        while at < len(self.text):
            c = self.text[at]
            if c == "\\" and "\0" < self._at(at + 1) <= "~":
                self._put(self._at(at + 1))
                at += 2
            elif c not in (("`",) if self._inside() in ("code", "pre") else RESERVED):
                self._put(c)
                self.line_begins = self.line_begins and c == "\r"
                at += 1
            elif self._ends(at):
                at = self._end(at)
            else:
                at = self._begin(at)
        self._last_quote()
        if self.opened:
            raise self._unended(self.opened[-1])
        return "".join(self.out), self.entities

    def _at(self, at: int) -> str:
        return self.text[at] if at < len(self.text) else "\0"

    def _inside(self) -> str:
        return self.opened[-1].kind if self.opened else ""

    def _put(self, c: str) -> None:
        self.out.append(c)
        self.length += units(c)
        if c != "\r":
            self.line_begins = c == "\n"  # of one in code, the caller says otherwise

    def _byte(self, at: int) -> int:
        return len(self.text[:at].encode())

    def _unended(self, mark: _Open) -> ApiError:
        name = "PreCode" if mark.language else NAMED[mark.kind]
        return wrong(f"Can't find end of {name} entity at byte offset {self._byte(mark.at)}")

    def _ends(self, at: int) -> bool:
        if not self.opened:
            return False
        if self.quoting and self.text[at] == "\n" and self._at(at + 1) != ">":
            return True
        kind = self._inside()
        if kind == "italic":
            return self.text[at] == "_" and self._at(at + 1) != "_"
        return kind in ENDS and self.text.startswith(ENDS[kind], at)

    def _begin(self, at: int) -> int:
        c = self.text[at]
        if c == "\n":
            self._put(c)
            return at + 1
        if c == ">" and self.line_begins:
            if not self.quoting:
                self.quoting = True
                self._open("blockquote", at)
            return at + 1
        for size in (3, 2, 1):
            kind = BEGINS.get(self.text[at : at + size]) if len(self.text) >= at + size else None
            if kind == "pre":
                return self._pre(at)
            if kind:
                self._open(kind, at)
                return at + size
        raise wrong(f"Character '{c}' is reserved and must be escaped with the preceding '\\'")

    def _open(self, kind: str, at: int, language: str = "") -> None:
        self.opened.append(_Open(kind, self.length, at, len(self.out), language))

    def _pre(self, at: int) -> int:
        language, after = fence(self.text, at + 3)
        self._open("pre", at, language)
        return after

    def _end(self, at: int) -> int:
        mark = self.opened.pop()
        if self.text[at] == "\n":
            return self._end_of_quote(mark, at)
        after = at + (len(ENDS[mark.kind]) if mark.kind in ENDS else 1)
        entity: Entity | None = {"type": mark.kind}
        if mark.language:
            entity = {"type": "pre", "language": mark.language}
        elif mark.kind == "text_link":
            after, entity = self._link(mark, at)
        elif mark.kind == "custom_emoji":
            after, entity = self._emoji(at)
        if entity is not None and self.length > mark.start:
            self.entities.append(
                {"type": mark.kind, "offset": mark.start, "length": self.length - mark.start}
                | entity
            )
        return after

    def _end_of_quote(self, mark: _Open, at: int) -> int:
        kind = "blockquote"
        if mark.kind != "blockquote":
            near = mark.at == at - 2 or (mark.at == at - 3 and self.out[-1:] == ["\r"])
            if mark.kind != "spoiler" or not near:
                raise self._unended(mark)
            mark, kind = self.opened.pop(), "expandable_blockquote"
            if mark.kind != "blockquote":
                raise self._unended(mark)
        self.quoting = False
        self._put("\n")
        self.entities.append(
            {"type": kind, "offset": mark.start, "length": self.length - mark.start}
        )
        return at + 1

    def _last_quote(self) -> None:
        """End a quotation that ends with the text."""
        if not self.quoting:
            return
        kind, last = "blockquote", self.opened[-1]
        if last.kind == "spoiler" and last.at == len(self.text) - 2:
            self.opened.pop()
            kind = "expandable_blockquote"
        if self._inside() == "blockquote":
            mark = self.opened.pop()
            if self.length > mark.start:
                size = self.length - mark.start
                self.entities.append({"type": kind, "offset": mark.start, "length": size})

    def _address(self, at: int) -> tuple[str, int]:
        """Read from behind `](` to the bracket that closes it."""
        url, begin = "", at
        while at < len(self.text) and self.text[at] != ")":
            at += self.text[at] == "\\" and "\0" < self._at(at + 1) <= "~"
            url += self.text[at]
            at += 1
        if at >= len(self.text):
            raise wrong(f"Can't find end of a URL at byte offset {self._byte(begin)}")
        return url, at + 1

    def _link(self, mark: _Open, at: int) -> tuple[int, Entity | None]:
        if self._at(at + 1) != "(":
            return at + 1, checked("".join(self.out[mark.written :]))
        url, after = self._address(at + 2)
        return after, checked(url)

    def _emoji(self, at: int) -> tuple[int, Entity | None]:
        if self._at(at + 1) != "(":
            raise wrong("The entity must contain a tg://emoji or tg://time URL")
        url, after = self._address(at + 2)
        return after, special(url)


def special(url: str) -> Entity:
    """Return what `![x](tg://emoji?id=…)` and `![x](tg://time?unix=…)` say."""
    match = _SPECIAL.match(url)
    given: dict[str, str] = {}
    for parameter in match[2].split("&") if match else ():
        name, _, value = parameter.partition("=")
        given.setdefault(name, value)
    if match and match[1].lower() == "time":
        with suppress(ApiError):
            if date := moment(given.get("unix", ""), given.get("format", "")):
                return {"type": "date_time", **date}
    elif match and is_emoji(given.get("id", "")):
        return {"type": "custom_emoji", "custom_emoji_id": given["id"]}
    raise wrong("Invalid tg://emoji or tg://time URL specified")


def fence(text: str, at: int) -> tuple[str, int]:
    """Return the language behind ``` and where the code begins."""
    end = at
    while end < len(text) and text[end] not in SPACES and text[end] != "`":
        end += 1
    language = ""
    if end != at and end < len(text) and text[end] != "`":
        language, at = text[at:end], end
    first = text[at : at + 1]
    if first and first in "\r\n":
        second = text[at + 1 : at + 2]
        at += 2 if second and second in "\r\n" and second != first else 1
    return language, at


def read_old(text: str) -> tuple[str, list[Entity]]:
    """Read the older Markdown, in which nothing nests."""
    out: list[str] = []
    entities: list[Entity] = []
    at = length = 0
    while at < len(text):
        c = text[at]
        if c == "\\" and text[at + 1 : at + 2] in ("_", "*", "`", "["):
            at, c = at + 1, text[at + 1]
        elif c in _OLD:
            at, inner, entity = _old_entity(text, at)
            size = units(inner)
            if entity is not None and size:
                entities.append({"type": _OLD[c], "offset": length, "length": size} | entity)
            out.append(inner)
            length += size
            continue
        out.append(c)
        length += units(c)
        at += 1
    return "".join(out), entities


def _old_entity(text: str, begin: int) -> tuple[int, str, Entity | None]:
    """Return where an entity ends, what stands in it, and what it says."""
    c, language, at = text[begin], "", begin + 1
    pre = text.startswith("```", begin)
    if pre:
        language, at = fence(text, begin + 3)
    end = text.find("```" if pre else "]" if c == "[" else c, at)
    if end < 0:
        place = len(text[:begin].encode())
        raise wrong(f"Can't find end of the entity starting at byte offset {place}")
    inner = text[at:end]
    if pre:
        return end + 3, inner, {"type": "pre"} | ({"language": language} if language else {})
    if c != "[":
        return end + 1, inner, {}
    if not inner or text[end + 1 : end + 2] != "(":
        return end + 1, inner, checked(inner)
    close = text.find(")", end + 2)
    close = close if close >= 0 else len(text)
    return close + 1, inner, checked(text[end + 2 : close])

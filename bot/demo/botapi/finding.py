"""What Telegram marks in a text by itself: mentions, commands, hashtags, cashtags, addresses, mail.

By TDLib's rules, which `benchmarks.oracle` compares. Telephone numbers are found by Telegram's servers only.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import accumulate
from typing import Any
from unicodedata import category

from bot.demo.botapi.addresses import addresses

Entity = dict[str, Any]
Span = tuple[int, int, str]
HIDDEN = "bank_card"
"""Keeps other marks away, and is shown to no bot."""
_HINT = re.compile(r"[/@.#$]")
_MENTION = re.compile(r"(?<!\w)@([A-Za-z0-9_]{2,32})(?!\w)")
_SHORT = {"gif", "vid", "pic"}
_COMMAND = re.compile(
    r"(?<![\w/<>])/[A-Za-z0-9_]{1,64}(?:@[A-Za-z0-9_]{3,32}(?![\w/<>])|(?![\w/<>@]))"
)
_CASHTAG = re.compile(r"\$(?:1INCH|[A-Z]{1,8}(?![A-Z]))(?:@[A-Za-z0-9_]{3,32})?")
_OWNER = re.compile(r"@[A-Za-z0-9_]{3,32}")
"""`#tag@channel` is one hashtag."""
_CARD = re.compile(r"[0-9][0-9 -]{11,}")
TAG = 256


def automatic(text: str) -> list[Entity]:
    """Return what is found, in UTF-16 units; where two overlap, the first and longer one stays."""
    if not _HINT.search(text):
        return []
    return apart(text, spans(text))


def apart(text: str, ranges: Iterable[Span]) -> list[Entity]:
    """Return stretches of a text as entities, none over another."""
    place, kept, last = _places(text), [], 0
    for start, end, kind in sorted(ranges, key=lambda span: (span[0], -span[1])):
        if start >= last:
            last, at = end, place(start)
            if kind != HIDDEN:
                kept.append({"type": kind, "offset": at, "length": place(end) - at})
    return kept


def _places(text: str) -> Any:
    """Return what turns an index into UTF-16 units."""
    if text.isascii():
        return int
    table = [0, *accumulate(2 if c > "\uffff" else 1 for c in text)]
    return table.__getitem__


def spans(text: str) -> Iterator[Span]:
    """Yield everything that is found, by its begin and end in the text; some of it over other."""
    if "@" in text:
        for match in _MENTION.finditer(text):
            if len(match[1]) > 3 or match[1].lower() in _SHORT:
                yield *match.span(), "mention"
    if "/" in text:
        for match in _COMMAND.finditer(text):
            yield *match.span(), "bot_command"
    if "#" in text:
        yield from _hashtags(text)
    if "$" in text:
        for match in _CASHTAG.finditer(text):
            neighbors = text[max(0, match.start() - 1) : match.start()] + text[match.end() :][:1]
            if not any(c == "$" or _tag(c) for c in neighbors):
                yield *match.span(), "cashtag"
    for match in _CARD.finditer(text):
        yield from _cards(text, *match.span())
    yield from addresses(text)


@cache
def _tag(c: str) -> bool:
    """Tell whether a character may stand in a hashtag."""
    return c in "_\u200c\xb7" or "\u0d80" <= c <= "\u0dff" or category(c)[0] == "L" or _digit(c)


def _digit(c: str) -> bool:
    return category(c) == "Nd"


def _hashtags(text: str) -> Iterator[Span]:
    at = text.find("#")
    while at >= 0:
        end = at + 1
        while end < len(text) and _tag(text[end]):
            end += 1
        word, stop = text[at + 1 : end][:TAG], min(end, at + 1 + TAG)
        if stop == end and (owner := _OWNER.match(text, end)):
            end = stop = owner.end()
        alone = (at == 0 or not _tag(text[at - 1])) and text[end : end + 1] != "#"
        if alone and any(category(c)[0] == "L" for c in word):
            yield at, stop, "hashtag"
        at = text.find("#", end)


def _cards(text: str, start: int, end: int) -> Iterator[Span]:
    """Yield numbers of bank cards in a stretch of digits, blanks and dashes."""
    before = text[start - 1 : start]
    if before and (before in ".,+-_" or category(before)[0] == "L"):
        return
    whole = re.match(r"[0-9]{16,19}(?= )", text[start:end])
    if whole:
        stop = start + whole.end()
        rest = _CARD.search(text, stop)
        if rest and rest.start() < end:
            yield from _cards(text, rest.start(), end)
    else:
        stop = start + len(text[start:end].rstrip(" -"))
    after = text[stop : stop + 1]
    digits = [int(c) for c in text[start:stop] if c not in " -"]
    if len(digits) not in range(13, 20) or stop - start > 2 * len(digits) - 1:
        return
    if after and (after in "-_" or category(after)[0] == "L"):
        return
    if _issued(digits):
        yield start, stop, HIDDEN


def _issued(digits: list[int]) -> bool:
    """Tell by the check digit, and by the lengths of issuers that TDLib knows, whether a card may exist."""
    doubled = [digit if at % 2 == 0 else digit * 2 - 9 * (digit > 4)
               for at, digit in enumerate(reversed(digits))]  # fmt: skip
    if sum(doubled) % 10:
        return False
    two, four = digits[0] * 10 + digits[1], int("".join(map(str, digits[:4])))
    if digits[0] == 4:
        return len(digits) in (13, 16, 18, 19)
    if 51 <= two <= 55 or 2221 <= four <= 2720 or 2200 <= four <= 2204:
        return len(digits) == 16
    if two in (34, 37):
        return len(digits) == 15
    return two not in (62, 81) or len(digits) >= 16

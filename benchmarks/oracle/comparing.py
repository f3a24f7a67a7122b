"""One text read twice: by TDLib and by the local server. What differs is told."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from random import Random
from typing import Any

from benchmarks.oracle import tdlib, texts
from bot.demo.botapi.api_errors import ApiError
from bot.demo.botapi.cleaning import cleaned, file_name, trimmed
from bot.demo.botapi.entities import parse, read, units
from bot.demo.botapi.finding import apart, spans
from bot.demo.botapi.given import check_places, checked
from bot.demo.botapi.nesting import arranged, place

Entity = dict[str, Any]
SHOWN = 20
GIVEN: dict[str, dict[str, Any]] = {
    "bold": {}, "italic": {}, "underline": {}, "strikethrough": {}, "spoiler": {}, "code": {}, "pre": {},
    "blockquote": {}, "expandable_blockquote": {}, "text_link": {"url": "http://a.id/"},
    "custom_emoji": {"custom_emoji_id": "5"}, "date_time": {"unix_time": 5},
}  # fmt: skip
MARKDOWN = re.compile(r"[*_~|`\[\]]")
REFUSED = "Bad Request: can't parse entities: "


@dataclass
class Compared:
    """So many texts of one kind, how many TDLib took, and where the two differ. A string is a refusal."""

    cases: int = 0
    taken: int = 0
    passed: int = 0
    """Not comparable: TDLib's call would read more than the sending of a bot's message does."""
    differences: list[str] = field(default_factory=list)

    def note(self, case: Any, theirs: Any, ours: Any) -> None:
        self.cases += 1
        self.taken += not isinstance(theirs, str)
        if theirs != ours:
            self.differences.append(f"{case!a}: TDLib {theirs!a}, local server {ours!a}")


def shape(entities: Iterable[Entity]) -> list[tuple[Any, ...]]:
    """Comparable: kind, offset, length, and what the entity says."""
    shapes = []
    for entity in entities:
        fields = {k: v for k, v in entity.items() if k not in ("type", "offset", "length")}
        fields.pop("date_time_format", None)  # TDLib keeps it in parts
        shapes.append((entity["type"], entity["offset"], entity["length"], sorted(fields.items())))
    return shapes


def _theirs(work: Callable[[], Any]) -> Any:
    try:
        return work()
    except tdlib.RefusedError as error:
        words = str(error).removeprefix("Can't parse entities: ")
        return words[:1].lower() + words[1:]


def _ours(work: Callable[[], Any]) -> Any:
    try:
        return work()
    except ApiError as error:
        words = error.description.removeprefix(REFUSED).removeprefix("Bad Request: ")
        return words[:1].lower() + words[1:]


def _pair(formatted: tuple[str, list[Entity]]) -> tuple[str, list[tuple[Any, ...]]]:
    return formatted[0], shape(sorted(formatted[1], key=place))


def html(text: str, into: Compared) -> None:
    """What the markup says, and its refusals word by word."""
    into.note(
        text, _theirs(lambda: _pair(tdlib.html(text))), _ours(lambda: _pair(read(text, "HTML")))
    )


def markdown(text: str, into: Compared) -> None:
    """MarkdownV2, as HTML."""
    theirs = _theirs(lambda: _pair(tdlib.markdown(text, 2)))
    into.note(text, theirs, _ours(lambda: _pair(read(text, "MarkdownV2"))))


def old_markdown(text: str, into: Compared) -> None:
    """The older Markdown."""
    theirs = _theirs(lambda: _pair(tdlib.markdown(text, 1)))
    into.note(text, theirs, _ours(lambda: _pair(read(text, "Markdown"))))


def automatic(text: str, into: Compared) -> None:
    """What is found in a plain text."""
    ours = apart(text, [*spans(text), *tdlib.times(text)])
    into.note(text, shape(tdlib.automatic(text)), shape(ours))


def given(case: tuple[str, list[Entity]], into: Compared) -> None:
    """A text with entities beside it: cleaned and in order, or refused for where they stand."""
    text, entities = case

    def ours() -> Any:
        ordered = arranged(checked(entities))
        check_places(text, ordered)
        kept, ordered = cleaned(text, ordered)
        return _pair((kept, arranged(ordered)) if kept.strip(" \n") else ("", []))

    into.note(case, _theirs(lambda: _pair(tdlib.fixed(text, entities))), _ours(ours))


def name(text: str, into: Compared) -> None:
    into.note(text, (tdlib.file_name(text),), (file_name(text),))


def length(text: str, into: Compared) -> None:
    """An entity may end where the text ends by our count, and not one unit later."""
    text = re.sub(MARKDOWN, "", text) + "x"
    size = units(text)
    whole = {"type": "bold", "offset": 0, "length": size}
    fits = _theirs(lambda: isinstance(tdlib.fixed(text, [whole]), tuple))
    over = _theirs(lambda: isinstance(tdlib.fixed(text, [{**whole, "length": size + 1}]), tuple))
    into.note(text, (fits, over is True), (True, False))


def whole(text: str, into: Compared) -> None:
    """A message from its HTML to what the bot is answered; texts with Markdown's signs are passed over."""
    theirs = _theirs(lambda: _message(text))
    if theirs is None:
        into.passed += 1
    else:
        into.note(text, theirs, _ours(lambda: _pair(parse(text, "HTML"))))


def _message(text: str) -> Any:
    """TDLib's answers put together as its sending does: markup, order, ends, then what is found."""
    plain, entities = tdlib.html(text)
    if MARKDOWN.search(plain) or any(tdlib.times(plain)):
        return None
    plain, entities = trimmed(*tdlib.fixed(plain, entities))
    solid = [one for one in entities if one["type"] not in GIVEN or one["type"] in
             ("code", "pre", "text_link", "custom_emoji", "date_time")]  # fmt: skip
    new = [
        one
        for one in tdlib.automatic(plain)
        if not any(
            one["offset"] < other["offset"] + other["length"]
            and other["offset"] < one["offset"] + one["length"]
            for other in solid
        )
    ]
    return _pair(tdlib.fixed(plain, [*entities, *new])) if plain else _pair((plain, []))


Make = Callable[[Random], Any]
COMPARISONS: dict[str, tuple[Make, Callable[[Any, Compared], None]]] = {
    "HTML": (texts.markup, html),
    "links in HTML": (texts.link, html),
    "HTML to the message": (texts.markup, whole),
    "MarkdownV2": (texts.markdown, markdown),
    "Markdown": (texts.signs, old_markdown),
    "entities beside a text": (lambda rng: texts.placed(rng, GIVEN), given),
    "found: words glued together": (texts.glued, automatic),
    "found: texts of offices": (texts.sentence, automatic),
    "found: any character": (texts.odd, automatic),
    "lengths in UTF-16": (texts.odd, length),
    "names of files": (texts.file_name, name),
}


def compare(kind: str, cases: int, seed: int, until: float = float("inf")) -> Compared:
    """So many random texts of a kind, or as many as there is time for."""
    make, comparison = COMPARISONS[kind]
    compared, rng = Compared(), Random(f"{kind} {seed}")
    for at in range(cases):
        if at % 100 == 0 and time.monotonic() > until:
            break
        comparison(make(rng), compared)
    return compared

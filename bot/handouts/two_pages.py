"""Two pages for contacts, to be printed on both sides of one sheet of A4 and handed out in a meeting.

Made from figures as the outbox keeps them, so that the chat and the command line print the same sheet.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from importlib import resources
from typing import Any, Literal

import orjson

from bot.handouts.qr import qr_svg
from messages.paper_words import wording

LAYOUT = resources.files("bot") / "handouts" / "two_pages.typ"
PARTS = re.compile(r"`([^`]+)`|\*([^*]+)\*")
"""In a sentence: a button or a command, and what somebody types."""


def handout(figures: Mapping[str, Any]) -> bytes:
    """Return the two pages as a PDF."""
    made = _drawn(figures, "pdf")
    assert isinstance(made, bytes)
    return made


def pictures(figures: Mapping[str, Any]) -> list[bytes]:
    """Return the same as a picture of each page."""
    made = _drawn(figures, "png")
    assert isinstance(made, list)  # two pages
    return made


def _drawn(figures: Mapping[str, Any], form: Literal["pdf", "png"]) -> bytes | list[bytes]:
    import typst  # a bot that prints nothing need not hold it

    return typst.compile(
        LAYOUT.read_bytes(),
        format=form,
        ignore_system_fonts=True,
        sys_inputs={"view": orjson.dumps(_view(figures)).decode()},
    )


def _view(figures: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the layout shows: sentences in pieces, figures in them, and the bot's QR code."""
    words, link = wording("handout"), figures["link"]
    given = {**figures, "bot": f"@{link.rpartition('/')[2]}" if link else ""}
    once = ("title", "subtitle", "intro", "deadline", "ask", "scan", "no_bot", "over")
    heads = ("commands_head", "notes_head")
    return {
        **{name: words.text(name, **given) for name in (*once, *heads)},
        "until": figures["deadline"],
        "help": figures["help"],
        "qr": qr_svg(link) if link else None,
        "pages": [words.text("page", number=number) for number in (1, 2)],
        "front": _sections("front", given),
        "back": _sections("back", given),
        "commands": [[f"/{name}", does] for name, does in words.words("commands").items()],
        "notes": list(words.lines("notes")),
        "example": words.words("example"),
        "save": [words.words("buttons")[name] for name in ("save", "change")],
    }


def _sections(side: str, given: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the sections of a side: a heading each, and its sentences in pieces."""
    made = []
    for lines in wording("handout").sections(side, **given):
        head, *sentences = lines
        made.append({"head": head, "lines": [_pieces(sentence) for sentence in sentences]})
    return made


def _pieces(sentence: str) -> list[dict[str, str]]:
    """Return a sentence as what is printed plainly, boxed as a button, or as something that is typed."""
    pieces, place = [], 0
    for match in PARTS.finditer(sentence):
        pieces.append({"kind": "words", "text": sentence[place : match.start()]})
        kind = "typed" if match[2] else "command" if match[1].startswith("/") else "button"
        pieces.append({"kind": kind, "text": match[1] or match[2]})
        place = match.end()
    pieces.append({"kind": "words", "text": sentence[place:]})
    return [piece for piece in pieces if piece["text"]]

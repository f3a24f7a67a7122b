"""Marks what is sent of a trial (uji coba): a line above texts, in names of files, on pictures."""

from __future__ import annotations

import re
from functools import cache

from msgspec import Struct

from messages import render

_TAG = re.compile(r"<[^>]+>")


class Banner(Struct, frozen=True):
    """What says so: `html` above a text, `text` on a picture, `prefix` where there is room for a word."""

    html: str = ""
    text: str = ""
    prefix: str = ""
    file: str = ""

    @property
    def above(self) -> str:
        """The line above a plain text."""
        return f"{self.text}\n\n" if self.text else ""

    def file_name(self, name: str) -> str:
        """Return the name of a file with the mark in front, once."""
        return name if name.startswith(self.file) else f"{self.file}{name}"


UNMARKED = Banner()
FILE = "UJI-COBA-"
"""Before the name of a file; papers, which are Indonesian, have the same."""


@cache
def banner(language: str) -> Banner:
    """Return the banner of a trial in a language."""
    html = render("trial/banner", {}, language)
    text = _TAG.sub("", html)
    word = text.partition(" · ")[0]
    return Banner(f"{html}\n", text, f"{word}: ", FILE)

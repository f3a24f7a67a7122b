"""The words of exports: titles of sheets and columns, and a sentence for each kind of entry on record."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from messages.environment import LANGUAGES, lenient
from messages.languages import INDONESIAN


def words(language: str = INDONESIAN) -> dict[str, Any]:
    """Return everything in `export.toml`."""
    return LANGUAGES[language].table("export")


def sentence(kind: str, part: str, view: Mapping[str, Any], language: str = INDONESIAN) -> str:
    """Return the `title` or `text` of one kind of entry. A kind of a newer program is named as it is."""
    known = words(language)["kinds"].get(kind)
    return kind if known is None else " ".join(lenient(known[part], language).render(view).split())


def state_words(station: str, language: str = INDONESIAN) -> str:
    """Return where an answer stands, in words; also at which level of those that a period switches on."""
    table = words(language)
    return str(table["states"].get(station) or table["at_levels"][station])

"""What a drawing is made from: its source (one Typst file beside its caption) and its figures as JSON."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from messages.environment import LANGUAGES
from messages.languages import INDONESIAN, Language


def spoken(name: str, language: str) -> str:
    """Return the language in which the drawing `name` is made for who wants `language`."""
    return language if _path(name, language).is_file() else INDONESIAN


@cache
def source(name: str, language: str = INDONESIAN) -> bytes:
    """Return the drawing `name`. Raises FileNotFoundError for an unknown name."""
    return _path(name, language).read_bytes()


TOTALS = frozenset({"value", "claimed", "missing", "average", "gain"})
"""Figures of a city's total, which always stand with two decimals."""


def figures(value: Any, language: str = INDONESIAN) -> Any:
    """Return the view as JSON takes it: each figure as a length (`at`) and as people read it (`text`).

    Stations of offices get their title beside them.
    """
    return _shown(value, LANGUAGES[language])


def _path(name: str, language: str) -> Path:
    return LANGUAGES[language].folder / f"{name}.typ"


def _shown(value: Any, language: Language) -> Any:
    printing = language.printing
    if isinstance(value, Mapping):
        shown = {key: _shown(part, language) for key, part in value.items()}
        for key in TOTALS:
            if isinstance(figure := value.get(key), Decimal):
                shown[key] = {"at": float(figure), "text": printing.total(figure)}
        status = value.get("status")
        if isinstance(status, str):
            shown["title"] = language.state(status, "offices") + ":"
        return shown
    if isinstance(value, list | tuple):
        return [_shown(part, language) for part in value]
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        return {"at": float(value), "text": printing.number(value)}
    return printing.date(value) if isinstance(value, date) else value

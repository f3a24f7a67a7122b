"""What a drawing is made from: its source (one Typst file beside its caption) and its figures as JSON."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

from messages.environment import FOLDER, angka, dua, keadaan, tanggal


@cache
def source(name: str) -> bytes:
    """The drawing `name`. Raises FileNotFoundError for an unknown name."""
    return (FOLDER / f"{name}.typ").read_bytes()


TOTALS = frozenset({"value", "claimed", "missing", "average", "gain"})
"""Figures of a city's total, which always stand with two decimals."""


def figures(value: Any) -> Any:
    """The view as JSON takes it: each figure as a length (`at`) and as people read it (`text`).

    Stations of offices get their title beside them.
    """
    if isinstance(value, Mapping):
        shown = {key: figures(one) for key, one in value.items()}
        shown |= {key: _total(value[key]) for key in TOTALS if isinstance(value.get(key), Decimal)}
        status = value.get("status")
        titled = {"title": keadaan(status, "offices") + ":"} if isinstance(status, str) else {}
        return shown | titled
    if isinstance(value, list | tuple):
        return [figures(one) for one in value]
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        return {"at": float(value), "text": angka(value)}
    return tanggal(value) if isinstance(value, date) else value


def _total(value: Decimal) -> dict[str, Any]:
    return {"at": float(value), "text": dua(value)}

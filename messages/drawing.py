"""What a drawing is made from: its source (one Typst file beside its caption) and its figures as JSON."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

from messages.environment import FOLDER, angka, tanggal


@cache
def source(name: str) -> bytes:
    """The drawing `name`. Raises FileNotFoundError for an unknown name."""
    return (FOLDER / f"{name}.typ").read_bytes()


def figures(value: Any) -> Any:
    """The view as JSON takes it: each figure as a length (`at`) and as people read it (`text`)."""
    if isinstance(value, Mapping):
        return {key: figures(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [figures(one) for one in value]
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        return {"at": float(value), "text": angka(value)}
    return tanggal(value) if isinstance(value, date) else value

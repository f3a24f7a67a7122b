"""The values of one sheet of a workbook that may be anything, by a process bound in memory and time."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import orjson
from msgspec import Struct

from bot.media import apart, values

SECONDS = 60.0


class NotReadError(Exception):
    """No workbook, or one that is too large to be read; says which."""


class NoSheetError(Exception):
    """It has no sheet of that name; `known` are its sheets."""

    def __init__(self, known: Sequence[str]) -> None:
        super().__init__(known)
        self.known = known


class SheetRows(Struct, frozen=True):
    """A sheet: its name, and its rows from the first on; `known` are all sheets of the workbook."""

    name: str
    rows: Sequence[Sequence[Any]]
    known: Sequence[str]


def read(content: bytes, wanted: str | None = None) -> SheetRows:
    """Return a sheet, the first where none is wanted. Raises NotReadError, NoSheetError."""
    answer = _asked(content, *(() if wanted is None else (wanted,)))
    match answer.get("refused"):
        case None:
            return SheetRows(answer["sheet"], answer["rows"], answer["known"])
        case "no_sheet":
            raise NoSheetError(answer["known"])
        case "too_large":
            raise NotReadError("it is too large")
        case _:
            raise NotReadError("it is no workbook")


def names(content: bytes) -> Sequence[str]:
    """Return the names of all sheets. Raises NotReadError."""
    known: Sequence[str] | None = _asked(content, values.NO_SHEET).get("known")
    if known is None:
        raise NotReadError("it is no workbook")
    return known


def _asked(content: bytes, *arguments: str) -> dict[str, Any]:
    try:
        report = apart.run(Path(values.__file__), content, *arguments, seconds=SECONDS)
    except apart.Outgrown:
        raise NotReadError("it is too large") from None
    except apart.Failed:
        raise NotReadError("it is no workbook") from None
    answer: dict[str, Any] = orjson.loads(report)
    return answer

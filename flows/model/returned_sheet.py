"""A workbook that came back, a form of an office or a queue of a reviewer: its rows, and where it stands."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from msgspec import Struct
from msgspec.structs import asdict


class SheetState(StrEnum):
    """From the upload to its end; `REPLACED` by a newer file of the same seat."""

    WAITING = "waiting"
    SHOWN = "shown"
    APPLIED = "applied"
    REFUSED = "refused"
    DROPPED = "dropped"
    REPLACED = "replaced"


class SheetRow(Struct, frozen=True):
    """One row as it was typed: `cell` is where it stands, `key` says which revision it is about.

    `verdict` is an action, or what was typed in its place; `seen`: the reviewer looked at it by itself.
    """

    cell: str
    key: str
    verdict: str = ""
    seen: bool = False
    code: str = ""
    correction: str = ""
    sentence: str = ""

    def as_json(self) -> dict[str, Any]:
        """Return it as it is kept until it is applied."""
        return asdict(self)


class ReturnedSheet(Struct, frozen=True):
    """A workbook that came back. `preview` counts those shown; `base` is what the last one rests on."""

    id: int
    name: str
    state: SheetState
    preview: int
    base: str = ""
    rows: tuple[SheetRow, ...] = ()
    expired: bool = False


def row_of(body: Mapping[str, Any]) -> SheetRow:
    """Undo `SheetRow.as_json`."""
    return SheetRow(**body)

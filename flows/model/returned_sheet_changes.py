"""What is written about a workbook that came back: a form of an office, a queue of a reviewer."""

from __future__ import annotations

from dataclasses import dataclass

from flows.model.events import Upload
from flows.model.returned_sheet import SheetRow, SheetState


@dataclass(frozen=True, slots=True)
class TakeSheet:
    """Somebody sent a workbook; it is fetched and read afterwards."""

    upload: Upload
    quiet: bool = False
    """It may be a proof as well: what turns out to be no form is handed on as one."""


@dataclass(frozen=True, slots=True)
class KeepSheet:
    """A preview of a workbook goes out."""

    sheet: int
    rows: tuple[SheetRow, ...]
    base: str


@dataclass(frozen=True, slots=True)
class SettleSheet:
    """What became of a workbook."""

    sheet: int
    state: SheetState


SheetChange = TakeSheet | KeepSheet | SettleSheet

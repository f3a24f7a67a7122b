"""What is written about a workbook that came back: a form of an office, a queue of a reviewer."""

from __future__ import annotations

from msgspec import Struct

from flows.model.events import Upload
from flows.model.returned_sheet import SheetRow, SheetState


class TakeSheet(Struct, frozen=True):
    """Somebody sent a workbook; it is fetched and read afterwards."""

    upload: Upload
    quiet: bool = False
    """It may be a proof as well: what turns out to be no form is handed on as one."""


class KeepSheet(Struct, frozen=True):
    """A preview of a workbook goes out."""

    sheet: int
    rows: tuple[SheetRow, ...]
    base: str


class SettleSheet(Struct, frozen=True):
    """What became of a workbook."""

    sheet: int
    state: SheetState


SheetChange = TakeSheet | KeepSheet | SettleSheet

"""Reads the values of one sheet in a process of its own: a workbook on standard input, JSON on its output.

Run by path (`bot.media.apart`); imports nothing of ours. What is no value (formulas, merged and hidden cells)
is let be: other tools write such files, with the values that were worked out.
"""

from __future__ import annotations

import io
import sys
import zipfile
from datetime import date, datetime, time, timedelta
from typing import Any

import orjson

UNPACKED = 300 * 2**20
"""Bytes of a workbook once unpacked: a nation's answers take a hundred million."""
NO_SHEET = "/"
"""No sheet may be called so: whoever asks for it is told what there is."""
AREA = 8_000_000
"""Cells of the rectangle that a sheet spans; filled or not, they take room."""


def read(content: bytes, wanted: str | None) -> dict[str, Any]:
    """Return the name of a sheet (the first, where none is wanted) and its rows; or `refused` and why."""
    from python_calamine import (
        CalamineWorkbook,  # the bot, which takes only names from here, need not hold it
    )

    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            size = sum(member.file_size for member in archive.infolist())
    except Exception:
        return {"refused": "not_a_workbook"}
    if size > UNPACKED:
        return {"refused": "too_large"}
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        names = book.sheet_names
        if not names or (wanted is not None and wanted not in names):
            return {"refused": "no_sheet", "known": names}
        name = names[0] if wanted is None else wanted
        sheet = book.get_sheet_by_name(name)
        if sheet.total_height * sheet.total_width > AREA:
            return {"refused": "too_large"}
        rows = [[_plain(one) for one in row] for row in sheet.to_python(skip_empty_area=False)]
    except Exception:  # a part that is missing or broken
        return {"refused": "not_a_workbook"}
    return {"sheet": name, "rows": rows, "known": names}


def _plain(value: Any) -> Any:
    match value:
        case "":
            return None
        case float() if value.is_integer() and abs(value) < 10**15:
            return int(value)
        case datetime() | date():
            return value.isoformat()
        case time() | timedelta():
            return str(value)
        case _:
            return value


def main() -> None:
    """Read standard input; the sheet that is wanted is the argument."""
    try:
        answer = read(sys.stdin.buffer.read(), sys.argv[1] if len(sys.argv) > 1 else None)
    except MemoryError:
        answer = {"refused": "too_large"}
    sys.stdout.buffer.write(orjson.dumps(answer))


if __name__ == "__main__":
    main()

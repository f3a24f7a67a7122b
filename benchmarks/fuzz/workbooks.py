"""Workbooks of a roster with changed cells, or with changed parts of their archive."""

from __future__ import annotations

import functools
import io
import random
import re
import zipfile
from datetime import date, datetime, time
from typing import Any

from openpyxl import load_workbook

from benchmarks.fuzz import values
from benchmarks.fuzz.judging import MINI, Verdict, judged, remember_instruments, roster
from bot.roster import RosterError, write_workbook
from bot.roster.roster_cells import read_workbook
from bot.roster.roster_yaml import read_text


@functools.cache
def book() -> bytes:
    opened = load_workbook(io.BytesIO(write_workbook(read_text(roster(), "r.yaml", MINI))))
    opened["Periode"]["B3"].value = "./mini-2016"  # the writer gives the code, the folder is beside
    made = io.BytesIO()
    opened.save(made)
    return made.getvalue()


def judge_book(content: bytes) -> Verdict:
    remember_instruments()
    return judged(lambda: read_workbook(content, "r.xlsx", MINI), RosterError)


BOMB = b"<row>" + b"0" * (3 * 2**20)


def book_case(dice: random.Random) -> bytes:
    """Cells of all kinds; or the parts of the archive: bombs, deep XML, huge dimensions, links, entities."""
    if dice.random() < 0.55:
        return _cells(dice)
    made = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(book())) as old,
        zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        parts = {one.filename: old.read(one) for one in old.infolist()}
        name, roll = dice.choice(sorted(parts)), dice.random()
        sheets = sorted(one for one in parts if one.startswith("xl/worksheets/"))
        sheet = dice.choice(sheets)
        if roll < 0.1:
            del parts[name]
        elif roll < 0.15:
            parts[name] = BOMB * dice.choice((1, 8))
        elif roll < 0.2:
            parts[sheet] = b"<worksheet>" + b"<a>" * dice.choice((500, 50_000)) + b"</worksheet>"
        elif roll < 0.3:
            size = dice.choice((b"A1:XFD1048576", b"A1:ZZZZ9", b"A0", b"", b"B2:A1"))
            parts[sheet] = re.sub(
                rb'<dimension ref="[^"]*"', b'<dimension ref="' + size + b'"', parts[sheet]
            )
        elif roll < 0.4:
            cell = dice.choice((b"XFD1048576", b"A1048576", b"ZZZ1", b"A0", b"1A", b"A99999999999"))
            parts[sheet] = re.sub(
                rb'<c r="[A-Z]+\d+"', b'<c r="' + cell + b'"', parts[sheet], count=1
            )
        elif roll < 0.5:
            entity = (
                b'<!DOCTYPE x [<!ENTITY a "'
                + b"a" * 900
                + b'"><!ENTITY b "'
                + b"&a;" * 900
                + b'">]>'
            )
            parts[name] = parts[name].replace(b"?>", b"?>" + entity, 1)
        elif roll < 0.6:
            parts["xl/externalLinks/externalLink1.xml"] = b"<externalLink/>"
            key = "xl/_rels/workbook.xml.rels"
            link = (
                b'<Relationship Id="r9" Type="x/externalLink" Target="file:///etc/passwd"'
                b' TargetMode="External"/>'
            )
            parts[key] = parts.get(key, b"").replace(
                b"</Relationships>", link + b"</Relationships>"
            )
        elif roll < 0.7:
            merged = (
                b'<mergeCells><mergeCell ref="A1:'
                + dice.choice((b"B2", b"XFD9", b"XFD1048576"))
                + b'"/></mergeCells>'
            )
            parts[sheet] = parts[sheet].replace(b"</sheetData>", b"</sheetData>" + merged)
        else:
            parts[name] = values.damaged(dice, parts[name])
        for part, content in parts.items():
            new.writestr(part, content)
    content = made.getvalue()
    return values.damaged(dice, content) if dice.random() < 0.2 else content


def _cells(dice: random.Random) -> bytes:
    odd: tuple[Any, ...] = (
        None, 0, -1, 1.5, 1e300, True, "=1+1", "=HYPERLINK(\"http://x\")", "#REF!", date(2017, 1, 1),
        datetime(2017, 1, 1, 3, 4),  # noqa: DTZ001 a workbook knows no zones
        time(1, 2), "2017-02-30", "31.71", 31.71,
        "x" * 32_000, "\n", "a\nb", "1,2;3",
    )  # fmt: skip
    opened = load_workbook(io.BytesIO(book()))
    for _ in range(dice.choice((1, 1, 2, 5))):
        sheet = dice.choice(opened.worksheets)
        row, column = dice.randrange(1, sheet.max_row + 2), dice.randrange(1, sheet.max_column + 2)
        roll = dice.random()
        if roll < 0.75:
            value: Any = dice.choice(odd) if dice.random() < 0.7 else values.text(dice)[:2000]
            if isinstance(value, str):
                value = re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]", "?", value)
            sheet.cell(row, column).value = value
        elif roll < 0.8:
            sheet.delete_rows(row)
        elif roll < 0.85:
            sheet.insert_rows(row)
        elif roll < 0.9:
            sheet.delete_cols(column)
        elif roll < 0.95:
            sheet.row_dimensions[row].hidden = True
        elif len(opened.worksheets) > 1:
            opened.remove(sheet)
    made = io.BytesIO()
    opened.save(made)
    return made.getvalue()

"""The sheets and columns of an instrument as a workbook, read from `bot/instruments/data/workbook.toml`."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any

from bot.roster import columns as roster
from scoring.model import Status

LIKE = ("hint", "choices", "words", "default", "required", "example")
"""What a column takes over from the one that it is like, unless it says so itself."""


class InstrumentColumn(roster.RosterColumn, frozen=True):
    """A column whose `key` is a path of keys, such as `source.text`.

    An empty cell means what the column `follows` holds, or else `default`, as the file has it.
    """

    default: str = ""
    follows: str = ""
    refers: str = ""
    """The sheet whose first column offers the words for this one."""

    def shown(self, text: str) -> str:
        """Return what a cell shows for a text of the file."""
        return next((word for word, meant in self.words.items() if meant == text), text)


class InstrumentSheet(roster.RosterSheet, frozen=True):
    """A sheet with columns of this kind."""

    columns: tuple[InstrumentColumn, ...]

    def column(self, key: str) -> InstrumentColumn:
        """Return the column that fills this key."""
        return next(one for one in self.columns if one.key == key)


class InstrumentGuide(roster.WorkbookGuide, frozen=True):
    """The sheet of explanations, with a table of the ways in which an indicator is worked out."""

    ways: tuple[str, ...]
    ways_rows: tuple[tuple[str, ...], ...]


class InstrumentLayout(roster.WorkbookLayout, frozen=True):
    """The whole workbook, of these sheets."""

    guide: InstrumentGuide
    fields: InstrumentSheet
    tables: tuple[InstrumentSheet, ...]

    @property
    def sheets(self) -> tuple[InstrumentSheet, ...]:
        """Every sheet that is read."""
        return (self.fields, *self.tables)

    def table(self, key: str) -> InstrumentSheet:
        """Return the table that fills this list."""
        return next(one for one in self.tables if one.key == key)


@cache
def layout() -> InstrumentLayout:
    """Return the layout that comes along with the program."""
    path = resources.files("bot") / "instruments" / "data" / "workbook.toml"
    tables = tomllib.loads(path.read_text(encoding="utf-8"))
    known = {column["key"]: column for column in tables["fields"]["columns"]}
    guide = tables.pop("guide")
    guide["ways_rows"] = tuple(map(tuple, guide["ways_rows"]))
    guide |= {name: tuple(guide[name]) for name in ("lines", "headings", "ways")}
    return InstrumentLayout(
        guide=InstrumentGuide(**guide),
        fields=_sheet(tables.pop("fields"), known),
        tables=tuple(_sheet(one, known) for one in tables.pop("tables")),
        **tables,
    )


def _sheet(table: dict[str, Any], known: Mapping[str, dict[str, Any]]) -> InstrumentSheet:
    columns = tuple(_column(one, known) for one in table.pop("columns"))
    return InstrumentSheet(columns=columns, headings=tuple(table.pop("headings", ())), **table)


def _column(table: dict[str, Any], known: Mapping[str, dict[str, Any]]) -> InstrumentColumn:
    like = known[table["like"]] if "like" in table else {}
    whole = {key: like[key] for key in LIKE if key in like} | table
    whole.pop("like", None)
    words = whole.get("words", {})
    if "proposed" in words.values():  # statuses: those that this program knows
        words = {word: meant for word, meant in words.items() if meant in list(Status)}
        whole["choices"] = tuple(words)
    whole["choices"] = tuple(whole.get("choices", ()))
    return InstrumentColumn(**{**whole, "words": words})

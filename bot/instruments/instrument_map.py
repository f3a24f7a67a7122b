"""A map between two instruments as files (YAML, or a sheet), and the comparison as tables for people."""

from __future__ import annotations

import html
import re
import tomllib
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cache
from importlib import resources
from io import BytesIO
from typing import Any

from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from bot.instruments.instrument_problems import WorkbookError, WorkbookProblem, own
from bot.instruments.layout import layout
from bot.instruments.tree import Leaf, Tree, as_yaml
from bot.roster.opening import Grid, Value, open_workbook
from bot.roster.template import NARROW, TEXT, put_headings, put_text
from bot.terminal import terminal_language
from flows.contact import criteria_conditions
from messages import INDONESIAN, render
from scoring.migration import Difference, Kind, MapLine, Migration, differences, read_tree
from scoring.model import Indicator, Instrument
from scoring.source import Mapping, Node, Scalar
from scoring.source import Sequence as Items

Row = tuple[str, ...]
TAG = re.compile("<[^>]+>")


@cache
def words(language: str = INDONESIAN) -> dict[str, Any]:
    """Return the words of the tables and of the sheet, which is Indonesian; of the tables alone else."""
    name = "comparison.toml" if language == INDONESIAN else f"comparison_{language}.toml"
    path = resources.files("bot") / "instruments" / "data" / name
    return tomllib.loads(path.read_text(encoding="utf-8"))


def terminal_words() -> dict[str, Any]:
    """Return the words of the tables in the terminal's language."""
    return words(terminal_language())


def map_as_yaml(migration: Migration) -> str:
    """Return a map as a file that `read_map` reads."""
    changes: list[Tree] = []
    for change in migration.changes:
        sides = {"old": change.old, "new": change.new}
        numbers: dict[str, Tree] = {
            key: [Leaf(str(no), 0, is_bare=True) for no in side] for key, side in sides.items()
        }
        changes.append({"kind": Leaf(str(change.kind), 0)} | numbers)
    head: dict[str, Tree] = {"old": Leaf(migration.old, 0), "new": Leaf(migration.new, 0)}
    return as_yaml(head | {"changes": changes}, words()["proposed"])[0]


def map_as_workbook(migration: Migration, old: Instrument, new: Instrument) -> bytes:
    """Return a map as a workbook of one table; its names are for people and are not read back."""
    texts = words()
    book = Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    sheet.title = texts["sheet"]
    put_headings(sheet, texts["columns"])
    for row, change in enumerate(migration.changes, 2):
        cells = (texts["kinds"][change.kind], *_side(change.old, old), *_side(change.new, new))
        for place, text in enumerate(cells, 1):
            put_text(sheet, row, place, text, wrap=True)
    for letter, width in zip("ABCDE", (18, 12, 2 * NARROW, 12, 2 * NARROW), strict=True):
        sheet.column_dimensions[letter].width = width
        sheet.column_dimensions[letter].number_format = TEXT
    about = book.create_sheet(texts["about_sheet"])
    for row, pair in enumerate(zip(texts["about"], (migration.old, migration.new), strict=True), 1):
        for place, text in enumerate(pair, 1):
            put_text(about, row, place, text)
        about.column_dimensions["A"].width = about.column_dimensions["B"].width = NARROW
    made = BytesIO()
    book.save(made)
    return made.getvalue()


def _side(numbers: Sequence[int], of: Instrument) -> tuple[str, str]:
    return "; ".join(map(str, numbers)), "; ".join(of.indicator(no).name for no in numbers)


def read_map_workbook(content: bytes, file: str, old: Instrument, new: Instrument) -> Migration:
    """Read the sheet that `map_as_workbook` writes; raise InstrumentError by cell."""
    texts = words()
    grids = open_workbook(content, file, ())
    for name in (texts["sheet"], texts["about_sheet"]):
        if name not in grids or not grids[name].rows:
            raise WorkbookError([WorkbookProblem(own("missing_sheet"), file, 1, {"name": name})])
    about = [row[1] for row in grids[texts["about_sheet"]].rows[:2] if len(row) > 1]
    heads = [
        (Scalar(file, value.line, key), Scalar(file, value.line, str(value.content or "")))
        for key, value in zip(("old", "new"), about, strict=False)
    ]
    changes = _changes(grids[texts["sheet"]], file)
    place = grids[texts["sheet"]].top
    listed: Node = Items(file, place.line, tuple(changes))
    entries = (*heads, (Scalar(file, place.line, "changes"), listed))
    return read_tree(Mapping(file, place.line, entries), old, new)


def _changes(grid: Grid, file: str) -> Iterator[Mapping]:
    """Yield the rows of the table below its headings."""
    meant = {shown: kind for kind, shown in words()["kinds"].items()}
    heads = [str(value.content or "") for value in grid.rows[0]]
    at = {title: heads.index(title) for title in words()["columns"] if title in heads}
    for title in words()["columns"]:
        if title not in at:
            params = {"name": title, "sheet": words()["sheet"]}
            raise WorkbookError(
                [WorkbookProblem(own("missing_column"), file, grid.top.line, params)]
            )
    kind, old, _, new, _ = words()["columns"]
    for row in grid.rows[1:]:
        shown = row[at[kind]]
        text = str(shown.content or "").casefold()
        entries: list[tuple[Scalar, Node]] = [
            (Scalar(file, shown.line, "kind"), Scalar(file, shown.line, meant.get(text, text)))
        ]
        for key, title in (("old", old), ("new", new)):
            value = row[at[title]]
            entries.append((Scalar(file, value.line, key), _numbers(value)))
        yield Mapping(file, shown.line, tuple(entries))


def _numbers(value: Value) -> Items:
    texts = str(value.content or "").replace(",", ";").split(";")
    items = [Scalar(value.file, value.line, text.strip()) for text in texts if text.strip()]
    return Items(value.file, value.line, tuple(items))


def counted(migration: Migration) -> str:
    """Return how many changes of each kind there are, in one line."""
    counts = Counter(change.kind for change in migration.changes)
    texts = terminal_words()
    counts_in_words = (
        texts["count"].format(count=counts[kind], kind=texts["kinds"][kind]) for kind in Kind
    )
    return ", ".join(counts_in_words)


def change_rows(migration: Migration, old: Instrument, new: Instrument) -> list[Row]:
    """Return the rows of the table of changes: the kind, both sides, and in what they differ."""
    texts = terminal_words()
    return [
        (
            texts["kinds"][change.kind],
            _named(change.old, old),
            _named(change.new, new),
            ", ".join(texts["differences"][each] for each in _differing(change, old, new)),
        )
        for change in migration.changes
    ]


def detail_rows(migration: Migration, old: Instrument, new: Instrument) -> list[Row]:
    """Return what each indicator that goes on asks for otherwise: before, and now."""
    rows = []
    for change in migration.changes:
        if len(change.old) == len(change.new) == 1:
            before, after = old.indicator(change.old[0]), new.indicator(change.new[0])
            for each in differences(before, after):
                name = terminal_words()["differences"][each]
                shown = _shown(old, before, each), _shown(new, after, each)
                rows.append(
                    (str(after.no), name, *(one or terminal_words()["nothing"] for one in shown))
                )
    return rows


def _differing(change: MapLine, old: Instrument, new: Instrument) -> list[Difference]:
    """Return in what any of the pairs of a change differ."""
    differing = {
        each
        for before in change.old
        for after in change.new
        for each in differences(old.indicator(before), new.indicator(after))
    }
    return [each for each in Difference if each in differing]


def _named(numbers: Sequence[int], of: Instrument) -> str:
    shown = (f"{no} {of.indicator(no).name}" for no in numbers)
    return "; ".join(shown) or str(terminal_words()["nothing"])


def _shown(instrument: Instrument, indicator: Indicator, each: Difference) -> str:
    """Return an indicator's side of a difference, as people read it."""
    match each:
        case Difference.INPUTS:
            texts = [
                f"{ask.name} ({ask.unit or _sort('inputs', 'kind', ask.kind)})"
                for ask in indicator.inputs
            ]
        case Difference.RULE:
            factor = getattr(indicator.rule, "factor", None)
            way = _sort("indicators", "rule.kind", indicator.rule.kind)
            texts = [way if factor is None else f"{way} × {factor:f}"]
        case Difference.UNIT:
            texts = [indicator.unit]
        case Difference.BANDS:
            texts = [f"{band.printed} = {band.points:f}" for band in indicator.bands]
        case Difference.OPTIONS:
            texts = [
                f"{got.label} = {got.points:f}" for ask in indicator.inputs for got in ask.options
            ]
        case Difference.EVIDENCE:
            texts = [f"{paper.title} ({paper.signer})" for paper in indicator.evidence]
        case Difference.OWNER:
            texts = [indicator.owner]
        case Difference.RELEVANT | Difference.WEIGHT | Difference.AFTER:
            texts = _hanging(instrument, indicator, each)
    return "; ".join(texts)


def _sort(table: str, column: str, code: str) -> str:
    """Return what a kind is called in the terminal's language: in Indonesian as the sheet has it."""
    if terminal_language() == INDONESIAN:
        return layout().table(table).column(column).shown(code)
    return str(terminal_words()[table][code])


def _hanging(instrument: Instrument, indicator: Indicator, each: Difference) -> list[str]:
    """Return on what an indicator hangs in the words of `/kriteria`, only what a difference is about."""
    parts = {
        Difference.RELEVANT: ("relevant", "inputs"),
        Difference.WEIGHT: ("weight", "component"),
    }
    kept = parts.get(each, ("after",))
    bare: dict[str, Any] = {"relevant": None, "inputs": [], "weight": None, "after": []}
    view = criteria_conditions.view(instrument, indicator)
    hanging = bare | {part: view[part] for part in kept}
    lines = render("criteria/_hanging", {"hanging": hanging}, terminal_language()).splitlines()
    return [html.unescape(TAG.sub("", line)) for line in lines if line]

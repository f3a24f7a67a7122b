"""A roster as a workbook: its cells become the nodes that `roster_yaml` judges, so that rules stand once."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from collections.abc import Sequence as Some
from datetime import date, datetime, time

from bot.collector import uncollected
from bot.roster.columns import RosterColumn, RosterSheet, WorkbookLayout, layout
from bot.roster.headings import heads, pairs, plain
from bot.roster.listing import listed
from bot.roster.opening import Cell, Grid, OtherValue, Value, open_workbook
from bot.roster.plan import ParsedRoster
from bot.roster.roster_problems import RosterError, RosterProblem, RosterProblems, own
from bot.roster.roster_yaml import Place, read_tree
from flows.model.roster_contents import NOTHING
from scoring.errors import InstrumentProblem, nearest
from scoring.replacing import replace
from scoring.source import Mapping, Node, Scalar, Sequence

Entries = list[tuple[Scalar, Node]]
UNREAD = "?"
"""What stands for a cell that could not be read, which is told there."""
EMPTY = (NOTHING, "–", "—")
NUMBER = re.compile(r"-?\d{1,9}(\.\d{1,9})?")


def read_workbook(
    content: bytes, file: str, place: Place, today: date | None = None
) -> ParsedRoster:
    """Read a roster; raises RosterError. `place` is where instruments of its own are looked for."""
    with uncollected():
        return _read(content, file, place, today)


def _read(content: bytes, file: str, place: Place, today: date | None) -> ParsedRoster:
    plan = layout()
    grids = open_workbook(content, file, (plan.guide.name,))
    problems = RosterProblems()
    reader = _Reader(plan, grids, file, problems)
    root = reader.root()
    if not reader.is_filled:
        sheets = ", ".join(sheet.name for sheet in plan.sheets)
        raise RosterError([RosterProblem(own("blank_workbook"), file, 1, {"sheets": sheets})])
    try:
        if any(one.code != "unknown_reference" for one in problems.errors):
            raise RosterError(problems.noted)  # what the rules would say of such cells misleads
        digest = hashlib.sha256(content).hexdigest()
        roster = read_tree(root, file, place, digest, problems, today)
    except RosterError as error:
        raise RosterError(_distinct(error.problems, reader)) from None
    return replace(roster, warnings=tuple(_distinct(roster.warnings, reader)))


def _distinct(
    problems: Iterable[InstrumentProblem], reader: _Reader
) -> Iterator[InstrumentProblem]:
    """Yield the problems as whoever fills in a workbook reads them; an empty cell is reported once."""
    empty = set()
    for problem in problems:
        line = problem.line
        if problem.code == "missing_key":  # an optional cell that this row cannot do without
            line = reader.left.get((line, str(problem.params["key"])), line)
        column = reader.empty.get(line)
        if column is None:
            yield _titled(problem, reader.plan, reader.titles)
        elif line not in empty:
            empty.add(line)
            params = {"key": column.title, "like": column.example}
            yield RosterProblem(own("not_filled"), problem.file, line, params)


def _titled(
    problem: InstrumentProblem, plan: WorkbookLayout, rows: dict[int, str]
) -> InstrumentProblem:
    """Return the problem with the workbook's titles and words in place of the YAML file's keys and words."""
    if not isinstance(problem.line, Cell):
        return problem
    sheet = next((one for one in plan.sheets if one.name == problem.line.sheet), plan.fields)
    titles = {table.key: table.name for table in plan.tables}
    titles |= {column.key: column.title for column in sheet.columns}
    params = {
        name: titles.get(str(value), value) if name in ("key", "other") else value
        for name, value in problem.params.items()
    }
    close = problem.nearest
    if "key" in params:
        params["key"] = rows.get(problem.line, params["key"])
    choices = next(
        (column.choices for column in sheet.columns if column.key == problem.params.get("key")), ()
    )
    if problem.code == "unknown_word" and choices:
        params["allowed"] = ", ".join(choices)
        close = nearest(str(params["text"]), choices)
    return RosterProblem(problem.code, problem.file, problem.line, params, close)


class _Reader:
    def __init__(
        self, plan: WorkbookLayout, grids: dict[str, Grid], file: str, problems: RosterProblems
    ) -> None:
        self.plan = plan
        self.problems = problems
        self.top = Node(file, 1)
        self.grids: dict[str, Grid] = {}
        self.titles: dict[int, str] = {}
        self.empty: dict[int, RosterColumn] = {}
        """Cells that hold nothing; whether they must, the rules say."""
        self.left: dict[tuple[int, str], int] = {}
        """Where in a row (by its line) the cell of a key is that was left empty."""
        self.keys: dict[str, Scalar] = {}
        self.is_filled = False
        """Whether anything was entered, examples aside."""
        names = {plain(sheet.name): sheet.name for sheet in plan.sheets}
        first: dict[str, str] = {}
        for name, grid in grids.items():
            known = names.get(plain(name))
            if known and known in first and grid.rows:
                same = {"name": known, "first": f"“{first[known]}”", "second": f"“{name}”"}
                problems.add(own("same_sheet"), grid.top, **same)
            elif known and (grid.rows or known not in self.grids):
                self.grids[known] = grid
                first |= {known: name} if grid.rows else {}
            elif grid.rows:
                self.is_filled = True
                allowed = [sheet.name for sheet in plan.sheets]
                close = nearest(name, allowed)
                accepted = ", ".join(allowed)
                problems.add(own("unknown_sheet"), grid.top, close, text=name, allowed=accepted)
        for sheet in plan.sheets:
            if sheet.name not in self.grids and not sheet.may_be_missing:
                problems.add(own("missing_sheet"), self.top, name=sheet.name)

    def root(self) -> Mapping:
        """Return the tree that a YAML roster would give."""
        entries = self._single_values()
        tables = {sheet.key: self._table(sheet) for sheet in self.plan.tables}
        regions = self._with_units(tables["regions"], tables["units"])
        entries.append(_entry("regions", self._list("regions", regions)))
        entries.append(_entry("staff", self._list("staff", tables["staff"])))
        return Mapping(self.top.file, self.top.line, tuple(entries))

    def _list(self, key: str, rows: Some[Mapping]) -> Sequence:
        sheet = next(table for table in self.plan.tables if table.key == key)
        top = self.grids[sheet.name].top if sheet.name in self.grids else self.top
        return Sequence(top.file, top.line, tuple(rows))

    def _single_values(self) -> Entries:
        """Read the sheet whose rows are a name and a value."""
        sheet = self.plan.fields
        grid = self.grids.get(sheet.name)
        if grid is None:
            return []
        titles = [one.title for one in sheet.columns]
        known = {plain(title): one for one in sheet.columns for title in one.titles}
        groups: dict[str, Entries] = {}
        seen: dict[str, Value] = {}
        for name, value in pairs(sheet, grid.rows, self.problems):
            text = str(name.content or "")
            column = known.get(plain(text))
            if name.content is None:
                self.problems.add(own("nameless"), value.node)
            elif column is None:
                close = nearest(text, titles)
                names = ", ".join(titles)
                self.problems.add(own("unknown_field"), name.node, close, text=text, allowed=names)
            elif column.title in seen:
                first = seen[column.title].line
                self.problems.add(own("twice"), name.node, key=column.title, first=first)
            else:
                seen[column.title] = name
                self.titles[value.line] = column.title
                if (node := self._node(column, value)) is not None:
                    groups.setdefault(column.group, []).append(_entry(column.key, node))
        for column in sheet.columns:
            if column.required and column.title not in seen:
                self.problems.add(own("missing_field"), grid.top, name=column.title)
        top = grid.top
        made: Entries = [
            _entry(group, Mapping(top.file, top.line, tuple(entries)))
            for group, entries in groups.items()
            if group
        ]
        return made + groups.get("", [])

    def _table(self, sheet: RosterSheet) -> list[Mapping]:
        grid = self.grids.get(sheet.name)
        if grid is None or not grid.rows:
            return []
        head = heads(sheet, self.plan.note, grid.rows, self.problems)
        return [
            row
            for values in grid.rows[head.below :]
            if (row := self._row(sheet, head.columns, head.strays, values)) is not None
        ]

    def _row(
        self,
        sheet: RosterSheet,
        columns: dict[str, int],
        strays: set[int],
        values: tuple[Value, ...],
    ) -> Mapping | None:
        for place in tuple(strays):
            if values[place].content is not None:
                strays.discard(place)  # told once, not for each of its cells
                self.problems.add(own("no_heading"), values[place].node)
        cells = {
            column.key: values[columns[column.title]]
            for column in sheet.columns
            if column.title in columns
        }
        if not any(value.content is not None for value in cells.values()):
            return None
        note = values[columns[self.plan.note]] if self.plan.note in columns else None
        if note and str(note.content or "").casefold().startswith(self.plan.example_mark):
            shown = {column.key: column.example for column in sheet.columns}
            if any(str(value.content or "") != shown[key] for key, value in cells.items()):
                self.is_filled = True
                self.problems.add(own("still_example"), note.node, title=self.plan.note)
            return None
        self.is_filled = True
        first = next(iter(cells.values()))
        entries = [
            (self._key(column, first), node)
            for column in sheet.columns
            if column.key in cells and (node := self._node(column, cells[column.key])) is not None
        ]
        for key, value in cells.items():
            if value.content is None:
                self.left[first.line, key] = value.line
        return Mapping(first.file, first.line, tuple(entries))

    def _key(self, column: RosterColumn, somewhere: Value) -> Scalar:
        """Return the key that a column fills: one node for all its rows, as nothing is wrong with it."""
        if column.key not in self.keys:
            self.keys[column.key] = Scalar(somewhere.file, somewhere.line, column.key)
        return self.keys[column.key]

    def _with_units(self, regions: list[Mapping], units: list[Mapping]) -> list[Mapping]:
        """Return each region with its rows of the sheet of units."""
        codes = [_text(region, "code") for region in regions]
        mine: dict[str, list[Node]] = {code: [] for code in codes}
        strange = {UNREAD}
        for unit in units:
            named = {key.text: value for key, value in unit.entries}
            code = _text(unit, "region")
            rest = tuple(entry for entry in unit.entries if entry[0].text != "region")
            if codes:
                # A strange one is judged with the first region, so that all faults come at once.
                mine[code if code in mine else codes[0]].append(Mapping(unit.file, unit.line, rest))
            if codes and all(codes) and UNREAD not in codes and code not in (*mine, *strange):
                strange.add(code)  # once, however many offices have it
                params = {"what": "the codes of the sheet Daerah", "allowed": ", ".join(codes)}
                node, close = named.get("region", unit), nearest(code, codes)
                self.problems.add("unknown_reference", node, close, text=code, **params)
        made: list[Mapping] = []
        for region, code in zip(regions, codes, strict=True):
            owned = Sequence(region.file, region.line, tuple(mine.pop(code, ())))
            made.append(
                Mapping(region.file, region.line, (*region.entries, _entry("units", owned)))
            )
        return made

    def _node(self, column: RosterColumn, value: Value) -> Node | None:
        """Return the node of a cell; None where an optional one is empty."""
        where, content = value, value.content
        if content is None:
            self.empty[where.line] = column
            return Scalar(where.file, where.line, "") if column.required else None
        self.is_filled = True
        if type(content) is str and column.kind in ("text", "region_code") and not column.choices:
            return Scalar(where.file, where.line, self._words(content, where))
        match column.kind:
            case "date":
                text = _date(content)
            case "number" if isinstance(content, int | float | str) and not isinstance(
                content, bool
            ):
                text = _number(content)
                return Scalar(
                    where.file, where.line, text, "int" if NUMBER.fullmatch(text) else "str"
                )
            case "numbers" if isinstance(content, int) and not isinstance(content, bool):
                text = str(content)
            case "region_code" if isinstance(content, float):
                text = f"{content:.2f}"
                self.problems.add(own("number_as_code"), where.node, text=str(content), taken=text)
            case _:
                text = self._words(content, where)
        if column.kind in ("names", "numbers"):
            items = [] if text in EMPTY else listed(text, column.kind, spans=column.key == "owes")
            made = tuple(
                Scalar(where.file, where.line, column.words.get(plain(item), item))
                for item in items
            )
            return Sequence(where.file, where.line, made)
        chosen = {plain(choice): choice for choice in column.choices}.get(plain(text), text)
        return Scalar(where.file, where.line, column.words.get(text.casefold(), chosen))

    def _words(self, content: object, where: Value) -> str:
        """Return a text; a whole number gives its digits, anything else has lost what was typed."""
        if isinstance(content, str):
            return " ".join(content.split()) if "\n" not in content else content
        if isinstance(content, int) and not isinstance(content, bool):
            return str(content)
        kinds = {bool: "a truth value", float: "a number", datetime: "a date", date: "a date"}
        kind = content.kind if isinstance(content, OtherValue) else kinds[type(content)]
        text = content.text if isinstance(content, OtherValue) else str(content)
        self.problems.add(own("wrong_cell"), where.node, found=text, kind=kind)
        return UNREAD


def _entry(key: str, node: Node) -> tuple[Scalar, Node]:
    return Scalar(node.file, node.line, key), node


def _text(row: Mapping, key: str) -> str:
    value_node = next((value for name, value in row.entries if name.text == key), None)
    return value_node.text if isinstance(value_node, Scalar) else ""


def _date(content: object) -> str:
    if isinstance(content, OtherValue):
        return content.text
    if isinstance(content, datetime) and content.time() == time():
        return content.date().isoformat()
    return content.isoformat() if isinstance(content, date) else str(content)


def _number(content: float | str) -> str:
    if isinstance(content, float) and content.is_integer() and abs(content) < 10**9:
        return str(int(content))
    return str(content)

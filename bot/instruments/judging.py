"""A workbook judged as files are, its problems told as whoever fills in a workbook reads them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from bot.instruments.building import Built, build
from bot.instruments.instrument_problems import (
    WorkbookError,
    WorkbookProblem,
    WorkbookProblems,
    own,
)
from bot.instruments.layout import InstrumentColumn, layout
from bot.instruments.numbering import slug
from bot.instruments.workbook_cells import Book, read_book
from bot.roster.opening import COLUMNS_A_ROW, Cell
from scoring.errors import InstrumentProblem, nearest
from scoring.load import load_texts, read_texts
from scoring.replacing import replace

MISPLACED = " out of place"
"""What the reader says behind a sign of markup."""


def read_workbook(content: bytes, file: str) -> tuple[dict[str, str], list[InstrumentProblem]]:
    """Return the files that a workbook makes by name, and what to be warned of; raise WorkbookError."""
    problems = WorkbookProblems()
    book = read_book(content, file, problems)
    built = build(book, problems)
    faults = sorted(_distinct(book, built, problems), key=lambda fault: int(fault.line))
    if any(not one.is_warning for one in faults):
        raise WorkbookError(faults)
    return built.files, faults


def says_the_same(content: bytes, files: Mapping[str, str]) -> bool:
    """Return whether a workbook makes an instrument that is equal to the one of these files."""
    made, _ = read_workbook(content, "")
    return replace(load_texts(made), hash="") == replace(load_texts(files), hash="")


def _distinct(book: Book, built: Built, problems: WorkbookProblems) -> Iterator[InstrumentProblem]:
    """Yield each fault once: those of the workbook, then what the strict reader finds in other rows."""
    rows, cells = set(), set()
    for problem in problems.noted:
        if not problem.is_warning:
            rows.add(_row(problem.line))
        cells.add(problem.line)
        yield _titled(problem, book)
    for problem in read_texts(built.files).problems:
        cell = built.cells.get((problem.file, problem.line), 1)
        if problem.code == "missing_key":
            cell = built.left.get((cell, str(problem.params["key"])), cell)
        if problem.code == "component_missing":
            cell = built.left.get((cell, "component"), cell)
        if _row(cell) in rows or (problem.code == "empty_text" and cell in cells):
            continue
        cells.add(cell)
        fault = WorkbookProblem(problem.code, book.file, cell, problem.params, problem.nearest)
        yield _titled(fault, book)


def _row(cell: int) -> tuple[str, int]:
    """Return what tells the rows of a workbook apart."""
    return (cell.sheet, int(cell) // COLUMNS_A_ROW) if isinstance(cell, Cell) else ("", 0)


def _titled(problem: InstrumentProblem, book: Book) -> InstrumentProblem:
    """Return the problem with the workbook's titles and words in place of the files' keys and words."""
    column = book.columns.get(problem.line)
    params, close, code = dict(problem.params), problem.nearest, problem.code
    if code == "empty_text" and column is not None:
        code, params = own("not_filled"), {"key": column.title, "like": _like(column)}
    elif column is not None:
        if "key" in params:
            params["key"] = column.title
        if code == "unknown_word" and column.words:
            known = column.choices or tuple(column.words)
            params["allowed"] = ", ".join(known)
            close = nearest(str(params["text"]), known)
    if code == "bad_code":
        close = slug(str(params["text"]), "-") or None
    if "rule" in params:
        params["rule"] = layout().table("indicators").column("rule.kind").shown(str(params["rule"]))
    if code == "bad_markup":
        params["what"] = str(params["what"]).removesuffix(MISPLACED)
    return WorkbookProblem(code, problem.file, problem.line, params, close)


def _like(column: InstrumentColumn) -> str:
    return column.example or next(iter(column.choices), "")

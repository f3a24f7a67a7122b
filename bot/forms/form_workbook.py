"""Writes an office's questions as a workbook: cells to fill, a preview worked out by the sheet, room to sign.

Everything but the cells to be filled is locked; there is no password, for the lock is only against slips.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from io import BytesIO
from typing import Any, Literal

from msgspec import Struct, field
from openpyxl import Workbook
from openpyxl.formatting.rule import FormulaRule
from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side
from openpyxl.utils import get_column_letter, quote_sheetname
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from bot.forms.sheet_formulas import points_formula, value_formula
from bot.reviewing.queue_workbook import (
    CUT,
    LINE,
    OVER,
    lines_of,
    put_guide,
    put_over,
    shown,
)
from bot.roster.template import FILL as HEADED
from bot.roster.template import HEAD, put_text
from messages.export_words import words
from scoring.model import InputKind
from scoring.question_kinds import is_figure, is_truth, is_whole, takes_several

WIDTHS = {
    "no": 5, "question": 44, "measure": 14, "past": 13, "given": 18, "absence": 21, "reason": 34, "value": 12,
    "points": 9, "key": 12,
}  # fmt: skip
COLUMNS = {name: place for place, name in enumerate(WIDTHS, 1)}
TO_FILL = ("given", "absence", "reason")
OPEN = PatternFill("solid", start_color="FFF2CC")
DONE = PatternFill("solid", end_color="E2EFDA", start_color="E2EFDA")
WRONG = PatternFill("solid", end_color="F8CBAD", start_color="F8CBAD")
RIGHT = PatternFill("solid", start_color="DDEBF7")
GREY = Font(color="7F7F7F", size=8)
THIN = Border(bottom=Side(style="hair", color="999999"))
FIRST = 8
"""The row of the headings; above it stands who is asked, and until when."""


class _Lists(Struct):
    """The words of dropdowns, on a sheet of their own: a rule of its own takes 255 characters."""

    sheet: Worksheet
    ranges: dict[tuple[str, ...], str] = field(default_factory=dict)

    def range(self, choice: Sequence[str]) -> str:
        """Return the range that holds these words, written once."""
        if tuple(choice) not in self.ranges:
            column = get_column_letter(len(self.ranges) + 1)
            for row, word in enumerate(choice, 1):
                self.sheet[f"{column}{row}"] = word
            place = f"${column}$1:${column}${len(choice)}"
            self.ranges[tuple(choice)] = f"{quote_sheetname(self.sheet.title)}!{place}"
        return self.ranges[tuple(choice)]


def workbook(figures: Mapping[str, Any]) -> bytes:
    """Return the bytes of the .xlsx file."""
    texts = words()["form"]
    book = Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    sheet.title = texts["sheet"]
    guide = book.create_sheet(texts["guide"])
    lists = _Lists(book.create_sheet(texts["lists"]))
    lists.sheet.sheet_state = "hidden"
    _head(sheet, figures)
    last = _foot(sheet, _questions(sheet, figures["rows"], lists) + 2, figures)
    sheet.print_area = f"A1:{get_column_letter(COLUMNS['points'])}{last}"
    lines = [line.format(**figures) for line in texts["lines"]]
    put_guide(guide, texts["how"], lines, figures.get("over"))
    for page in (sheet, guide, lists.sheet):
        put_over(page, figures.get("over"))
        page.protection.sheet = True
        page.protection.formatColumns = page.protection.formatRows = False
    made = BytesIO()
    book.save(made)
    return made.getvalue()


def _head(sheet: Worksheet, figures: Mapping[str, Any]) -> None:
    texts = words()["form"]
    over = figures.get("over")
    if over:
        put_text(sheet, 1, 1, over, OVER)
    top = 2 if over else 1
    put_text(sheet, top, 1, texts["title"].format(**figures), Font(bold=True, size=14))
    for row, line in enumerate(texts["head"], top + 1):
        put_text(sheet, row, 1, line.format(**figures))
    titles = words()["columns"]["form"]
    for name, place in COLUMNS.items():
        put_text(sheet, FIRST, place, titles[name], HEAD, wrap=True)
        sheet.cell(FIRST, place).fill = HEADED
        sheet.column_dimensions[get_column_letter(place)].width = WIDTHS[name]
    sheet.row_dimensions[FIRST].height = 3 * LINE
    sheet.freeze_panes = f"C{FIRST + 1}"
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", 9
    sheet.page_setup.fitToHeight = 0
    sheet.print_title_rows = f"{FIRST}:{FIRST}"
    if sheet.oddFooter is not None:
        sheet.oddFooter.center.text = texts["page"]


def _questions(sheet: Worksheet, rows: Sequence[Mapping[str, Any]], lists: _Lists) -> int:
    """Write each right, its indicators and their inputs; return the last row."""
    at, right = FIRST, ""
    for row in rows:
        if row["right"] != right:
            right, at = row["right"], at + 1
            put_text(sheet, at, 1, right, Font(bold=True))
            for place in COLUMNS.values():
                sheet.cell(at, place).fill = RIGHT
        at += 1
        _indicator(sheet, at, row)
        first = at + 1
        for given in row["inputs"]:
            at += 1
            _input(sheet, at, row, given, lists)
        if row["locked"]:
            continue
        _absence(sheet, first, row, lists)
        _preview(sheet, first, row)
    return at


def _indicator(sheet: Worksheet, at: int, row: Mapping[str, Any]) -> None:
    texts = words()["form"]
    notes = (
        [texts["locked"].format(state=words()["states"].get(row["state"], row["state"]))]
        if row["locked"]
        else []
    )
    if row["shared"]:
        notes.append(texts["shared"])
    name = "\n".join([row["name"], *notes])
    put_text(sheet, at, COLUMNS["no"], str(row["no"]))
    put_text(sheet, at, COLUMNS["question"], name, Font(bold=True), wrap=True)
    put_text(sheet, at, COLUMNS["reason"], "; ".join(row["evidence"]), GREY, wrap=True)
    lines = max(lines_of(name, 40), lines_of("; ".join(row["evidence"]), 44))
    sheet.row_dimensions[at].height = LINE * lines


def _input(
    sheet: Worksheet, at: int, row: Mapping[str, Any], given: Mapping[str, Any], lists: _Lists
) -> None:
    texts, kind = words()["form"], InputKind(given["kind"])
    name = given["name"] + (f" {texts['conditional']}" if given["conditional"] else "")
    if takes_several(kind):
        name += "\n" + "\n".join(
            f"{letter}. {text}"
            for letter, text in zip("abcdefghijklmnopqrstuvwxyz", given["options"], strict=False)
        )
    put_text(sheet, at, COLUMNS["question"], name, wrap=True)
    put_text(sheet, at, COLUMNS["measure"], given["unit"] or "", wrap=True)
    put_text(sheet, at, COLUMNS["past"], "" if given["past"] is None else shown(given["past"]))
    put_text(sheet, at, COLUMNS["key"], given["key"], GREY)
    sheet.cell(at, COLUMNS["key"]).alignment = CUT
    cell = sheet.cell(at, COLUMNS["given"])
    choice = _choice(given)
    stored = given["stored"]
    if stored is not None and is_truth(kind):
        stored = choice[0 if stored == "ya" else 1]
    cell.value = _number(stored) if is_figure(kind) else stored
    cell.number_format = _number_format(kind)
    for place in COLUMNS.values():
        sheet.cell(at, place).border = THIN
    sheet.row_dimensions[at].height = LINE * lines_of(name, 40)
    if row["locked"]:
        return
    cell.fill, cell.protection = OPEN, Protection(locked=False)
    if is_figure(kind):
        _validated(sheet, cell.coordinate, _figure_rule(kind))
    elif choice and not takes_several(kind):
        _validated(sheet, cell.coordinate, _list_rule(lists.range(choice)))


def _number_format(kind: InputKind) -> str:
    if not is_figure(kind):
        return "@"
    return "#,##0" if is_whole(kind) else "#,##0.######"


def _choice(given: Mapping[str, Any]) -> list[str]:
    if is_truth(InputKind(given["kind"])):
        return list(words()["form"][given["kind"]])
    return list(given["options"])


def _figure_rule(kind: InputKind) -> DataValidation:
    wanted: Literal["whole", "decimal"] = "whole" if is_whole(kind) else "decimal"
    rule = DataValidation(
        type=wanted, operator="greaterThanOrEqual", formula1="0", allow_blank=True
    )
    rule.error = words()["form"][wanted]
    return rule


def _list_rule(listed: str) -> DataValidation:
    rule = DataValidation(type="list", formula1=listed, allow_blank=True)
    rule.error = words()["form"]["choose"]
    return rule


def _validated(sheet: Worksheet, place: str, rule: DataValidation) -> None:
    """Warn, never forbid: whoever types words is understood as in the chat."""
    rule.errorStyle, rule.errorTitle = "warning", words()["form"]["check"]
    rule.showErrorMessage = True
    sheet.add_data_validation(rule)
    rule.add(place)


def _absence(sheet: Worksheet, at: int, row: Mapping[str, Any], lists: _Lists) -> None:
    absences = list(words()["absences"].values())
    absence = words()["absences"].get(row["absence"]) if row["absence"] else None
    for name, text in (("absence", absence), ("reason", row["reason"] or None)):
        cell = sheet.cell(at, COLUMNS[name])
        cell.value, cell.number_format = text, "@"
        cell.fill, cell.protection = OPEN, Protection(locked=False)
        cell.alignment = Alignment(wrap_text=True, vertical="top")
    place = sheet.cell(at, COLUMNS["absence"]).coordinate
    _validated(sheet, place, _list_rule(lists.range(absences)))


def _preview(sheet: Worksheet, first: int, row: Mapping[str, Any]) -> None:
    """Write the formulas of value and points, and colours for what is done and what lacks its reason."""
    rule, letter = row["rule"], get_column_letter
    at = {given["code"]: first + place for place, given in enumerate(row["inputs"])}
    cells = [f"${letter(COLUMNS['given'])}${at[code]}" for code in rule["inputs"]]
    value = f"${letter(COLUMNS['value'])}${first}"
    given = next(question for question in row["inputs"] if question["code"] == rule["inputs"][0])
    formulas = {
        "value": value_formula(rule, cells),
        "points": points_formula(rule, value, cells, _choice(given)),
    }
    for name, formula in formulas.items():
        if formula is not None:
            cell = sheet.cell(first, COLUMNS[name])
            cell.value = formula
            digits = int(rule["precision"] or 0)
            cell.number_format = (
                "0" if name == "points" else "#,##0" + ("." + "0" * digits if digits else "")
            )
            cell.font = Font(italic=True)
    absence = f"${letter(COLUMNS['absence'])}${first}"
    reason = f"${letter(COLUMNS['reason'])}${first}"
    filled = f"AND({','.join(f'{cell}<>' + chr(34) * 2 for cell in cells)})"
    heading = f"A{first - 1}:{letter(COLUMNS['points'])}{first - 1}"
    lacks = f'AND({absence}<>"",{reason}="")'
    sheet.conditional_formatting.add(heading, _coloured([lacks], fill=WRONG, last=True))
    both = f'AND({absence}<>"",{filled})'
    sheet.conditional_formatting.add(heading, _coloured([both], fill=WRONG, last=True))
    done = f'OR({filled},AND({absence}<>"",{reason}<>""))'
    sheet.conditional_formatting.add(heading, _coloured([done], fill=DONE))


def _coloured(formula: list[str], fill: PatternFill, *, last: bool = False) -> Any:
    rule: Any = FormulaRule(formula, fill=fill, stopIfTrue=last)  # type: ignore[no-untyped-call]
    return rule


def _foot(sheet: Worksheet, at: int, figures: Mapping[str, Any]) -> int:
    """Leave room to sign, for whoever prints it; return the last row."""
    lines = words()["form"]["foot"]
    for row, line in enumerate(lines, at):
        put_text(sheet, row, COLUMNS["absence"], line.format(**figures))
    return at + len(lines) - 1


def _number(text: str | None) -> int | float | None:
    if text is None:
        return None
    return int(text) if "." not in text else float(text)

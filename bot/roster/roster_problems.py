"""What can be wrong with a roster, beside what the strict reader of `scoring` finds in any file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Literal

from scoring.errors import ErrorEntry, InstrumentError, InstrumentProblem, OwnCode
from scoring.fields import Problems

RosterCode = Literal[
    "no_such_roster", "roster_too_large", "no_folder_here", "not_a_workbook", "locked_workbook",
    "other_kind", "one_table", "workbook_too_large", "far_cell", "same_sheet", "unknown_sheet",
    "missing_sheet", "unknown_column", "passed_column", "missing_column", "above_headings", "unknown_field",
    "missing_field", "nameless", "twice", "no_heading", "formula", "merged_cells", "hidden", "wrong_cell",
    "number_as_code", "still_example", "blank_workbook", "not_filled", "day_over", "no_phone", "all_over",
    "bad_date", "bad_reminder", "duplicate_reminder", "dates_backwards", "out_of_range", "bad_region_code",
    "region_elsewhere", "skeleton", "duplicate_name", "duplicate_owed", "duplicate_staff", "not_owed",
    "wrong_year", "nothing_in", "nobody_owes", "owes_nothing", "no_coordinator",
    "no_secretary", "no_bureau", "level_off", "region_unwanted",
]  # fmt: skip
"""What can be wrong with a roster."""
OWN: dict[RosterCode, ErrorEntry] = {
    "no_such_roster": ErrorEntry(
        "There is no file {text}, and no bundled roster of that name.",
        "Give a roster file (.yaml or .xlsx), or one of the bundled: {allowed}.",
    ),
    "roster_too_large": ErrorEntry("The file is too large for a roster.", "Keep to {most}."),
    "no_folder_here": ErrorEntry(
        "The instrument {text} is a folder; a file that was sent has none beside it.",
        "Name one by its code: {allowed}; a new one of your own goes by `peduli-ham setup`.",
    ),
    # Workbooks
    "not_a_workbook": ErrorEntry(
        "The file is not a workbook that can be read.",
        "Open it in Excel or LibreOffice and save it again as .xlsx;"
        " `peduli-ham roster-template` writes an empty one.",
    ),
    "locked_workbook": ErrorEntry(
        "The workbook has a password.", "Save it as .xlsx without a password."
    ),
    "other_kind": ErrorEntry(
        "The file is {kind}, not an .xlsx workbook.",
        "Open it in Excel or LibreOffice and save it as .xlsx, or fill in the template.",
    ),
    "one_table": ErrorEntry(
        "The file is {kind}: it holds one table without its sheet.",
        "Paste it into its sheet of the workbook that `peduli-ham roster-template` writes.",
    ),
    "workbook_too_large": ErrorEntry(
        "The workbook is too large for a roster.",
        "Keep to {most}: delete what stands below and beside the tables.",
    ),
    "far_cell": ErrorEntry(
        "The cell {cell} lies too far from the tables, or there are too many before it.",
        "Empty what stands there; keep to {most}.",
    ),
    "same_sheet": ErrorEntry(
        "The sheets {first} and {second} both count as {name}.", "Keep one, rename the other."
    ),
    "unknown_sheet": ErrorEntry(
        "A sheet {text} is not known.", "Known: {allowed}. Rename or remove it."
    ),
    "missing_sheet": ErrorEntry(
        "The sheet {name} is missing.", "Add it; `peduli-ham roster-template` shows how."
    ),
    "unknown_column": ErrorEntry("The sheet {sheet} has no column {text}.", "Known: {allowed}."),
    "passed_column": ErrorEntry(
        "The column {text} of the sheet {sheet} is not read.",
        "If that is meant, leave it; known: {allowed}.",
        "warning",
    ),
    "missing_column": ErrorEntry(
        "The sheet {sheet} lacks the column {name}.", "Write it into the first row."
    ),
    "above_headings": ErrorEntry(
        "A row with content stands above the headings of the sheet {sheet}.",
        "Move it below them, or delete it.",
    ),
    "unknown_field": ErrorEntry("“{text}” is not known here.", "Known: {allowed}."),
    "missing_field": ErrorEntry("The row {name} is missing.", "Add it: name, then value."),
    "nameless": ErrorEntry("A value without its name to the left.", "Empty it, or write the name."),
    "twice": ErrorEntry("“{key}” stands twice (first at {first}).", "Keep one of the two."),
    "no_heading": ErrorEntry(
        "The cell stands in a column without a heading.", "Empty it, or write the heading above."
    ),
    "formula": ErrorEntry("The cell holds a formula.", "Put its value there."),
    "merged_cells": ErrorEntry("The cells {cells} are merged.", "Separate them and fill each."),
    "hidden": ErrorEntry("{what} is hidden.", "Show it, or delete it."),
    "wrong_cell": ErrorEntry(
        "{found} is {kind}, not text.", "Format the cell as text and type it again."
    ),
    "number_as_code": ErrorEntry(
        "The code {text} is a number; taken as {taken}.",
        "Format the cell as text, so that no zero gets lost.",
        "warning",
    ),
    "still_example": ErrorEntry(
        "The row is marked as an example, but was changed.",
        "Empty its `{title}` if it counts; else delete the row.",
    ),
    "blank_workbook": ErrorEntry(
        "Nothing is filled in yet.",
        "Fill in {sheets}; rows that are marked as examples do not count.",
    ),
    "not_filled": ErrorEntry("`{key}` is empty", "write for example {like}."),
    "day_over": ErrorEntry(
        "`{key}` {text} is over.", "If that is meant, leave it; else correct the year.", "warning"
    ),
    "no_phone": ErrorEntry(
        "`help_contact` holds no telephone number: “{text}”.",
        "People without a working bot have nothing else; write one, such as Bidang HAM, 021-1234567.",
        "warning",
    ),
    "all_over": ErrorEntry(
        "All dates are over ({opens} to {verified}): nobody can answer or review any more.",
        "If that is meant, leave them; else correct the year.",
        "warning",
    ),
    "bad_date": ErrorEntry(
        "`{text}` is not a date for `{key}`.", "Write year-month-day, such as 2017-03-31."
    ),
    "bad_reminder": ErrorEntry(
        "`{text}` is not a day for a reminder.",
        "Give whole days from the deadline, {least} (before) to {most} (after): -7, -1, 1.",
    ),
    "duplicate_reminder": ErrorEntry("The day {text} stands twice.", "Keep it once."),
    "dates_backwards": ErrorEntry(
        "`{key}` {text} is before `{other}` {bound}.", "Put it on or after {bound}."
    ),
    "out_of_range": ErrorEntry(
        "{found} is too small or too large for `{key}`.", "Give {least} to {most}."
    ),
    "bad_region_code": ErrorEntry(
        "`{text}` is not the Kemendagri code of {what}.", "Write it such as {like}."
    ),
    "region_elsewhere": ErrorEntry(
        "The region {code} does not lie in the province {province}.",
        "Correct one of the codes; other provinces have a file of their own.",
    ),
    "skeleton": ErrorEntry(
        "The instrument {code} is not complete; missing: {missing}.",
        "A period needs a complete one: add what is missing, or choose another.",
    ),
    "duplicate_name": ErrorEntry(
        "“{text}” stands for {one} and for {other} ({first}).",
        "Give each its own, so that a typed name means one.",
    ),
    "duplicate_owed": ErrorEntry("{code} owes indicator {number} twice.", "Keep it once."),
    "duplicate_staff": ErrorEntry(
        "{name} stands twice as {role}.", "Keep one, or tell the two apart by name."
    ),
    "not_owed": ErrorEntry(
        "{code} does not owe indicator {number} in the period {period}.",
        "Give it to an office that does: {owners}.",
    ),
    "wrong_year": ErrorEntry(
        "`year` is {found}, but the period {period} is about {data_year}.",
        "The year before is {wanted}: write that, or leave `year` out.",
    ),
    "nothing_in": ErrorEntry("`{key}` is empty.", "List at least one."),
    "nobody_owes": ErrorEntry(
        "Nobody in {region} owes {numbers}.",
        "Add it to `owes` of an office; until then it counts as not answered.",
        "warning",
    ),
    "owes_nothing": ErrorEntry(
        "{code} owes nothing and gets no link.", "List its indicators under `owes`.", "warning"
    ),
    "no_coordinator": ErrorEntry(
        "{region} has no office with `role: coordinator`.",
        "Add Bagian Hukum, so that somebody can follow the offices.",
        "warning",
    ),
    "no_secretary": ErrorEntry(
        "{region} has no `role: secretary` under `staff`, though `levels` names the secretary.",
        "Add who approves for the city; until then only the Kanwil can pass its answers, with a reason.",
        "warning",
    ),
    "no_bureau": ErrorEntry(
        "Nobody under `staff` has `role: bureau`, though `levels` names the bureau.",
        "Add who forwards for the province; until then only the Kanwil can pass answers, with a reason.",
        "warning",
    ),
    "level_off": ErrorEntry(
        "{name} is {role}, which this period does not switch on: no link is made.",
        "Add {role} to `levels` of the period, or leave {name} out.",
        "warning",
    ),
    "region_unwanted": ErrorEntry(
        "A seat as {role} is of the whole province.", "Leave `{key}` out of it."
    ),
}


def own(code: RosterCode) -> OwnCode:
    """Return a code as what is worded here."""
    return OwnCode(code)


class RosterProblem(InstrumentProblem, frozen=True):
    """A problem in the style of `scoring`, worded here where `scoring` does not know it."""

    own: ClassVar[Mapping[Any, ErrorEntry]] = OWN


class RosterError(InstrumentError):
    """A roster that cannot be used: every problem, each with its line."""


class RosterProblems(Problems):
    """Collects them in the order in which they are met."""

    kind = RosterProblem
    error = RosterError

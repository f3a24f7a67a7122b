"""What can be wrong with a file of answers or its map, beside what any strict file can have."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Literal

from scoring.errors import ErrorEntry, InstrumentError, InstrumentProblem, OwnCode
from scoring.fields import Problems

ImportCode = Literal["no_table", "no_sheet", "no_column", "column_or_code", "no_place"]
"""What can be wrong with a file of answers, or with its map."""
OWN: dict[ImportCode, ErrorEntry] = {
    "no_table": ErrorEntry(
        "The file holds no table that can be read: {reason}.",
        "Give a CSV file or an .xlsx workbook whose first row has headings, an export, or a file of `score`.",
    ),
    "no_sheet": ErrorEntry("The workbook has no sheet “{text}”.", "Known: {allowed}."),
    "no_column": ErrorEntry("The file has no column “{text}”.", "Known: {allowed}."),
    "column_or_code": ErrorEntry(
        "`{key}` names neither a column nor a code.",
        "Write {{column: HEADING}}, or {{code: CODE}} where all rows have the same.",
    ),
    "no_place": ErrorEntry("“{text}” is not one of {what}.", "Known: {allowed}."),
}


def own(code: ImportCode) -> OwnCode:
    """Return a code as what is worded here."""
    return OwnCode(code)


class ImportProblem(InstrumentProblem, frozen=True):
    """A problem of a file of answers or of its map."""

    own: ClassVar[Mapping[Any, ErrorEntry]] = OWN


class ImportFileError(InstrumentError):
    """A file or a map of which nothing is taken: every problem, each with its line."""


class ImportProblems(Problems):
    """Collects them in the order in which they are met."""

    kind = ImportProblem
    error = ImportFileError


def refused(code: ImportCode, file: str, **params: object) -> ImportFileError:
    """Return the error of a file that is refused as a whole."""
    return ImportFileError([ImportProblem(own(code), file, 1, params)])

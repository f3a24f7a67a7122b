"""What can be wrong with an instrument in a workbook, beside what any workbook or instrument can have."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Literal

from bot.roster.roster_problems import OWN as OF_WORKBOOKS
from bot.roster.roster_problems import RosterCode, RosterError, RosterProblem, RosterProblems
from scoring.errors import ErrorEntry, OwnCode

WorkbookCode = Literal[
    "role_missing", "role_unwanted", "role_twice", "no_choice", "limit_twice",
]  # fmt: skip
"""What can be wrong with an instrument in a workbook."""
OWN: dict[WorkbookCode, ErrorEntry] = {
    "role_missing": ErrorEntry(
        "Indicator {number} is worked out as {way}, but no input is its {role}.",
        "Add a row for it to the sheet {sheet}.",
    ),
    "role_unwanted": ErrorEntry(
        "Indicator {number} is worked out as {way}, which has no {role}.", "Allowed: {allowed}."
    ),
    "role_twice": ErrorEntry(
        "Indicator {number} has two inputs that are its {role}.", "Keep one of them."
    ),
    "no_choice": ErrorEntry(
        "Indicator {number} has options, but none of its inputs is a choice.",
        "Remove the row, or change how the indicator is worked out.",
    ),
    "limit_twice": ErrorEntry("The limit {text} stands twice.", "Keep one of the two."),
}


def own(code: RosterCode | WorkbookCode) -> OwnCode:
    """Return a code as what is worded here."""
    return OwnCode(code)


class WorkbookProblem(RosterProblem, frozen=True):
    """A problem of a workbook, by its cell."""

    own: ClassVar[Mapping[Any, ErrorEntry]] = {**OF_WORKBOOKS, **OWN}


class WorkbookError(RosterError):
    """A workbook that makes no instrument: every problem, each with its cell."""


class WorkbookProblems(RosterProblems):
    """Collects them in the order in which they are met."""

    kind = WorkbookProblem
    error = WorkbookError

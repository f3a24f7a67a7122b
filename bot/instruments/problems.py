"""What can be wrong with an instrument in a workbook, beside what any workbook or instrument can have."""

from __future__ import annotations

from bot.roster.problems import OWN as OF_WORKBOOKS
from bot.roster.problems import RosterError, RosterProblem, RosterProblems
from scoring.errors import Entry

OWN: dict[str, Entry] = {
    "role_missing": Entry(
        "Indicator {number} is worked out as {way}, but no input is its {role}.",
        "Add a row for it to the sheet {sheet}.",
    ),
    "role_unwanted": Entry(
        "Indicator {number} is worked out as {way}, which has no {role}.", "Allowed: {allowed}."
    ),
    "role_twice": Entry(
        "Indicator {number} has two inputs that are its {role}.", "Keep one of them."
    ),
    "no_choice": Entry(
        "Indicator {number} has options, but none of its inputs is a choice.",
        "Remove the row, or change how the indicator is worked out.",
    ),
    "limit_twice": Entry("The limit {text} stands twice.", "Keep one of the two."),
}


class WorkbookProblem(RosterProblem):
    """A problem of a workbook, by its cell."""

    __slots__ = ()
    own = OF_WORKBOOKS | OWN


class WorkbookError(RosterError):
    """A workbook that makes no instrument: every problem, each with its cell."""


class WorkbookProblems(RosterProblems):
    """Collects them in the order in which they are met."""

    kind = WorkbookProblem
    error = WorkbookError

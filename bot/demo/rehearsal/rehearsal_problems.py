"""What can be wrong with a file of a rehearsal, beside what the strict reader finds in any file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Literal

from scoring.errors import ErrorEntry, InstrumentError, InstrumentProblem, OwnCode
from scoring.fields import Problems

RehearsalCode = Literal[
    "no_act", "several_acts", "who_missing", "who_unwanted", "bad_moment", "bad_clock", "bad_signal",
    "bad_count", "unknown_file", "unwanted_detail", "missing_detail", "bad_base64", "unknown_person",
    "unknown_message",
]  # fmt: skip
"""What can be wrong with a rehearsal."""
OWN: dict[RehearsalCode, ErrorEntry] = {
    "no_act": ErrorEntry("The step says nobody does anything.", "Write one of: {allowed}."),
    "several_acts": ErrorEntry("The step is {found} at once.", "Make a step of each."),
    "who_missing": ErrorEntry(
        "`{act}` is done by somebody.", "Write `who`, with the label of a person."
    ),
    "who_unwanted": ErrorEntry("`{act}` is done by nobody.", "Remove `who`."),
    "bad_moment": ErrorEntry(
        "`{text}` is not a moment for `{key}`.",
        'Write date, time and zone in quotes, such as "2026-11-25T09:30:00+07:00".',
    ),
    "bad_clock": ErrorEntry(
        "`{text}` is not where the clock can go.",
        "Allowed: {allowed}, or how far ahead, such as `1 day` or `90 minutes`.",
    ),
    "bad_signal": ErrorEntry(
        "`{text}` is not a signal.", "Write what is on: {allowed}, several with spaces, or `good`."
    ),
    "bad_count": ErrorEntry("`{key}` is {text}.", "Write a whole number, 1 to {most}."),
    "unknown_file": ErrorEntry(
        "No file {text} is kept here.", "Under `files` there are: {allowed}."
    ),
    "unwanted_detail": ErrorEntry("`{key}` does not go with `{act}`.", "Remove it."),
    "missing_detail": ErrorEntry("`{act}` needs `{key}`.", "Add it."),
    "bad_base64": ErrorEntry("The content of {text} is not base64.", "Record it anew."),
    "unknown_person": ErrorEntry(
        "Nobody in the demo is called {text}.", "In the state `{state}` there are: {allowed}."
    ),
    "unknown_message": ErrorEntry(
        "No message is called {text}.", "Names are those under messages/id."
    ),
}


def own(code: RehearsalCode) -> OwnCode:
    """Return a code as what is worded here."""
    return OwnCode(code)


class RehearsalProblem(InstrumentProblem, frozen=True):
    """A problem in the style of `scoring`, worded here where `scoring` does not know it."""

    own: ClassVar[Mapping[Any, ErrorEntry]] = OWN


class RehearsalError(InstrumentError):
    """A rehearsal that cannot be played: every problem, each with its line."""


class RehearsalProblems(Problems):
    """Collects them in the order in which they are met."""

    kind = RehearsalProblem
    error = RehearsalError

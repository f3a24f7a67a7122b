"""What a reviewer should know of one figure: "sekitar", not final, in another unit, taken over as it was."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from msgspec import Struct

KEPT = "~"
"""Begins the key of a mark in a draft that is kept."""
SHEET = "sheet"
"""It came in a form that was sent back."""
SAME = "same"
"""Nobody typed it: it was taken over from the year before by a button."""
IMPORTED = "imported"
"""Nobody typed it here: it came in a file that the operator imported."""


class Mark(Struct, frozen=True):
    """`code`: about, provisional, forwarded, same, sheet, converted, imported.

    `typed`: a converted one as it was; of an imported one the name of the file.
    """

    input: str
    code: str
    typed: str = ""


def of(code: str, codes: Iterable[str], typed: str) -> tuple[Mark, ...]:
    """Return the marks of the figure for one input."""
    return tuple(Mark(code, one, typed if one == "converted" else "") for one in codes)


def without(marks: Iterable[Mark], code: str) -> tuple[Mark, ...]:
    """Return the marks of all other inputs."""
    return tuple(mark for mark in marks if mark.input != code)


def kept(marks: Iterable[Mark]) -> dict[str, str]:
    """Return marks as a draft keeps them among its figures."""
    return {f"{KEPT}{mark.code} {mark.input}": mark.typed for mark in marks}


def taken_out(draft: dict[str, str]) -> tuple[Mark, ...]:
    """Return the marks of a draft that was kept, taken out of it; undoes `kept`."""
    marks = []
    for key in [key for key in draft if key.startswith(KEPT)]:
        code, _, name = key[len(KEPT) :].partition(" ")
        marks.append(Mark(name, code, draft.pop(key)))
    return tuple(marks)


def view(marks: Iterable[Mark], code: str) -> Mapping[str, Any]:
    """Return what messages tell of one figure."""
    mine = [mark for mark in marks if mark.input == code]
    typed = next((mark.typed for mark in mine if mark.typed and mark.code != IMPORTED), "")
    marked = {"marks": [mark.code for mark in mine if not mark.typed], "typed": typed}
    file = imported_from(mine)
    return marked if file is None else {**marked, "file": file}


def imported_from(marks: Iterable[Mark]) -> str | None:
    """Return the file that figures came from; None where they were typed, tapped, or sent in a form."""
    return next((mark.typed for mark in marks if mark.code == IMPORTED), None)

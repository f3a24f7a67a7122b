"""Why a reviewer returns an answer, in the words of the instrument, and what is mended then."""

from __future__ import annotations

from collections.abc import Collection
from enum import StrEnum

from msgspec import Struct

POINTS = ("figures", "period", "signature", "stamp")
"""Lines of the evidence checklist; which of them a document has is the instrument's."""


class Mend(StrEnum):
    """What an office opens to mend a returned answer; `figures` is where an instrument names nothing."""

    FIGURES = "figures"
    DOCUMENT = "document"
    REASON = "reason"


class ReturnReason(Struct, frozen=True):
    """`label` fits on a button; `satisfies` says what would be accepted; `points` are checklist lines."""

    code: str
    label: str
    text: str
    satisfies: str
    points: tuple[str, ...] = ()
    mend: Mend = Mend.FIGURES


def mend_of(points: Collection[str]) -> Mend:
    """Return what an instrument means that names nothing: a line about the paper is mended there."""
    return Mend.DOCUMENT if set(points) - {"figures"} else Mend.FIGURES

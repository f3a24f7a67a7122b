"""Why a reviewer returns an answer: short codes of the instrument, each with what would satisfy."""

from __future__ import annotations

from dataclasses import dataclass

POINTS = ("figures", "period", "signature", "stamp")


@dataclass(frozen=True, slots=True)
class ReturnReason:
    """`label` is the text of a button (24 characters at most); `satisfies` says what would be accepted.

    `points` names the lines of the checklist (figures, period, signature, stamp) that it is about; none
    where it is about no document.
    """

    code: str
    label: str
    text: str
    satisfies: str
    points: tuple[str, ...] = ()

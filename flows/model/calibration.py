"""A second look on answers that were judged: drawn by a seed, given without the first verdict."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct

from flows.model.workflow import Action


class ReviewVerdict(StrEnum):
    """What a reviewer makes of an answer, the same for the first look and for the second."""

    SAME = "same"
    """The figure holds as the office gave it."""
    CORRECT = "correct"
    RETURN = "return"


FIRST = {
    Action.VERIFY: ReviewVerdict.SAME, Action.ACCEPT: ReviewVerdict.SAME,
    Action.CORRECT: ReviewVerdict.CORRECT,
    Action.RETURN: ReviewVerdict.RETURN, Action.REFUSE: ReviewVerdict.RETURN,
}  # fmt: skip
"""What each move of the Kanwil says of an answer."""


class SecondLook(Struct, frozen=True):
    """One answer of a sample, by the entry that drew it; `second` is None until somebody has looked."""

    id: int
    sample: int
    unit_id: int
    indicator: int
    revision: int
    first: ReviewVerdict
    second: ReviewVerdict | None = None


class Calibration(Struct, frozen=True):
    """The newest sample of a province, in the order in which it is looked at; empty where none was drawn."""

    looks: tuple[SecondLook, ...] = ()

    @property
    def waiting(self) -> tuple[SecondLook, ...]:
        """The answers that are still to be looked at."""
        return tuple(look for look in self.looks if look.second is None)

    def look(self, look_id: int | None) -> SecondLook | None:
        """Return one of the sample, None where there is none such."""
        return next((look for look in self.looks if look.id == look_id), None)


class DrawSample(Struct, frozen=True):
    """A sample is drawn for a second look; `seed` says how, so that anybody can draw it again."""

    province: str
    seed: str
    looks: tuple[SecondLook, ...]


class LookAgain(Struct, frozen=True):
    """Somebody judged an answer of the sample without knowing the first verdict."""

    look: SecondLook
    verdict: ReviewVerdict


CalibrationChange = DrawSample | LookAgain

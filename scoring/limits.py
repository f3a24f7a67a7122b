"""Limits of plausibility: beyond them an answer is asked back once and flagged for its reviewer.

They are data of the instrument like everything else, but change no points: a score never rests on
one. Each is optional; an indicator's own take the place of the instrument's.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from scoring.provenance import Source


@dataclass(frozen=True, slots=True)
class YearOnYear:
    """The value may differ from last year's by so many per cent of it."""

    percent: Decimal
    source: Source


@dataclass(frozen=True, slots=True)
class UnitSlip:
    """A figure about so many times (or one of so many parts of) last year's: its unit has slipped.

    About: `tolerance_percent` of the factor more or less.
    """

    factors: tuple[Decimal, ...]
    tolerance_percent: Decimal
    source: Source


@dataclass(frozen=True, slots=True)
class SameWhole:
    """From `minimum` on, two offices with the same whole gave the region's, which counts twice."""

    minimum: Decimal
    source: Source


@dataclass(frozen=True, slots=True)
class SharedInput:
    """An input that several indicators ask for may differ between them by so many per cent."""

    tolerance_percent: Decimal
    source: Source


@dataclass(frozen=True, slots=True)
class Limits:
    """What is checked at entry; None: not checked."""

    year_on_year: YearOnYear | None = None
    unit_slip: UnitSlip | None = None
    same_whole: SameWhole | None = None
    shared_input: SharedInput | None = None

    def over(self, general: Limits) -> Limits:
        """Return these limits, completed by the general ones."""
        return Limits(
            year_on_year=self.year_on_year or general.year_on_year,
            unit_slip=self.unit_slip or general.unit_slip,
            same_whole=self.same_whole or general.same_whole,
            shared_input=self.shared_input or general.shared_input,
        )

"""Limits of plausibility: beyond them an answer is asked back once and flagged for its reviewer.

They are data of the instrument like everything else, but change no points: a score never rests on
one. Each is optional; an indicator's own take the place of the instrument's.
"""

from __future__ import annotations

from decimal import Decimal

from msgspec import Struct

from scoring.provenance import Source


class YearOnYear(Struct, frozen=True):
    """The value may differ from last year's by so many per cent of it."""

    percent: Decimal
    source: Source


class UnitSlip(Struct, frozen=True):
    """A figure about so many times (or one of so many parts of) last year's: its unit has slipped.

    About: `tolerance_percent` of the factor more or less.
    """

    factors: tuple[Decimal, ...]
    tolerance_percent: Decimal
    source: Source


class SameWhole(Struct, frozen=True):
    """From `minimum` on, two offices with the same whole gave the region's, which counts twice."""

    minimum: Decimal
    source: Source


class SharedInput(Struct, frozen=True):
    """An input that several indicators ask for may differ between them by so many per cent."""

    tolerance_percent: Decimal
    source: Source


class Limits(Struct, frozen=True):
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

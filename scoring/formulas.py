"""The rules: how the value or the points of an indicator come about from what was given.

Each names its inputs by their codes, and its figures with their sources.
"""

from __future__ import annotations

from decimal import Decimal
from typing import ClassVar

from msgspec import Struct

from scoring.provenance import Source


class Ratio(Struct, frozen=True):
    """numerator ÷ denominator × factor. `whole`: the numerator is never above the denominator."""

    kind: ClassVar[str] = "ratio"
    numerator: str
    denominator: str
    factor: Decimal
    whole: bool
    source: Source


class ShareLost(Struct, frozen=True):
    """(before − after) ÷ before × factor; a gain is 0, for which `gain_source` stands."""

    kind: ClassVar[str] = "share_lost"
    before: str
    after: str
    factor: Decimal
    source: Source
    gain_source: Source


class Count(Struct, frozen=True):
    """The whole number that was asked for is the value."""

    kind: ClassVar[str] = "count"
    input: str
    source: Source


class Number(Struct, frozen=True):
    """The decimal number that was asked for is the value."""

    kind: ClassVar[str] = "number"
    input: str
    source: Source


class Choice(Struct, frozen=True):
    """The points of the chosen option."""

    kind: ClassVar[str] = "choice"
    input: str
    source: Source


class YesNo(Struct, frozen=True):
    """`points_yes` for yes, `points_no` for no."""

    kind: ClassVar[str] = "yes_no"
    input: str
    points_yes: Decimal
    points_no: Decimal
    source: Source


class Sum(Struct, frozen=True):
    """The sum of the figures that were asked for is the value."""

    kind: ClassVar[str] = "sum"
    inputs: tuple[str, ...]
    source: Source


class Document(Struct, frozen=True):
    """`points_yes` for a document that exists and is valid, `points_no` for none; files prove it."""

    kind: ClassVar[str] = "document"
    input: str
    points_yes: Decimal
    points_no: Decimal
    source: Source


class Choices(Struct, frozen=True):
    """The points of all that was chosen, added; `most` at the most."""

    kind: ClassVar[str] = "choices"
    input: str
    most: Decimal
    source: Source


class ChoicesCount(Struct, frozen=True):
    """How many were chosen is the value."""

    kind: ClassVar[str] = "choices_count"
    input: str
    source: Source


Rule = Ratio | ShareLost | Count | Number | Sum | Choice | Choices | ChoicesCount | YesNo | Document

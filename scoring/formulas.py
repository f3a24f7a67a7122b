"""The rules: how the value or the points of an indicator come about from what was given.

Each names its inputs by their codes, and its figures with their sources.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar

from scoring.provenance import Source


@dataclass(frozen=True, slots=True)
class Ratio:
    """numerator ÷ denominator × factor. `whole`: the numerator is never above the denominator."""

    kind: ClassVar[str] = "ratio"
    numerator: str
    denominator: str
    factor: Decimal
    whole: bool
    source: Source


@dataclass(frozen=True, slots=True)
class ShareLost:
    """(before − after) ÷ before × factor; a gain is 0, for which `gain_source` stands."""

    kind: ClassVar[str] = "share_lost"
    before: str
    after: str
    factor: Decimal
    source: Source
    gain_source: Source


@dataclass(frozen=True, slots=True)
class Count:
    """The whole number that was asked for is the value."""

    kind: ClassVar[str] = "count"
    input: str
    source: Source


@dataclass(frozen=True, slots=True)
class Number:
    """The decimal number that was asked for is the value."""

    kind: ClassVar[str] = "number"
    input: str
    source: Source


@dataclass(frozen=True, slots=True)
class Choice:
    """The points of the chosen option."""

    kind: ClassVar[str] = "choice"
    input: str
    source: Source


@dataclass(frozen=True, slots=True)
class YesNo:
    """`points_yes` for yes, `points_no` for no."""

    kind: ClassVar[str] = "yes_no"
    input: str
    points_yes: Decimal
    points_no: Decimal
    source: Source


@dataclass(frozen=True, slots=True)
class Sum:
    """The sum of the figures that were asked for is the value."""

    kind: ClassVar[str] = "sum"
    inputs: tuple[str, ...]
    source: Source


@dataclass(frozen=True, slots=True)
class Document:
    """`points_yes` for a document that exists and is valid, `points_no` for none; files prove it."""

    kind: ClassVar[str] = "document"
    input: str
    points_yes: Decimal
    points_no: Decimal
    source: Source


@dataclass(frozen=True, slots=True)
class Choices:
    """The points of all that was chosen, added; `most` at the most."""

    kind: ClassVar[str] = "choices"
    input: str
    most: Decimal
    source: Source


@dataclass(frozen=True, slots=True)
class ChoicesCount:
    """How many were chosen is the value."""

    kind: ClassVar[str] = "choices_count"
    input: str
    source: Source


Rule = Ratio | ShareLost | Count | Number | Sum | Choice | Choices | ChoicesCount | YesNo | Document

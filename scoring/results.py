"""What scoring gives back: per indicator, per right, in total, and what is still within reach."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from msgspec import Struct

from scoring.model import Absence, Band, Rating, Source


class Basis(StrEnum):
    """What the points of an indicator rest on, or why it has none."""

    BANDED = "banded"
    GAP = "hole"
    OPTION = "option"
    PROVISIONAL = "provisional"  # parts are missing: counts in sementara, is 0 when closed
    HELD = "held"  # 0 until an earlier step is fulfilled
    NOT_APPLICABLE = "not_applicable"  # accepted: out of the divisor
    LEFT_OUT = "left_out"  # not assessed in this period: out of the divisor
    IRRELEVANT = "irrelevant"  # by an answer to another indicator: out of the divisor
    CLAIMED_NOT_APPLICABLE = "claimed_not_applicable"  # not yet accepted: unanswered
    NOT_AVAILABLE = "not_available"
    NOT_OUR_AUTHORITY = "not_our_authority"
    UNANSWERED = "unanswered"


class Later(Mapping[str, object]):
    """Parameters that are gathered when somebody looks: most scores are added up and never explained."""

    def __init__(self, gather: Callable[[], dict[str, object]]) -> None:
        self._gather = gather
        self._gathered: dict[str, object] | None = None

    def _all(self) -> dict[str, object]:
        if self._gathered is None:
            self._gathered = self._gather()
        return self._gathered

    def worked_out(self) -> dict[str, object]:
        """Return a copy, for a message that shows them all."""
        return dict(self._all())

    def __getitem__(self, name: str) -> object:
        return self._all()[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._all())

    def __len__(self) -> int:
        return len(self._all())


class Explanation(Struct, frozen=True):
    """A template's name and its parameters (see `rules`); the sentence is written elsewhere."""

    code: str
    params: Later

    def worked_out(self) -> dict[str, object]:
        """Return all parameters, for a message that shows them."""
        return self.params.worked_out()


class IndicatorScore(Struct, frozen=True):
    """Points of one indicator. `value` is exact, `rounded` is what was banded; both in its unit.

    `rests_on`: the figures that decided the points. `absences`: reasons given by offices, each
    once. `held_points`: what it would bring, while an earlier step holds it at 0.
    """

    no: int
    value: Fraction | None
    rounded: Decimal | None
    points: Decimal | None
    max_points: Decimal
    band: Band | None
    basis: Basis
    in_hole: bool
    ready_value: bool
    source: Source
    rests_on: tuple[Source, ...]
    absences: tuple[Absence, ...]
    parts_given: int
    parts_expected: int
    explanation: Explanation
    held_points: Decimal | None = None

    @property
    def counts(self) -> bool:
        """In the divisor: all but an accepted *tidak berlaku*, what the period leaves out, and what
        another answer made irrelevant.
        """
        return self.basis not in (Basis.NOT_APPLICABLE, Basis.LEFT_OUT, Basis.IRRELEVANT)

    @property
    def provisional(self) -> bool:
        """Points over the parts that are in; others are still owed."""
        return self.basis is Basis.PROVISIONAL

    @property
    def answered(self) -> bool:
        """Points that hold also when closed now."""
        return self.points is not None and not self.provisional

    @property
    def unconfirmed(self) -> bool:
        """Rests on at least one figure that is neither confirmed nor agreed."""
        return any(not source.status.is_settled for source in self.rests_on)


class ComponentScore(Struct, frozen=True):
    """A component of a right: points out of its ceiling, None while nothing is answered."""

    code: str
    ceiling: Decimal
    total: Decimal | None
    total_if_closed_now: Decimal


class RightScore(Struct, frozen=True):
    """One right. `points` of `max` (over what counts); totals 0–100 with two decimals, half up."""

    code: str
    points: Decimal
    max: Decimal
    answered: int
    provisional: int
    counted: int
    total: Decimal | None
    total_if_closed_now: Decimal
    components: tuple[ComponentScore, ...] = ()


class Score(Struct, frozen=True):
    """The whole. `total` is *sementara*; `total_if_closed_now` is *bila ditutup sekarang*.

    `unconfirmed`: how many indicators rest on a figure that is not confirmed; `simulation`: any do.
    """

    rights: tuple[RightScore, ...]
    indicators: tuple[IndicatorScore, ...]
    total: Decimal | None
    total_if_closed_now: Decimal
    rating: Rating | None
    rating_if_closed_now: Rating | None
    simulation: bool
    unconfirmed: int
    answered: int
    provisional: int
    counted: int

    def indicator(self, no: int) -> IndicatorScore:
        """Return the score of the indicator with this number; KeyError when there is none."""
        for scored in self.indicators:
            if scored.no == no:
                return scored
        raise KeyError(no)

    def right(self, code: str) -> RightScore:
        """Return the score of the right with this code; KeyError when there is none."""
        for scored in self.rights:
            if scored.code == code:
                return scored
        raise KeyError(code)


class Direction(StrEnum):
    """How a threshold is to be read: 110 at most, 91 at least, strictly above or below."""

    AT_MOST = "at_most"
    AT_LEAST = "at_least"
    ABOVE = "above"
    BELOW = "below"


class Step(Struct, frozen=True):
    """The next better band of one indicator, seen from *bila ditutup sekarang*.

    Points are the indicator's own; `threshold` is in its unit, None where an option is chosen
    instead.
    """

    no: int
    points_now: Decimal
    points_next: Decimal
    gain: Decimal
    threshold: Decimal | None
    direction: Direction | None


class Reach(Struct, frozen=True):
    """What is still within reach. `points_missing` in total points from *bila ditutup sekarang*.

    `best_total`: the answers in hand stay and all that is open brings its most.
    """

    steps: tuple[Step, ...]
    next_rating: Rating | None
    points_missing: Decimal | None
    best_total: Decimal

"""What another version of the criteria would do to a total: before, after, and where it differs."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from msgspec import Struct

from scoring.model import Instrument, Response
from scoring.results import IndicatorScore, Score
from scoring.score import score


class Effect(Struct, frozen=True):
    """One region's score by two versions of its criteria, on the same answers."""

    before: Score
    after: Score

    @property
    def changed(self) -> tuple[tuple[IndicatorScore, IndicatorScore], ...]:
        """The indicators whose points differ, before and after; by the order of the instrument."""
        after = {scored.no: scored for scored in self.after.indicators}
        return tuple(
            (scored, after[scored.no])
            for scored in self.before.indicators
            if scored.no in after
            and (scored.points, scored.counts) != (after[scored.no].points, after[scored.no].counts)
        )

    @property
    def difference(self) -> Decimal:
        """By how much the total changes, if closed now (points of 100)."""
        return self.after.total_if_closed_now - self.before.total_if_closed_now

    @property
    def changes_rating(self) -> bool:
        """Tell whether the region would be given another rating on what is answered."""
        return self.before.rating != self.after.rating


def compare(before: Instrument, after: Instrument, responses: Mapping[int, Response]) -> Effect:
    """Score the same answers (by indicator number) by two versions of an instrument.

    Answers to indicators that a version does not have are passed over there.
    """
    return Effect(_scored(before, responses), _scored(after, responses))


def _scored(instrument: Instrument, responses: Mapping[int, Response]) -> Score:
    return score(instrument, {no: given for no, given in responses.items() if instrument.has(no)})

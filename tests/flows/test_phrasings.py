"""Generated phrasings with their meaning: 0 wrong in silence, and what is clear taken."""

from __future__ import annotations

import random

from hypothesis import given
from hypothesis import strategies as st

from tests.support import phrasings

ABOUT = phrasings.question()


@given(st.integers(min_value=0, max_value=2**32))
def test_nothing_is_taken_to_mean_something_else(seed: int) -> None:
    phrasing = phrasings.drawn(random.Random(seed))
    assert phrasings.judged(phrasing, ABOUT) is None, phrasing


def test_clear_phrasings_are_taken() -> None:
    drawn = [phrasings.drawn(random.Random(seed)) for seed in range(600)]
    clear = [one for one in drawn if one.meaning]
    lost = [one.text for one in clear if not phrasings.is_taken(one, ABOUT)]
    assert len(lost) <= 0.03 * len(clear), lost

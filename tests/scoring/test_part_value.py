"""The value of what one office gave, by arithmetic alone, is the one that its whole score shows."""

from __future__ import annotations

from decimal import Decimal

from scoring import Answer, part_score, part_value
from scoring.replacing import replace
from tests.scoring.samples import answers_to, instrument

R2013 = instrument("permenkumham-25-2013")


def test_the_value_of_a_part_is_what_its_score_shows() -> None:
    left_out = replace(R2013.indicator(1), left_out=R2013.aggregation.source)
    ready = Answer(value=Decimal("7.25"))
    nought = Answer(inputs=dict.fromkeys(("belum_sd", "anak_7_12"), Decimal(0)))
    assert part_value(R2013.indicator(4), nought) is None
    for indicator in (left_out, *R2013, *instrument("mini-2016"), *instrument("contoh-83")):
        for answer in (*answers_to(indicator), *([ready] if indicator.accepts_value else [])):
            shown = part_score(indicator, answer).rounded
            assert part_value(indicator, answer) == shown, (indicator.no, answer)

"""Scores that were worked out before: a step shows one, adds it up, and adds it up again by right."""

from __future__ import annotations

from functools import lru_cache

from scoring import Indicator, IndicatorScore, Response, score_indicator


@lru_cache(maxsize=1024)
def score_of(indicator: Indicator, response: Response) -> IndicatorScore:
    """Return the score of stored answers, or of a draft. Raises AnswerError as `score_indicator` does.

    Kept for a few dozen offices: whoever stores an answer is told what all of theirs bring. An answer that
    was read or typed has the kind of value that its question asks for; by others, of which some count as
    equal (`True` and 1), nothing is looked up here.
    """
    return score_indicator(indicator, response)

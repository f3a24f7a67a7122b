"""Random walks in short: the record and what is shown equal a plain model after every play."""

from __future__ import annotations

import pytest

from benchmarks.walks.running import run


@pytest.mark.parametrize(
    ("seed", "steps"),
    [
        ("7", 200),
        pytest.param("7", 1_500, marks=pytest.mark.campaign),
        pytest.param("8", 1_500, marks=pytest.mark.campaign),
    ],
)
def test_the_record_is_what_the_model_says(seed: str, steps: int) -> None:
    walked = run(seed, steps)
    assert walked.wrong == []
    assert walked.steps >= steps
    assert len(walked.plays) >= 10

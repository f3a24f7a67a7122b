"""Random walks in short: the record and what is shown equal a plain model after every play."""

from __future__ import annotations

import pytest

from benchmarks.walks.running import run


@pytest.mark.parametrize("seed", ["7", "8"])
def test_the_record_is_what_the_model_says(seed: str) -> None:
    walked = run(seed, 450)
    assert walked.wrong == []
    assert walked.steps >= 450
    assert len(walked.plays) >= 10

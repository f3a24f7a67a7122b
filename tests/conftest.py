"""What all tests share."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, settings

settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")
"""A busy machine must not decide whether a property holds."""


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--update-rendered",
        action="store_true",
        help="write the rendered conversations anew, after reading what changed",
    )
    parser.addoption(
        "--whole-season",
        action="store_true",
        help="play the season of three regions, 40 offices and 680 answers, not its short form",
    )

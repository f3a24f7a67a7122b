"""What all tests share."""

from __future__ import annotations

import pytest


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

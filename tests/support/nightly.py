"""What the gate tries a few of, and campaigns all: parameters of one kind, each as dear as the next."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest


def sampled(values: Iterable[Any], step: int) -> list[Any]:
    """Return parameters of which the gate takes the first of each `step`."""
    night = pytest.mark.campaign
    return [
        value
        if not place % step
        else pytest.param(*(value if isinstance(value, tuple) else (value,)), marks=night)
        for place, value in enumerate(values)
    ]

"""The review queue as a workbook: written for a reviewer, and read when it comes back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def review_workbook(figures: Mapping[str, Any]) -> bytes:
    """Return the workbook of a queue; its library is imported only now."""
    from bot.reviewing.queue_workbook import workbook

    return workbook(figures)

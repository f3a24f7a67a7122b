"""The day that an office named when it wrote why a figure is not there yet."""

from __future__ import annotations

from datetime import date

from flows import dates
from flows.standing import Stored


def promised_day(stored: Stored | None) -> date | None:
    """When the figure should be there, by the office's own words; None where no day was named."""
    if stored is None or stored.answer.absence != "not_available" or not stored.reason:
        return None
    return dates.mentioned(stored.reason, stored.at.date())

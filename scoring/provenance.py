"""Where a figure of the regulation stands, and how far it can be relied on."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Status(StrEnum):
    """How sure a figure is: read in the annex, reported elsewhere, or proposed by this project."""

    CONFIRMED = "confirmed"
    REPORTED = "reported"
    PROPOSED = "proposed"


@dataclass(frozen=True, slots=True)
class Source:
    """Where a figure stands (article, row, report) and how sure it is."""

    text: str
    status: Status

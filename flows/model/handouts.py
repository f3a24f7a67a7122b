"""The two pages for contacts as a file: on one sheet, how to join, to answer, to send and to mend."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flows.model.facts import Period
from flows.model.outcome import SentDocument

HANDOUT = "handout"


def of(period: Period, bot_link: str, region: str) -> SentDocument:
    """Return the sheet of a period; with the name of a `region`, its own."""
    name = "-".join(["Petunjuk-kontak", *region.split()])
    return SentDocument(
        "papers/handout", view(period, bot_link, region), f"{name}.pdf", made=HANDOUT
    )


def view(period: Period, bot_link: str, region: str) -> Mapping[str, Any]:
    """Return what the sheet says of a period: by when, whom to ask, and who looks at answers."""
    return {
        "link": bot_link,
        "region": region,
        "year": str(period.data_year),
        "deadline": period.deadline,
        "help": period.help_contact,
        "levels": [str(level) for level in period.levels],
        "trial": period.trial,
    }

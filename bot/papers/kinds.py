"""Every kind of paper: what makes it, and whom it is about; whoever adds a kind adds a line here."""

from __future__ import annotations

from typing import Literal

from bot.papers import (
    cover_letter,
    evidence_list,
    examination,
    minutes,
    office,
    province,
    recap,
    recorded_minutes,
    sample,
)
from bot.papers.making import Drawn, Maker, Source

RECAP = recap.KIND
MAKERS: dict[str, Maker] = {
    recap.KIND: recap.drawn,
    office.RECEIPT: office.receipt,
    office.SHEET: office.sheet,
    examination.KIND: examination.drawn,
    province.KIND: province.drawn,
    cover_letter.KIND: cover_letter.drawn,
    minutes.KIND: recorded_minutes.drawn,
    evidence_list.KIND: evidence_list.drawn,
    sample.KIND: sample.drawn,
}
NAMES: dict[str, Literal["region", "unit", "province"]] = {
    recap.KIND: "region",
    office.RECEIPT: "unit",
    office.SHEET: "unit",
    examination.KIND: "region",
    province.KIND: "province",
    cover_letter.KIND: "region",
    minutes.KIND: "province",
    evidence_list.KIND: "region",
}
"""What can be made by name, and whom it is about; a sample of a letterhead is not here."""


def draw(source: Source) -> Drawn:
    """Return the paper as the record has it now. Raises LookupError where there is nothing to draw."""
    return MAKERS[source.subject.kind](source)

"""Every kind of paper: what makes it, and whom it is about; whoever adds a kind adds a line here."""

from __future__ import annotations

from typing import Literal

from bot.papers import (
    cover_letter,
    examination,
    minutes,
    office,
    province,
    recap,
    recorded_minutes,
    sample,
    trend,
)
from bot.papers.making import Drawn, PaperMaker, PaperSource
from messages.paper_words import wording
from scoring.replacing import replace

RECAP = recap.KIND
MAKERS: dict[str, PaperMaker] = {
    recap.KIND: recap.drawn,
    office.RECEIPT: office.receipt,
    office.SHEET: office.sheet,
    examination.KIND: examination.drawn,
    province.KIND: province.drawn,
    cover_letter.KIND: cover_letter.drawn,
    minutes.KIND: recorded_minutes.drawn,
    sample.KIND: sample.drawn,
    trend.CITY: trend.drawn,
    trend.PROVINCE: trend.drawn,
}
NAMES: dict[str, Literal["region", "unit", "province"]] = {
    recap.KIND: "region",
    office.RECEIPT: "unit",
    office.SHEET: "unit",
    examination.KIND: "region",
    province.KIND: "province",
    cover_letter.KIND: "region",
    minutes.KIND: "province",
    trend.CITY: "region",
    trend.PROVINCE: "province",
}
"""What can be made by name, and whom it is about; a sample of a letterhead is not here."""


def draw(source: PaperSource) -> Drawn:
    """Return the paper as the record has it now. Raises LookupError where there is nothing to draw."""
    drawn = MAKERS[source.subject.kind](source)
    return of_trial(drawn) if source.roster.period.trial else drawn


def of_trial(drawn: Drawn) -> Drawn:
    """Return a paper that says on each page, and in the name of its file, that it is of a trial."""
    words = wording("frame")
    notice = " ".join(filter(None, (words.text("trial"), drawn.paper.notice)))
    paper = replace(drawn.paper, trial=True, notice=notice)
    return replace(drawn, paper=paper, filename=f"{words.text('trial_file')}-{drawn.filename}")

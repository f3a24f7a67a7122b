"""Every kind of paper: what makes it, and whom it is about; whoever adds a kind adds a line here."""

from __future__ import annotations

from typing import Literal

from bot.papers import recap
from bot.papers.making import Drawn, Maker, Source

RECAP = recap.KIND
MAKERS: dict[str, Maker] = {recap.KIND: recap.drawn}
NAMES: dict[str, Literal["region", "unit", "province"]] = {RECAP: "region"}
"""What can be made by name, and whom it is about; a paper of one moment, such as minutes, is not here."""


def draw(source: Source) -> Drawn:
    """Return the paper as the record has it now. Raises LookupError where there is nothing to draw."""
    return MAKERS[source.subject.kind](source)

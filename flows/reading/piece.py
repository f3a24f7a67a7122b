"""One piece of a text in which a figure is given: what it is, and what it does to the figure beside it."""

from __future__ import annotations

import re
from fractions import Fraction

from msgspec import Struct

from flows.reading.digits import Figure
from flows.reading.lexicon import Class

YEAR = re.compile(r"(?:19|20)\d\d")


class Piece(Struct, frozen=True):
    """One piece. `why` and `word` say of an OTHER what is wrong; `factor` turns a UNIT into the one asked."""

    kind: Class
    word: str = ""
    figure: Figure | None = None
    factor: Fraction = Fraction(1)
    why: str = "words"
    is_glued: bool = False
    is_negative: bool = False
    is_doubtful: bool = False

    @property
    def the_figure(self) -> Figure:
        assert self.figure is not None
        return self.figure

    @property
    def is_year(self) -> bool:
        """Whether the figure looks like a year."""
        return bool(YEAR.fullmatch(self.the_figure.text))

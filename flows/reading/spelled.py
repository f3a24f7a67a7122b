"""Figures in words, in digits, or both: "empat belas ribu dua ratus", "14 ribu 250", "1,2 juta"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

from msgspec import Struct

from flows.reading.digits import Figure, figure
from scoring.replacing import replace

ONES = {
    "nol": 0, "satu": 1, "dua": 2, "tiga": 3, "empat": 4, "lima": 5, "enam": 6, "tujuh": 7, "delapan": 8,
    "sembilan": 9,
}  # fmt: skip
WHOLE = {"sepuluh": 10, "sebelas": 11, "seratus": 100}
SCALES = {
    "ribu": 10**3, "rb": 10**3, "rebu": 10**3, "juta": 10**6, "jt": 10**6, "miliar": 10**9, "milyar": 10**9,
    "miliyar": 10**9, "mlyr": 10**9, "mlr": 10**9, "triliun": 10**12, "trilyun": 10**12, "triliyun": 10**12,
    "lusin": 12, "kodi": 20,
}  # fmt: skip
UNSURE = {"k": 10**3, "m": 10**9, "pasang": 2}
"""Short for more than one thing: read, and asked back."""
SINGLE = {
    "seribu": 10**3,
    "sejuta": 10**6,
    "semiliar": 10**9,
    "semilyar": 10**9,
    "setriliun": 10**12,
}
SINGLE |= {"selusin": 12}
TENS = {"belas", "puluh", "ratus"}
JOINED = re.compile(
    rf"\b((?:(?:{'|'.join(ONES)})(?:belas|blas|puluh|ratus|ribu|juta))+)"
    rf"({'|'.join(ONES)})?\b|(?<=\d)(ribu|rb|juta|jt)(?=\d{{3}}\b)"
)
"""Words of a figure without blanks between them: "duabelas", "limapuluh", "14rb250"."""
_PART = re.compile(rf"{'|'.join(ONES)}|belas|blas|puluh|ratus|ribu|rb|juta|jt")
WORDS = frozenset({*ONES, *WHOLE, *SINGLE})
"""What a figure in words may begin with."""
NUMERALS = WORDS | TENS | SCALES.keys()
"""What a figure in words is made of."""


class SpelledPiece(Struct, frozen=True):
    """A piece of a text: figure, word or sign. `glued`: no blank before it; `at`: where it begins."""

    kind: str
    text: str
    glued: bool
    at: int = 0


class _Run(Struct):
    """Tokens that are read from left to right."""

    tokens: Sequence[SpelledPiece]
    at: int

    def word(self, ahead: int = 0) -> str:
        place = self.at + ahead
        is_word = place < len(self.tokens) and self.tokens[place].kind == "word"
        return self.tokens[place].text if is_word else ""

    def digits(self) -> Figure | None:
        is_figure = self.at < len(self.tokens) and self.tokens[self.at].kind == "figure"
        return figure(self.tokens[self.at].text) if is_figure else None


def parted(clean: str) -> str:
    """Return the text with blanks between the words of a figure that were written as one."""
    apart = JOINED.sub(lambda match: f" {' '.join(_PART.findall(match[0]))} ", clean)
    return re.sub(rf"(?<=\b)((?:{'|'.join(ONES)}) )blas\b", r"\1belas", apart).strip(" ")


def read(tokens: Sequence[SpelledPiece], at: int) -> tuple[Figure, int] | None:
    """Return the figure that begins at `at`, and where it ends; None where none begins there."""
    run = _Run(tokens, at)
    first = _term(run)
    if first is None:
        return None
    figure, scale = first
    while scale > 1 and figure.value is not None and figure.value % scale == 0:
        before = run.at
        more = _term(run)
        if more is None or not _continues(*more, scale):
            run.at = before
            break
        value = figure.value + (more[0].value or 0)
        # "satu juta lima ratus" is 1.000.500, but some mean 1.500.000
        is_loose = scale > 10**3 and more[1] == 1
        both = figure.spelled and more[0].spelled
        figure = replace(figure, readings=(value,), spelled=both, doubtful=is_loose)
        scale = more[1]
    text = " ".join(token.text for token in tokens[at : run.at])
    return replace(figure, text=text), run.at


def _continues(more: Figure, scale: int, before: int) -> bool:
    """Tell whether a term belongs to the figure before it: smaller, and no figure of its own."""
    value = more.value
    if value is None or not 0 < value < before or value % 1 or before in (12, 20):
        return False
    is_hundreds = before == 10**3 and value >= 100 and more.text.isdigit()
    return more.spelled or scale > 1 or is_hundreds


def _term(run: _Run) -> tuple[Figure, int] | None:
    """Read up to 999 in words, or a figure in digits, with the scale behind it."""
    if run.word() in SINGLE:
        scale = SINGLE[run.word()]
        run.at += 1
        return Figure("", (Decimal(scale),), spelled=True), scale
    base = _small(run)
    if base is None:
        digits = run.digits()
        if digits is None:
            return None
        run.at += 1
        base = digits
    return _scaled(run, base)


HALVES = ("½", "setengah")


def _halved(run: _Run, base: Figure) -> Figure:
    """Read the half of "1½ juta", before a scale; before anything else it is left where it stands."""
    is_half = run.at < len(run.tokens) and run.tokens[run.at].text in HALVES
    if not is_half or base.value is None or base.value % 1 or run.word(1) not in SCALES:
        return base
    run.at += 1
    return replace(base, readings=(base.value + Decimal("0.5"),))


def _scaled(run: _Run, base: Figure) -> tuple[Figure, int]:
    base = _halved(run, base)
    word = run.word()
    is_measure = word == "m" and run.word(1) in ("persegi", "kubik")
    is_unsure = word in UNSURE and not base.spelled and not is_measure
    scale = UNSURE[word] if is_unsure else SCALES.get(word, 1)
    if scale == 1 or base.why:
        return base, 1
    run.at += 1
    values = base.readings
    if len(values) > 1:
        # "1.2 juta" can only be 1,2 million: nobody writes 12 million so.
        values = tuple(value for value in values if value % 1) or values
    doubtful = len(values) > 1 or is_unsure or (base.doubtful and len(base.readings) == 1)
    return replace(
        base, readings=tuple(value * scale for value in values), doubtful=doubtful
    ), scale


def _small(run: _Run) -> Figure | None:
    """Read below a thousand: words, or a digit before a word ("2 belas", "3 ratus lima puluh")."""
    start, total = run.at, 0
    if run.word() == "seratus":
        run.at, total = run.at + 1, 100
    elif _digit(run) and run.word(1) == "ratus":
        total = 100 * (_digit(run) or 0)
        run.at += 2
    tens = _tens(run, is_rest=run.at > start)
    if tens is None and run.at == start:
        return None
    return Figure("", (Decimal(total + (tens or 0)),), spelled=True)


def _tens(run: _Run, is_rest: bool) -> int | None:
    if run.word() in ("sepuluh", "sebelas"):
        run.at += 1
        return WHOLE[run.tokens[run.at - 1].text]
    digit, behind = _digit(run), run.word(1)
    if digit and behind == "belas":
        run.at += 2
        return 10 + digit
    if digit and behind == "puluh":
        run.at += 2
        return 10 * digit + (_last_digit(run) or 0)
    return _last_digit(run, is_rest)


def _last_digit(run: _Run, is_rest: bool = True) -> int | None:
    """Return a digit in words that ends the figure; "nol" only by itself."""
    value = ONES.get(run.word())
    if value is None or (value == 0 and is_rest):
        return None
    run.at += 1
    return value


def _digit(run: _Run) -> int | None:
    """Read 1 to 9, in words or as a digit."""
    digits = run.digits()
    if digits is not None:
        return int(digits.text) if is_single(digits.text) else None
    return ONES.get(run.word())


def is_single(text: str) -> bool:
    """Tell whether it is one digit."""
    return len(text) == 1 and text != "0"

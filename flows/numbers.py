"""Numbers as people in Indonesia type them: "14.250", "12,5", "1,2 juta", "12 dari 14.250", "nihil".

What could be read in two ways ("1.5") comes back as its readings, never as a guess.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal

SCALES = {
    "ratus": 100, "ribu": 1_000, "rb": 1_000, "juta": 1_000_000, "jt": 1_000_000,
    "miliar": 1_000_000_000, "milyar": 1_000_000_000,
}  # fmt: skip
NIL = frozenset({"nihil", "nol", "zero"})
NO_DATA = frozenset(
    {"tidak ada data", "belum ada data", "belum ada", "tidak tahu", "tidak ada", "-", "kosong"}
)
NO_UNIT = frozenset({*SCALES, "dari", "dr", "per"})
DIGITS_LIMIT = 15
_FIGURE = r"[-−+]?\d[\d.,'\s]*"
_ONE = re.compile(
    rf"(?:sekitar |kurang lebih |±|~|rp\.?)?\s*(?P<figure>{_FIGURE}?)\s*"
    rf"(?:(?P<scale>{'|'.join(SCALES)})(?![a-z]))?\s*(?P<percent>%|persen|permil|‰)?\s*"
    r"(?P<unit>[a-z][a-z ()/²³0-9-]{0,40})?\.?"
)
_PAIR = re.compile(r"(?P<part>.+?)\s*(?:\bdari\b|/|\bper\b|\bdr\b)\s*(?P<whole>.+)")


@dataclass(frozen=True, slots=True)
class Number:
    """One figure, read without doubt. `percent` where a per-cent sign stood behind it."""

    value: Decimal
    percent: bool = False


@dataclass(frozen=True, slots=True)
class Pair:
    """`part` dari `whole`."""

    part: Decimal
    whole: Decimal


@dataclass(frozen=True, slots=True)
class Ambiguous:
    """A figure with more than one reading, or one that should be confirmed; smallest first."""

    readings: tuple[Decimal, ...]
    percent: bool = False


@dataclass(frozen=True, slots=True)
class NoNumber:
    """`reason`: negative, too_long, no_data, text."""

    reason: str


Reading = Number | Pair | Ambiguous | NoNumber


def parse(text: str) -> Reading:
    """Read what was typed; never raises."""
    clean = " ".join(unicodedata.normalize("NFKC", text).casefold().split())
    clean = "".join(c for c in clean if unicodedata.category(c) not in ("Cf", "Cc", "Mn"))
    if clean.rstrip(".!") in NIL:
        return Number(Decimal(0))
    if clean.rstrip(".!") in NO_DATA:
        return NoNumber("no_data")
    pair = _PAIR.fullmatch(clean)
    if pair and any(c.isdigit() for c in pair["part"]) and any(c.isdigit() for c in pair["whole"]):
        part, whole = _one(pair["part"]), _one(pair["whole"])
        if isinstance(part, Number) and isinstance(whole, Number):
            return Pair(part.value, whole.value)
        return NoNumber("text")
    return _one(clean)


def _one(text: str) -> Reading:
    match = _ONE.fullmatch(text.strip())
    if match is None or any(map(_is_no_unit, (match["unit"] or "").split())):
        return NoNumber("text")
    figure = match["figure"].strip().lstrip("+")
    if figure[0] in "-−":
        return NoNumber("negative")
    if sum(c.isdigit() for c in figure) > DIGITS_LIMIT:
        return NoNumber("too_long")
    values = _readings(figure)
    if not values:
        return NoNumber("text")
    scale = SCALES.get(match["scale"] or "", 1)
    if scale > 1 and len(values) > 1:
        # "1.2 juta" can only be 1,2 million: nobody writes 12 million so.
        values = [value for value in values if value != value.to_integral_value()] or values
    percent = match["percent"] in ("%", "persen")
    found = tuple(sorted({value * scale for value in values}))
    doubtful = len(found) > 1 or (scale == 1 and _is_foreign(figure))
    return Ambiguous(found, percent) if doubtful else Number(found[0], percent)


def _is_no_unit(word: str) -> bool:
    """A word of its own meaning, or a scale with a slip in it: "2 rbu" is neither 2 nor surely 2.000."""
    return word in NO_UNIT or word.startswith(tuple(SCALES))


def _readings(figure: str) -> list[Decimal]:
    """Every number that the figure may stand for; empty where it is none."""
    figure = figure.strip()
    if re.fullmatch(r"\d+|\d{1,3}( \d{3})+|\d{1,3}('\d{3})+", figure):
        return [Decimal(re.sub("[ ']", "", figure))]
    if re.fullmatch(r"\d{1,3}(\.\d{3})+(,\d+)?", figure):  # 14.250 and 14.250,5
        return [Decimal(figure.replace(".", "").replace(",", "."))]
    if re.fullmatch(r"\d{1,3}(,\d{3})+\.\d+|\d{1,3}(,\d{3}){2,}", figure):  # 14,250.5: foreign
        return [Decimal(figure.replace(",", ""))]
    if re.fullmatch(r"[1-9]\d{0,2},\d{3}", figure):  # 1,250: a decimal here, thousands elsewhere
        return [Decimal(figure.replace(",", ".")), Decimal(figure.replace(",", ""))]
    if re.fullmatch(r"\d+,\d+", figure):
        return [Decimal(figure.replace(",", "."))]
    if re.fullmatch(r"\d+\.\d+", figure):  # 1.5: a foreign decimal or a slip in the thousands
        return [Decimal(figure), Decimal(figure.replace(".", ""))]
    return []


def _is_foreign(figure: str) -> bool:
    """Whether the figure is written the English way, which is asked back even with one reading."""
    return bool(re.search(r",\d{3}[,.]", figure))


def plain(value: Decimal) -> str:
    """The shortest plain text of a figure, as drafts keep it."""
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text

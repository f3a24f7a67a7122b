"""Numbers as people in Indonesia type them: "14.250", "12,5", "dua belas orang", "12 dari 14.250", "nihil".

A grammar of its own: beside the figure only words that it knows may stand. What could be read in two ways
comes back as its readings, and what it does not know as a reason; never as a guess.
"""

from __future__ import annotations

import re
from decimal import Decimal
from fractions import Fraction

from msgspec import Struct

from flows.reading import measures
from flows.reading.asked import ANY, Asked
from flows.reading.characters import seen
from flows.reading.digits import plain
from flows.reading.lexicon import NO_DATA, Class
from flows.reading.piece import Piece
from flows.reading.pieces import pieces
from flows.reading.spelled import NUMERALS
from scoring.replacing import replace

__all__ = [
    "Ambiguous",
    "FigureReading",
    "NoNumber",
    "Pair",
    "TypedNumber",
    "is_figure",
    "parse",
    "plain",
]

PLAIN = re.compile(r"0|[1-9][0-9]{0,8}|[1-9][0-9]{0,2}(?:\.[0-9]{3}){1,4}")
"""A figure that has one reading wherever it stands, unless it is the question's own."""
ABOUT, PROVISIONAL, CONVERTED = "about", "provisional", "converted"
"""Marks of a figure: "sekitar 12", "12 (belum final)", and one in another unit of the same measure."""
LONGEST = 200
"""Characters that a figure with its words comes to at most; more is a letter."""
FAR = 100
"""A second figure that is so many times the first, without "dari", is the whole and no other count."""
SENTENCE = 5
"""So many words that are no numerals make a sentence, although a numeral may stand among them."""
COMPARED = frozenset({"/", "per", "tiap", "setiap", "banding", "berbanding", "dibanding"})
"""Links of a part with its whole only where the second figure is far larger."""
BASES = frozenset({"per", "/", "tiap", "setiap"})
_APART = re.compile(r"\s*(?:[;\n]|,(?!\d)|\b(?:dan|serta)\b)\s*")
_NAMED = re.compile(r"([a-z ]+?) ?(?:[:=]|adalah|sebanyak|sejumlah|ada)? ?\d")
_SHARE = re.compile(
    r"(?P<rest>[^()]*\d[^()]*?) ?\((?:= ?|atau )?(?P<share>\d[\d.,]*) ?"
    r"(?:%|persen|prosen|per (?P<base>100|1\.?000|10\.?000|100\.?000))[a-z ]*\)(?P<tail>[^\d()]*)"
)
"""Figures with what they come to: "12 dari 14.250 (0,08%)", "12 (5%)"."""
COURTESY = frozenset(
    {"maaf", "mohon", "pak", "bu", "ibu", "bapak", "kak", "min", "kami", "saat", "ini", "masih"}
)
WEIGHTY = (
    (Class.LETTERS, "letters"),
    (Class.BOUND, "bound"),
    (Class.COMMA, "comma"),
    (Class.FRACTION, "fraction"),
    (Class.RANGE, "range"),
    (Class.MONTH, "date"),
)
"""What makes a figure unclear whatever else stands there, and the reason that is told."""


class TypedNumber(Struct, frozen=True):
    """One figure, read without doubt. `percent` where a per-cent sign stood behind it.

    `marks` say what a reviewer should know of it; `typed` is a figure as it was before it was converted.
    """

    value: Decimal
    percent: bool = False
    marks: tuple[str, ...] = ()
    typed: str = ""


class Pair(Struct, frozen=True):
    """`part` dari `whole`, each with the marks of its figure."""

    part: Decimal
    whole: Decimal
    marks: tuple[tuple[str, ...], tuple[str, ...]] = ((), ())
    typed: tuple[str, str] = ("", "")


class Ambiguous(Struct, frozen=True):
    """A figure with more than one reading, or one that should be confirmed; smallest first."""

    readings: tuple[Decimal, ...]
    percent: bool = False
    marks: tuple[str, ...] = ()
    typed: str = ""


class NoNumber(Struct, frozen=True):
    """Why nothing was taken. `word`: what was not understood; `is_prose`: it stood among other words.

    Reasons: text, no_data, negative, too_long; with a figure in it words, unit, year, letters, bound, comma,
    fraction, range, date, several, percent_of, rate, repeat, pair_unclear.
    """

    reason: str
    word: str = ""
    is_prose: bool = False


FigureReading = TypedNumber | Pair | Ambiguous | NoNumber


def parse(text: str, asked: Asked = ANY) -> FigureReading:
    """Read what was typed for what was asked; never raises."""
    if len(text) > LONGEST:
        return NoNumber("text", is_prose=True)
    if PLAIN.fullmatch(text) and text not in asked.phrases:
        return _plainly(text, asked)
    clean = seen(text)
    if _says_nothing(clean):
        return NoNumber("no_data")
    if asked.parts is not None and (pair := _named_pair(clean, asked.parts)):
        return pair
    if share := _SHARE.fullmatch(clean):
        return _with_share(share, asked)
    parsed = pieces(clean, (asked,))
    if asked.parts is not None and sum(piece.kind is Class.FIGURE for piece in parsed) > 1:
        parsed = pieces(clean, asked.parts)
    return _read(parsed, asked)


def _named_pair(clean: str, parts: tuple[Asked, Asked]) -> Pair | None:
    """Return both figures, each by its name: "kematian ibu = 12, kelahiran hidup = 14.250"."""
    clauses = [one for one in _APART.split(clean) if one]
    if len(clauses) != 2:
        return None
    for first, second in (clauses, clauses[::-1]):
        if not (_names(first, *parts) and _names(second, *parts[::-1])):
            continue
        part, whole = (
            _read(pieces(one, (about,)), about)
            for one, about in zip((first, second), parts, strict=True)
        )
        if isinstance(part, TypedNumber) and isinstance(whole, TypedNumber) and not part.percent:
            marks, texts = (part.marks, whole.marks), (part.typed, whole.typed)
            return None if whole.percent else Pair(part.value, whole.value, marks, texts)
    return None


def _with_share(match: re.Match[str], asked: Asked) -> FigureReading:
    """Read figures with their share in brackets: two must come to it, and one alone is asked back."""
    share = parse(match["share"])
    base = Decimal(100) if match["base"] is None else Decimal(match["base"].replace(".", ""))
    read = parse(f"{match['rest']} {match['tail']}", asked)
    if not isinstance(share, TypedNumber) or isinstance(read, NoNumber) or asked.is_rate:
        return NoNumber("percent_of")
    if isinstance(read, Pair):
        size = Fraction(read.part) / Fraction(read.whole) * Fraction(base) if read.whole else None
        unit = Fraction(10) ** int(share.value.as_tuple().exponent)
        is_right = size is not None and abs(size - Fraction(share.value)) * 2 <= unit
        return read if is_right else NoNumber("percent_of")
    readings = read.readings if isinstance(read, Ambiguous) else (read.value,)
    return Ambiguous(readings, read.percent, read.marks, read.typed)


def _names(clause: str, own: Asked, other: Asked) -> bool:
    """Tell whether words before a figure name one of two things that are asked for, and not the other."""
    named = _NAMED.match(clause)
    words = named[1].split() if named else []
    return any(own.knows(word) and not other.knows(word) for word in words) and not any(
        other.knows(word) and not own.knows(word) for word in words
    )


def _plainly(text: str, asked: Asked) -> FigureReading:
    """Read a figure with nothing around it, as nearly all are, without taking it apart."""
    value = Decimal(text.replace(".", ""))
    return Ambiguous((value,)) if text == str(asked.year) else TypedNumber(value)


def is_figure(text: str) -> bool:
    """Tell whether a text is a figure, taken or not, and no sentence with figures in it."""
    if _is_sentence(text):
        return False
    reading = parse(text)
    if not isinstance(reading, NoNumber):
        return True
    return reading.reason not in ("text", "words", "no_data", "date") and not reading.is_prose


def _is_sentence(text: str) -> bool:
    """Tell whether words without a digit say more than a figure: "sebagian laporan tercatat dua kali"."""
    if any(map(str.isdigit, text)):
        return False
    words = [word for word in text.casefold().split() if word.isalpha()]
    return sum(word not in NUMERALS for word in words) >= SENTENCE


def _says_nothing(clean: str) -> bool:
    """Tell whether it says that there is no figure."""
    words = clean.strip(" .!☺\"'*_").split(" ")
    while len(words) > 1 and words[0] in COURTESY:
        del words[0]
    while len(words) > 1 and words[-1] in COURTESY:
        del words[-1]
    return " ".join(words) in NO_DATA


def _read(parsed: list[Piece], asked: Asked) -> FigureReading:
    figures = [piece for piece in parsed if piece.kind is Class.FIGURE]
    unknown = next((piece for piece in parsed if piece.kind is Class.OTHER), None)
    is_prose = any(
        piece.kind in (Class.SOURCE, Class.PROVISIONAL)
        or (piece.kind is Class.OTHER and piece.why == "words")
        for piece in parsed
    )
    if not figures:
        return NoNumber("text")
    why = _weighty(parsed, figures, asked)
    if why:
        return NoNumber(why, unknown.word if unknown else "", is_prose)
    if len(figures) == 1 and unknown is not None:
        return NoNumber(unknown.why, unknown.word, is_prose)
    read = _rate(parsed, figures, asked) or _sum(parsed) or _pair(parsed, figures)
    if isinstance(read, Pair) and any(_is_its_year(piece, asked) for piece in figures):
        read = NoNumber("pair_unclear")
    if read is not None:
        return replace(read, is_prose=is_prose) if isinstance(read, NoNumber) else read
    if len(figures) > 1:
        return NoNumber("several", is_prose=is_prose)
    link = next((piece for piece in parsed if piece.kind is Class.OF), None)
    if link is not None:
        return NoNumber("words", link.word, is_prose=True)
    is_year = _is_its_year(figures[0], asked)
    return _number(parsed, replace(figures[0], is_doubtful=figures[0].is_doubtful or is_year))


def _is_its_year(piece: Piece, asked: Asked) -> bool:
    """Tell whether a figure is the year of the question, which somebody may have typed as such."""
    return asked.year is not None and piece.the_figure.text == str(asked.year)


def _weighty(parsed: list[Piece], figures: list[Piece], asked: Asked) -> str:
    """Return why nothing of it is taken, whatever else it says; empty where nothing weighs so much."""
    kinds = [piece.kind for piece in parsed]
    bad = next((piece.the_figure.why for piece in figures if piece.the_figure.why), "")
    if bad:
        return bad
    if any(piece.is_negative for piece in figures):
        return "negative"
    why = next((why for kind, why in WEIGHTY if kind in kinds), "")
    if why:
        return why
    if Class.PERCENT in kinds and len(figures) > 1 and not _is_base(figures, asked):
        return "percent_of"
    is_permil = asked.is_rate and asked.base == 1000
    return "rate" if Class.PERMIL in kinds and not is_permil else ""


def _is_base(figures: list[Piece], asked: Asked) -> bool:
    return asked.is_rate and len(figures) == 2 and figures[1].the_figure.value == asked.base


def _rate(parsed: list[Piece], figures: list[Piece], asked: Asked) -> FigureReading | None:
    """Read "84 per 100.000": the ready figure where that is asked for, and nothing else anywhere."""
    link = next((piece for piece in parsed if piece.kind is Class.OF), None)
    if len(figures) != 2 or link is None or parsed.index(link) < parsed.index(figures[0]):
        return None
    base = figures[1].the_figure.value
    if asked.is_rate and base is not None and base == asked.base:
        unknown = next((piece for piece in parsed if piece.kind is Class.OTHER), None)
        return NoNumber("words", unknown.word) if unknown else _number(parsed, figures[0])
    is_power = base in (100, 1_000, 10_000, 100_000, 1_000_000)
    return (
        NoNumber("rate")
        if base is not None and (base == asked.base or (is_power and link.word in BASES))
        else None
    )


def _sum(parsed: list[Piece]) -> FigureReading | None:
    """Read "5 + 7 = 12" as 12 where the sum is right; any other reckoning is none."""
    line = [piece for piece in parsed if piece.kind in (Class.FIGURE, Class.OPERATOR, Class.EQUAL)]
    if not any(piece.kind is not Class.FIGURE for piece in line):
        return None
    values = [piece.the_figure.value for piece in line[::2] if piece.kind is Class.FIGURE]
    is_sum = len(line) > 4 and len(line) % 2 and line[-2].kind is Class.EQUAL
    is_sum = (
        is_sum
        and all(piece.word == "+" for piece in line[1:-2:2])
        and len(values) * 2 - 1 == len(line)
    )
    if is_sum and None not in values and len(line) == sum(p.kind not in IGNORED for p in parsed):
        total = sum((value or Decimal(0) for value in values[:-1]), Decimal(0))
        return _number(parsed, line[-1]) if total == values[-1] else NoNumber("several")
    return NoNumber("several")


IGNORED = frozenset(
    {
        Class.FILLER,
        Class.NAME,
        Class.UNIT,
        Class.YEAR,
        Class.SOURCE,
        Class.ABOUT,
        Class.PROVISIONAL,
        Class.ASKED,
    }
)
"""What may stand anywhere."""


def _pair(parsed: list[Piece], figures: list[Piece]) -> FigureReading | None:
    """Return two figures with a link between them, or the whole before its part ("dari 14.250 ada 12")."""
    line = [piece for piece in parsed if piece.kind not in IGNORED]
    shape = "".join(piece.kind for piece in line)
    unknown = next((piece for piece in line if piece.kind is Class.OTHER), None)
    is_linked = len(figures) == 2 and set(shape) == set("FLX") and shape[0] == "F"
    if unknown is not None and is_linked:
        return NoNumber(unknown.why, unknown.word)
    if shape not in ("FLF", "FCF", "FKF", "LFF"):
        return None
    first, second = (figures[1], figures[0]) if shape == "LFF" else figures
    part, whole = first.the_figure.value, second.the_figure.value
    if part is None or whole is None or any(piece.kind is Class.ASKED for piece in parsed):
        return NoNumber("pair_unclear")
    is_far = whole >= FAR * max(part, Decimal(1))
    link = next((piece for piece in line if piece.kind is not Class.FIGURE), None)
    is_stated = link is not None and link.kind is Class.OF and link.word not in COMPARED
    if shape == "LFF" and not is_stated:
        return NoNumber("several")  # "/411 5": nothing says which is the whole
    is_slash = link is not None and link.word == "/" and whole >= FAR and not second.is_year
    is_line = link is not None and (
        link.word == "\n" or (link.kind is Class.AND and second.is_glued)
    )
    if not (is_stated or is_slash or is_far) or is_line or (second.is_year and not is_stated):
        return NoNumber("several")
    left, other = (
        _number(_speaking_of(parsed, piece, figures), piece) for piece in (first, second)
    )
    if not isinstance(left, TypedNumber) or not isinstance(other, TypedNumber):
        return left if isinstance(left, NoNumber) else NoNumber("pair_unclear")
    return Pair(left.value, other.value, (left.marks, other.marks), (left.typed, other.typed))


def _speaking_of(parsed: list[Piece], piece: Piece, figures: list[Piece]) -> list[Piece]:
    """Return the pieces that speak of one of two figures: up to the second, or from the link on."""
    middle = next(
        (
            i
            for i, one in enumerate(parsed)
            if i > parsed.index(figures[0]) and one.kind not in IGNORED
        ),
        len(parsed),
    )
    is_first = piece is figures[0]
    near = parsed[:middle] if is_first else parsed[middle:]
    return [*near, *(one for one in parsed if one.kind is Class.PROVISIONAL and one not in near)]


def _number(parsed: list[Piece], piece: Piece) -> FigureReading:
    """Return one figure with what stands around it."""
    figure = piece.the_figure
    marks = [ABOUT] if any(one.kind is Class.ABOUT for one in parsed) else []
    marks += [PROVISIONAL] if any(one.kind is Class.PROVISIONAL for one in parsed) else []
    is_percent = any(one.kind is Class.PERCENT for one in parsed)
    readings, typed = figure.readings, ""
    unit = next((one for one in parsed if one.kind is Class.UNIT and one.factor != 1), None)
    if unit is not None:
        turned = [measures.converted(value, unit.factor) for value in readings]
        if None in turned:
            return NoNumber("unit", unit.word)
        readings = tuple(value for value in turned if value is not None)
        marks, typed = [*marks, CONVERTED], f"{figure.text} {unit.word}"
    is_asked = piece.is_doubtful or any(one.kind is Class.ASKED for one in parsed)
    if figure.doubtful or is_asked:
        return Ambiguous(readings, is_percent, tuple(marks), typed)
    return TypedNumber(readings[0], is_percent, tuple(marks), typed)

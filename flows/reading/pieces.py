"""A text in pieces, each with what it does to the figure beside it: units, courtesy, links, signs."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

from flows.reading import measures, spelled
from flows.reading.asked import Asked
from flows.reading.digits import PATTERN, Figure
from flows.reading.grammar import linked, unfolded
from flows.reading.lexicon import (
    FIRST_MONTH,
    KIN,
    LAST_MONTH,
    LONGEST,
    MONTHS,
    NEGATIONS,
    NIL,
    PHRASES,
    SIGNS,
    YEARS,
    Class,
)
from flows.reading.measures import MeasureUnit
from flows.reading.piece import YEAR, Piece
from flows.reading.spelled import SpelledPiece

_TOKEN = re.compile(
    rf"(?P<figure>{PATTERN})|(?P<word>[^\W\d_]+\d*(?:[-.'][^\W\d_]+\d*)*)"
    r"|(?P<sign>\+/-|\+-|-\+|>=|<=|\.{2,}|\n|\S)"
)
_UNTIL = re.compile(r"\bs\s*/\s*d\b|\bs\.\s?d\.?(?![a-z])")
_MONEY = re.compile(r"(?<=\d)[.,]-(?!\d)")
_JANUARY, _DECEMBER = "|".join(sorted(FIRST_MONTH)), "|".join(sorted(LAST_MONTH))
_YEARLONG = re.compile(
    rf"\b(?:(?:{_JANUARY})\s?(?:-|sampai|sd|hingga|sampai dengan)\s?|"
    r"(?:(?:sampai dengan|sampai|sd|hingga|per|posisi|akhir)\s(?:(?:bulan|tanggal|tgl)\s)?(?:31\s)?)+"
    rf"|(?:tanggal|tgl)\s31\s)"
    rf"(?:{_DECEMBER})\b(?:\s(?P<year>\d{{4}})\b)?"
)
"""A whole year in months: "Januari-Desember 2016", "sampai Desember", "per 31 Desember 2016"."""
_DAILY = re.compile(r"(?<=\w) sehari\b"), re.compile(r"\blps\b")
"""A unit per time in one word: "liter sehari", "520 lps"."""
_ONE_YEAR = re.compile(r"\b(?:dalam|dlm|selama)\s(?:1|satu)\s(?:tahun|thn|th)\b")
NONE = frozenset({"tidak", "tdk", "tak", "belum", "blm", "gak", "ga", "nggak"})
"""Before "ada" and what was asked for: "tidak ada kematian ibu" is nil."""
SORTS = frozenset(
    {"kota", "kabupaten", "kab", "kotamadya", "kodya", "wilayah", "se", "administrasi", "adm", "."}
)
"""What may stand before the name of the place."""
CITING = frozenset(
    {"sumber", "sumbernya", "sumber data", "menurut", "berdasarkan", "berdasar", "sesuai"}
)
"""After these any words name a source, but for the beginnings of large numbers."""
SCALED = ("ribu", "ratus", "juta", "puluh", "belas", "mili", "lusin", "per", "tri", "kali")
ADDRESSED = frozenset({"ibu", "bapak", "bang", "mas", "mbak"})
COUNTED = frozenset({Class.FIGURE, Class.NAME, Class.UNIT})
"""Courtesy; but right behind these it is what was counted ("kematian ibu")."""
BEFORE_SOURCE = frozenset({Class.SOURCE, Class.AND, Class.OPEN, Class.COLON, Class.OF, Class.YEAR})
NEARLY = frozenset({"hampir", "hmpr"})
"""Of a figure where one follows; of what was counted where none does ("12 hampir meninggal")."""
DANGEROUS = frozenset(
    {Class.OPERATOR, Class.RANGE, Class.BOUND, Class.FRACTION, Class.COMMA, Class.NOT}
)
"""Words that keep their meaning unless the question itself has them beside the same word."""


def pieces(clean: str, asked: Sequence[Asked]) -> list[Piece]:
    """Return the pieces of a text as `seen`; with two asked, what comes behind the link is the second's."""
    text = spelled.parted(_ONE_YEAR.sub(" ", _UNTIL.sub(" sampai ", _MONEY.sub(" ☺ ", clean))))
    text = _DAILY[1].sub("l/detik", _DAILY[0].sub(" per hari", re.sub(r" +", " ", text)))
    for phrase in sorted({one for each in asked for one in each.phrases}, key=len, reverse=True):
        text = re.sub(rf"(?<!\w){re.escape(phrase)}(?!\w)", "☺", text)
    text = _YEARLONG.sub(lambda match: _months(match, asked[0]), text)
    parsed = _Reader(_tokens(text), tuple(asked)).read()
    return linked(unfolded(parsed))


def _months(match: re.Match[str], asked: Asked) -> str:
    """Pass over a whole year where it is the year that was asked for."""
    is_other = match["year"] and asked.year and int(match["year"]) != asked.year
    return match[0] if is_other else "☺"


def _tokens(text: str) -> list[SpelledPiece]:
    tokens: list[SpelledPiece] = []
    end = 0
    for match in _TOKEN.finditer(text):
        kind = match.lastgroup or "sign"
        tokens.append(SpelledPiece(kind, match[0], bool(tokens) and match.start() == end))
        end = match.end()
    return tokens


class _Reader:
    """From tokens to pieces, left to right."""

    def __init__(self, tokens: list[SpelledPiece], asked: tuple[Asked, ...]) -> None:
        self.tokens, self.all = tokens, asked
        self.asked = asked[0]
        self.pieces: list[Piece] = []
        self.at = 0
        self.is_sourced = False

    def read(self) -> list[Piece]:
        """Return everything; a text that begins with the link has the second figure first."""
        if len(self.all) > 1 and self.tokens and PHRASES.get((self.tokens[0].text,)) is Class.OF:
            self.asked, self.all = self.all[1], self.all[::-1]
        while self.at < len(self.tokens):
            self._next()
        return self.pieces

    def _next(self) -> None:
        if self._year() or self._figure() or self._unit() or self._phrase() or self._own():
            return
        token = self.tokens[self.at]
        kind = SIGNS.get(token.text, Class.OTHER)
        if token.text in MONTHS:
            kind = Class.MONTH
        elif self.is_sourced and token.kind == "word" and not token.text.startswith(SCALED):
            kind = Class.SOURCE if self._is_no_count() else Class.OTHER
        self._add(Piece(kind, token.text, is_glued=token.glued), 1)

    def _add(self, piece: Piece, count: int) -> bool:
        self.pieces.append(piece)
        self.at += count
        return True

    def _text(self, ahead: int = 0) -> str:
        place = self.at + ahead
        return self.tokens[place].text if 0 <= place < len(self.tokens) else ""

    def _year(self) -> bool:
        """Take a year by its words ("tahun 2016"), before a colon ("2016: 12"), or behind a source."""
        count = 1 if self._text() in ("tahun", "thn", "th", "ta") else 0
        place = self.at + count
        if place >= len(self.tokens) or not YEAR.fullmatch(self.tokens[place].text):
            return False
        before = [one.kind for one in self.pieces[-2:] if one.word != ","]
        is_lead = not self.pieces and self._text(count + 1) in (":", "=")
        is_behind = bool(before) and before[-1] is Class.SOURCE
        if not (count or is_lead or is_behind or self._text(-1) in YEARS or self._in_brackets()):
            return False
        text = self.tokens[place].text
        is_other = self.asked.year is not None and int(text) != self.asked.year
        piece = Piece(Class.OTHER, text, why="year") if is_other else Piece(Class.YEAR, text)
        return self._add(piece, count + 1)

    def _in_brackets(self) -> bool:
        """Tell whether it is all that stands in brackets."""
        return self._text(-1) in ("(", "[") and self._text(1) in (")", "]")

    def _figure(self) -> bool:
        if self._text() in NIL:
            return self._add(
                Piece(Class.FIGURE, figure=Figure("0", (Decimal(0),), spelled=True)), 1
            )
        if self._is_none():
            return self._add(
                Piece(Class.FIGURE, figure=Figure("0", (Decimal(0),), spelled=True)), 2
            )
        made = spelled.read(self.tokens, self.at)
        if made is None:
            return False
        glued, before = self.tokens[self.at].glued, self.pieces[-1] if self.pieces else None
        figure, end = made
        is_second = any(piece.kind is Class.FIGURE for piece in self.pieces)
        if is_second and len(self.all) > 1:
            self.asked = self.all[1]
        is_typo = (
            glued and before is not None and before.word == "!"
        )  # "!2": the shift key too long
        if is_typo or (glued and self._is_cut()):
            return self._add(Piece(Class.LETTERS, self._text()), 1)  # ",5": a figure that was cut
        is_cited = before is not None and before.kind is Class.SOURCE and not self._is_counted(end)
        signed = before is not None and before.word == "-" and glued and self._is_sign()
        self._add(
            Piece(
                Class.FIGURE,
                figure=figure,
                is_glued=glued,
                is_negative=signed,
                is_doubtful=is_cited,
            ),
            end - self.at,
        )
        self._behind()
        return True

    def _is_none(self) -> bool:
        """Tell whether "tidak ada" stands here before what was asked for, and says that it is nought."""
        if self._text() not in NONE or self._text(1) != "ada":
            return False
        ahead = 3 if self._text(2) in ("yang", "yg") else 2
        word, place = self._text(ahead), self.at + ahead
        if place >= len(self.tokens) or self.tokens[place].kind != "word":
            return False
        part, _ = self._measure(place)
        is_unit = (
            part is not None and measures.factor(MeasureUnit(part), self.asked.unit) is not None
        )
        is_own = self.asked.knows(KIN.get(word, word)) and not self.asked.denies(word)
        return not self.asked.is_any and (is_unit or is_own)

    def _is_counted(self, place: int) -> bool:
        """Tell whether the question's own unit or words stand here, behind a figure."""
        part, _ = self._measure(place)
        if part is not None and measures.factor(MeasureUnit(part), self.asked.unit) is not None:
            return True
        word = self._at(place)
        return bool(word) and self.asked.knows(word) and not self.asked.denies(word)

    def _is_cut(self) -> bool:
        """Tell whether a point or a comma stands before a figure that belongs to nothing: ",5", "1|.250"."""
        before = self.tokens[self.at - 1]
        is_loose = not before.glued or self.tokens[self.at - 2].kind == "sign"
        return before.text in (".", ",") and is_loose

    def _is_sign(self) -> bool:
        """Tell whether the "-" before a figure is its sign, as in "-12" and "(-12)", and not as in
        "10-12".
        """
        return not self.pieces[-1].is_glued or self.tokens[self.at - 2].kind == "sign"

    def _behind(self) -> None:
        """Take what is written right behind a figure: "-an", a unit, or a letter in place of a digit."""
        if (self._text(), self._text(1)) == ("-", "an"):
            self._add(Piece(Class.ABOUT), 2)
        elif self._text() == "an":
            self._add(Piece(Class.ABOUT), 1)
        elif self.at < len(self.tokens) and self.tokens[self.at].kind == "word":
            word, glued = self._text(), self.tokens[self.at].glued
            is_known = word in measures.GLUED or PHRASES.get((word,)) in (
                Class.PERCENT,
                Class.OPERATOR,
            )
            if glued and not is_known:
                self._add(Piece(Class.LETTERS, word), 1)

    def _unit(self) -> bool:
        """Take a unit, with what it is per; the question's own word where it does not follow a figure."""
        unit, end, start = self._expression()
        if unit is None or (self._text(), self._text(1)) in PHRASES:
            return False
        word = "".join(_spaced(token) for token in self.tokens[self.at : end]).strip()
        factor = Fraction(1) if self.asked.is_any else measures.factor(unit, self.asked.unit)
        is_behind = bool(self.pieces) and self.pieces[-1].kind in (Class.FIGURE, Class.ABOUT)
        if factor is not None:
            return self._add(Piece(Class.UNIT, word, factor=factor), end - self.at)
        if not is_behind and all(map(self.asked.knows, word.split())) and not start:
            return self._add(Piece(Class.NAME, word), end - self.at)
        return self._add(Piece(Class.OTHER, word, why="unit"), end - self.at)

    def _expression(self) -> tuple[MeasureUnit | None, int, bool]:
        """Return the unit that begins here, where it ends, and whether it begins with a "per"."""
        per: dict[str, Fraction] = {}
        first, end = self._measure(self.at)
        while PHRASES.get((self._at(end),)) is Class.PER:
            part, after = self._measure(end + 1)
            if part is None:
                break
            per[part[0]], end = part[1], after
        if first is None and not per:
            return None, self.at, False
        return MeasureUnit(first, per), end, first is None

    def _at(self, place: int) -> str:
        return self.tokens[place].text if place < len(self.tokens) else ""

    def _measure(self, place: int) -> tuple[measures.MeasurePart | None, int]:
        words = [token.text for token in self.tokens[place : place + 2]]
        own = self.asked.unit.of if self.asked.unit else None
        more = {own[0]: own} if own else {}
        known = measures.known(words, more)
        return (known[0], place + known[1]) if known else (None, place)

    def _phrase(self) -> bool:
        """Take the longest phrase of the lexicon; a dangerous one only where it is not the question's own."""
        for length in range(LONGEST, 0, -1):
            words = tuple(token.text for token in self.tokens[self.at : self.at + length])
            kind = PHRASES.get(words)
            if kind is None or len(words) < length:
                continue
            if kind in DANGEROUS and self._is_own(words[0]):
                return self._add(Piece(Class.NAME, words[0]), 1)
            if kind is Class.NOT:
                return self._add(Piece(Class.OTHER, words[0]), 1)
            glued, text = self.tokens[self.at].glued, " ".join(words)
            if kind is Class.SOURCE and not self._is_source(text, length):
                return self._add(Piece(Class.OTHER, text), length)
            if self._is_bound(text):
                kind = Class.BOUND
            if text in NEARLY and not self._is_before_figure(length):
                kind = Class.OTHER
            if text in ADDRESSED and self.pieces and self.pieces[-1].kind in COUNTED:
                kind = Class.NAME if self.asked.knows(text) else Class.OTHER
            self.is_sourced |= text in CITING
            return self._add(Piece(kind, text, is_glued=glued), length)
        return False

    def _is_before_figure(self, length: int) -> bool:
        return spelled.read(self.tokens, self.at + length) is not None

    def _is_bound(self, text: str) -> bool:
        """Tell whether it is "min 12" (no courtesy), or "12 sekian" (no end of a letter)."""
        if text == "min":
            return self._is_before_figure(1)
        last = self.pieces[-1].kind if self.pieces else None
        return text == "sekian" and last in (Class.FIGURE, Class.UNIT, Class.NAME)

    def _is_source(self, text: str, length: int) -> bool:
        """Tell whether an office or a paper is named as the source, and not counted ("3 puskesmas")."""
        ahead = self.at + length
        is_numbered = ahead < len(self.tokens) and self.tokens[ahead].kind == "figure"
        is_year = is_numbered and bool(YEAR.fullmatch(self.tokens[ahead].text))
        if text in CITING:
            return True
        if is_numbered and not is_year:
            made = spelled.read(self.tokens, ahead)
            is_named = self.is_sourced and self._is_no_count()
            return is_named and made is not None and self._is_counted(made[1])
        before = self.pieces[-1] if self.pieces else None
        return (
            before is None
            or before.kind in BEFORE_SOURCE
            or before.word in ("data", "hasil", "dari", ".", "-")
        )

    def _is_no_count(self) -> bool:
        """Tell whether nothing is counted by the word that comes, as in "menurut 14 puskesmas"."""
        return not self.pieces or self.pieces[-1].kind is not Class.FIGURE

    def _is_own(self, word: str) -> bool:
        """Tell whether the question has this word beside the same neighbour."""
        near = self.asked.near
        return (word, self._text(1)) in near or (self._text(-1), word) in near

    def _own(self) -> bool:
        """Take a word of the question; not one that stands there behind a "belum" which was left out."""
        word = self._text()
        ahead = 0
        while self._text(ahead) in SORTS:
            ahead += 1
        if ahead and word != "." and self._text(ahead) and self.asked.knows(self._text(ahead)):
            return self._add(Piece(Class.NAME, word), ahead)
        if self.tokens[self.at].kind != "word" or not self.asked.knows(KIN.get(word, word)):
            return False
        was_denied = any(
            piece.kind is Class.NAME and piece.word in NEGATIONS for piece in self.pieces
        )
        if self.asked.denies(word) and not was_denied:
            return self._add(Piece(Class.OTHER, word), 1)
        return self._add(Piece(Class.NAME, word), 1)


def _spaced(token: SpelledPiece) -> str:
    return token.text if token.glued else f" {token.text}"

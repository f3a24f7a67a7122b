"""What the pieces of a text are to each other: brackets undone, and each link between two figures told.

A link that joins no two figures is something else: a full stop, a bullet, a word of the sentence.
"""

from __future__ import annotations

from fractions import Fraction

from flows.reading.characters import FOOTNOTE
from flows.reading.digits import Figure
from flows.reading.lexicon import Class
from flows.reading.piece import Piece
from scoring.replacing import replace

BUTS = frozenset({"tapi", "tetapi", "namun", "tp"})
JOINING = frozenset({"dan", "dn", "serta", "&", "|", "\\"})
ANNOUNCING = frozenset({Class.COLON, Class.EQUAL})
QUIET = frozenset(
    {
        Class.FILLER, Class.ABOUT, Class.PROVISIONAL, Class.SOURCE, Class.YEAR, Class.UNIT, Class.NAME,
        Class.ASKED, Class.AND,
    }
)  # fmt: skip
"""What may stand in brackets behind a figure."""


def unfolded(parsed: list[Piece]) -> list[Piece]:
    """Take brackets away: a figure that they repeat goes, another one does not fit."""
    line: list[Piece] = []
    at = 0
    while at < len(parsed):
        if parsed[at].kind is not Class.OPEN:
            line.append(parsed[at])
            at += 1
            continue
        end = next((i for i in range(at, len(parsed)) if parsed[i].kind is Class.CLOSE), None)
        if end is None:
            line.append(Piece(Class.OTHER, parsed[at].word))
            at += 1
            continue
        line += _inside(parsed[at + 1 : end], line)
        at = end + 1
    # "12*)" is a footnote
    return [_closed(line, i) for i in range(len(line))]


def _closed(line: list[Piece], at: int) -> Piece:
    piece = line[at]
    if piece.kind is not Class.CLOSE:
        return piece
    is_note = at > 0 and line[at - 1].word in ("*", "†")
    return Piece(Class.FILLER if is_note else Class.OTHER, piece.word)


def _inside(inner: list[Piece], before: list[Piece]) -> list[Piece]:
    """Return what the inside of a bracket adds to what stands before it."""
    figures = [piece for piece in inner if piece.kind is Class.FIGURE]
    others = [
        piece for piece in inner if piece.kind not in QUIET and piece.kind is not Class.FIGURE
    ]
    last = next((piece for piece in reversed(before) if piece.kind is Class.FIGURE), None)
    if not figures and not others:
        return [piece for piece in inner if piece.kind is not Class.AND]
    if len(figures) == 1 and not others and last is not None:
        own = next((piece for piece in inner if piece.kind is Class.UNIT), None)
        outer = next((p for p in before[before.index(last) :] if p.kind is Class.UNIT), None)
        if own is not None and outer is not None:  # "120.000 m2 (12 ha)" is one area, and no two
            is_same = _size(figures[0], own) == _size(last, outer)
            own = None if own.factor == outer.factor else own
        else:
            is_same, own = figures[0].the_figure.readings == last.the_figure.readings, None
        rest = [p for p in inner if p.kind not in (Class.FIGURE, Class.AND) and p is not own]
        return rest if is_same else [*rest, Piece(Class.OTHER, why="repeat")]
    if len(figures) == 1 and not others and not any(p.kind is Class.FIGURE for p in before):
        return [replace(piece, is_doubtful=True) if piece in figures else piece for piece in inner]
    return inner


def _size(figure: Piece, unit: Piece) -> list[Fraction]:
    """Return the readings of a figure in the question's own unit."""
    return [Fraction(value) * unit.factor for value in figure.the_figure.readings]


def linked(line: list[Piece]) -> list[Piece]:
    """Read each word between two figures as a link, or else as what it is by itself."""
    done: list[Piece] = []
    for at in range(len(line)):
        made = _link(line, at, done)
        if made is not None:
            done.append(made)
    last = max((at for at, one in enumerate(done) if one.kind is Class.FIGURE), default=0)
    return [
        replace(one, kind=Class.FILLER) if one.kind is Class.EQUAL and at > last else one
        for at, one in enumerate(done)
    ]


def _link(line: list[Piece], at: int, done: list[Piece]) -> Piece | None:
    """Return what a piece is, seen with its neighbours; None for a figure that repeats the one before."""
    piece = line[at]
    before = any(one.kind is Class.FIGURE for one in line[:at])
    behind = any(one.kind is Class.FIGURE for one in line[at + 1 :])
    after = line[at + 1] if at + 1 < len(line) else None
    is_next = after is not None and after.kind is Class.FIGURE
    filler = Piece(Class.FILLER, piece.word, is_glued=piece.is_glued)
    if piece.word == "+":
        return _plus(piece, filler, before, behind, is_next)
    if piece.kind is Class.OF:
        return _of(piece, filler, after, before, behind)
    if piece.kind is Class.PER:
        return Piece(Class.OF, piece.word) if is_next else Piece(Class.OTHER, piece.word)
    if before and after is None and (piece.word in JOINING or piece.kind in ANNOUNCING):
        # "12 dan" has lost its rest, and "12:" announces something, as a heading does
        return Piece(Class.OTHER if piece.word in JOINING else Class.ASKED, piece.word)
    if piece.kind in (Class.COLON, Class.AND) and not (before and behind):
        return filler
    if piece.kind is Class.EQUAL and not before:
        return filler
    if piece.word == "-" and piece.kind is Class.RANGE:
        return _dash(piece, before, behind, after, done)
    if piece.word in BUTS and after is not None and after.kind in (Class.ABOUT, Class.PROVISIONAL):
        return filler
    if piece.word == "*" and before and behind:
        return Piece(Class.OPERATOR, "*")
    if piece.word == FOOTNOTE and at and line[at - 1].kind is Class.FIGURE:
        return Piece(Class.ASKED if _is_base(line[at - 1].the_figure) else Class.FILLER, piece.word)
    if piece.kind is Class.FIGURE:
        return _figure(piece, line, at, done)
    return piece


def _plus(piece: Piece, filler: Piece, before: bool, behind: bool, is_next: bool) -> Piece:
    """Return a sum; before it a sign, or so many more than last year; behind it "or more"."""
    if not before and is_next:
        return replace(filler, kind=Class.ASKED)
    return piece if behind else Piece(Class.BOUND, "+")


def _is_base(figure: Figure) -> bool:
    """Tell whether a small figure behind it may be a power, as in 10³, and no footnote, as in 14.250¹."""
    value = figure.value
    return value is None or value <= 10 or str(value.normalize()).startswith("1E")


def _of(piece: Piece, filler: Piece, after: Piece | None, before: bool, behind: bool) -> Piece:
    """Read "dari" between two figures, or before a source ("12 dari data BPS")."""
    if behind:
        return piece
    is_quiet = after is not None and after.kind in QUIET
    return filler if is_quiet and before else Piece(Class.OTHER, piece.word)


def _dash(
    piece: Piece, before: bool, behind: bool, after: Piece | None, done: list[Piece]
) -> Piece:
    """Return a minus, a bullet that may be one, a range, or a dash between words."""
    if after is not None and after.is_negative:
        return Piece(Class.FILLER, "-")
    if before and behind:
        return piece
    if not before and not done:
        return Piece(Class.ASKED, "-")
    is_words = (after is not None and after.kind in QUIET) or behind
    return Piece(Class.FILLER, "-") if is_words else Piece(Class.OTHER, "-")


def _figure(piece: Piece, line: list[Piece], at: int, done: list[Piece]) -> Piece | None:
    """Return a figure; None where it repeats the one before, in words behind digits or the other way."""
    last = next((one for one in reversed(done) if one.kind is Class.FIGURE), None)
    near = line[at - 1] if at else None
    is_beside = near is not None and (near.kind in (Class.FIGURE, Class.EQUAL) or near.word == ",")
    if last is None or not is_beside:
        return piece
    value, is_both = last.the_figure.value, last.the_figure.spelled == piece.the_figure.spelled
    if is_both and (value != 0 or not piece.the_figure.spelled):
        return piece  # "nihil, tidak ada kematian ibu" says one thing twice
    return None if value is not None and value == piece.the_figure.value else piece

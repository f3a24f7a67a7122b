"""When words that a person typed are a reason: one sentence, no figure, no yes or no."""

from __future__ import annotations

from flows.reading import numbers

YES = frozenset({"ya", "y", "iya", "benar", "betul", "simpan", "ok", "oke", "setuju"})
NO = frozenset({"tidak", "bukan", "ubah", "salah", "batal"})
LENGTHS = range(5, 301)
LETTERS = 4


def tidy(words: str) -> str:
    """The words on one line, single blanks between them."""
    return " ".join(words.split())


def is_reason(words: str) -> bool:
    """Whether tidy words can stand as a reason in the record."""
    is_answer = words.casefold().rstrip(".!") in YES | NO
    is_figure = numbers.is_figure(words)
    letters = sum(character.isalpha() for character in words)
    return len(words) in LENGTHS and letters >= LETTERS and not is_answer and not is_figure

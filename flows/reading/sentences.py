"""When words that a person typed are a reason: one sentence, no figure, no yes or no."""

from __future__ import annotations

from flows.model.vocabulary import Vocabulary
from flows.reading import numbers

LENGTHS = range(5, 301)
LETTERS = 4


def tidy(words: str) -> str:
    """Return the words on one line, single blanks between them."""
    return " ".join(words.split())


def is_reason(words: str, vocabulary: Vocabulary) -> bool:
    """Tell whether tidy words can stand as a reason in the record."""
    answers = (*vocabulary.choice("yes"), *vocabulary.choice("no"))
    is_answer = words.casefold().rstrip(".!") in answers
    is_figure = numbers.is_figure(words)
    letters = sum(character.isalpha() for character in words)
    return len(words) in LENGTHS and letters >= LETTERS and not is_answer and not is_figure

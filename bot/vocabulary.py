"""The words that people type for names, from the messages' data, as `flows` takes them."""

from __future__ import annotations

from functools import cache

from flows.vocabulary import Vocabulary
from messages import typed_words


@cache
def vocabulary() -> Vocabulary:
    """Read once; the same object for every board."""
    found = typed_words()
    short = {word: tuple(out.split()) for word, out in found["short"].items()}
    return Vocabulary(frozenset(found["skipped"].split()), short)

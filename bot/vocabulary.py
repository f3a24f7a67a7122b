"""The words that people type for names, from the messages' data, as `flows` takes them."""

from __future__ import annotations

from functools import cache

from flows.model.intents import Intents
from flows.model.vocabulary import Vocabulary
from messages import LANGUAGES, everyday_words, typed_words


@cache
def vocabulary() -> Vocabulary:
    """Read once; the same object for every board."""
    found = typed_words()
    short = {word: tuple(out.split()) for word, out in found["short"].items()}
    languages = {code: LANGUAGES[code].name for code in LANGUAGES.codes}
    return Vocabulary(frozenset(found["skipped"].split()), short, _choices(), languages)


def _choices() -> dict[str, tuple[str, ...]]:
    """What is typed for each choice, in any of the languages."""
    found: dict[str, tuple[str, ...]] = {}
    for code in LANGUAGES.codes:
        for choice, words in LANGUAGES[code].own("words").get("choices", {}).items():
            found[choice] = (*found.get(choice, ()), *words)
    return found


@cache
def intents() -> Intents:
    """What everyday words ask for; read once."""
    table = everyday_words()
    contact, staff = (
        {name: tuple(phrasings) for name, phrasings in table[who].items()}
        for who in ("contact", "staff")
    )
    return Intents(frozenset(table["skipped"].split()), table["short"], contact, staff)

"""The words that people type for names, from the messages' data, as `flows` takes them."""

from __future__ import annotations

from functools import cache

from flows.model.intents import Intents, Side
from flows.model.vocabulary import Vocabulary
from messages import LANGUAGES, everyday_words, typed_words


@cache
def vocabulary() -> Vocabulary:
    """Read once; the same object for every board."""
    typed = typed_words()
    short = {word: tuple(out.split()) for word, out in typed["short"].items()}
    languages = {code: LANGUAGES[code].name for code in LANGUAGES.codes}
    return Vocabulary(frozenset(typed["skipped"].split()), short, _choices(), languages)


def _choices() -> dict[str, tuple[str, ...]]:
    """Return what is typed for each choice, in all languages together."""
    choices: dict[str, tuple[str, ...]] = {}
    for code in LANGUAGES.codes:
        for choice, words in LANGUAGES[code].own("words").get("choices", {}).items():
            choices[choice] = (*choices.get(choice, ()), *words)
    return choices


@cache
def intents() -> Intents:
    """Return what everyday words ask for; read once."""
    table = everyday_words()
    skipped, beside, called, place = (
        frozenset(table[name].split()) for name in ("skipped", "beside", "called", "place")
    )
    contact, staff = (
        Side(
            _phrasings(table[who]),
            _phrasings(table[f"{who}_core"]),
            table[f"{who}_with"],
        )
        for who in ("contact", "staff")
    )
    return Intents(skipped, table["short"], beside, called, place, contact, staff)


def _phrasings(table: dict[str, list[str]]) -> dict[str, tuple[str, ...]]:
    return {name: tuple(phrasings) for name, phrasings in table.items()}

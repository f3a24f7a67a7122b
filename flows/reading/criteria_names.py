"""Which criterion people mean by what they type: a number, or words of its name."""

from __future__ import annotations

from rapidfuzz import fuzz, process, utils

from flows.model.criteria import Criterion, Sort
from flows.reading.names import words
from scoring import Instrument, Right

ALIKE, MOST = 75, 8


def indicators(instrument: Instrument, text: str) -> tuple[Criterion, ...]:
    """Return the indicators that `text` may mean, best first; by its number, its words, else alike."""
    typed = words(text)
    if typed.isdecimal() and instrument.has(int(typed)):
        return (Criterion(Sort.INDICATOR, str(int(typed))),)
    wanted = set(typed.split())
    matching = [
        indicator.no
        for indicator in instrument
        if wanted and wanted <= _words_of(indicator.name, indicator.short)
    ]
    if not matching and typed:
        names = {indicator.no: indicator.name for indicator in instrument}
        alike = process.extract(
            typed, names, scorer=fuzz.WRatio, processor=utils.default_process, limit=MOST,
            score_cutoff=ALIKE,
        )  # fmt: skip
        matching = [no for _, _, no in alike]
    return tuple(Criterion(Sort.INDICATOR, str(no)) for no in matching[:MOST])


def right(instrument: Instrument, text: str) -> Right | None:
    """Return the right that is called so, whole or by its short name."""
    typed = words(text)
    called = {words(name): one for one in instrument.rights for name in (one.name, one.short)}
    return called.get(typed)


def _words_of(*names: str) -> set[str]:
    return {word for name in names for word in words(name).split()}

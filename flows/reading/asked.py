"""What a question asks for, as the reader of figures needs it: its unit, its own words, its year."""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from itertools import pairwise

from msgspec import Struct

from flows.reading import measures
from flows.reading.characters import seen
from flows.reading.lexicon import NEGATIONS
from flows.reading.measures import MeasureUnit
from scoring import Indicator, Input, Sum, is_figure
from scoring.replacing import replace

AGES = re.compile(r"(?:usia |umur |berusia )?\d+(?:-\d+)? tahun(?: ke atas)?")
BASE = re.compile(r"per ([\d.]+)\b")
BEFORE = frozenset(
    {
        "", "ke", "ber", "be", "bel", "me", "mem", "men", "meng", "meny", "pe", "per", "pem", "pen", "peng",
        "peny", "se", "ter", "di", "memper", "diper", "keber", "kese", "kepe", "pember", "pemel",
    }
)  # fmt: skip
BEHIND = frozenset({"", "an", "nya", "annya", "kan", "i", "kannya", "inya", "lah", "kah", "pun"})
"""What a word of the question may carry, and what a root may have grown by."""
ROOT, GROWN = 4, 5
"""Letters from which a word is known inside a longer one of the question, and the other way round."""


class Asked(Struct, frozen=True):
    """One figure that is asked for; `parts` where two may be given at once.

    `words` are the question's own, `near` their pairs, `denied` those behind a "belum" or "tidak";
    `phrases` are its parts with figures in them. `is_rate`: the ready figure, per `base`.
    """

    label: str = ""
    unit: MeasureUnit | None = None
    words: frozenset[str] = frozenset()
    near: frozenset[tuple[str, str]] = frozenset()
    denied: frozenset[str] = frozenset()
    phrases: tuple[str, ...] = ()
    year: int | None = None
    base: Decimal | None = None
    is_rate: bool = False
    is_any: bool = False
    parts: tuple[Asked, Asked] | None = None

    def knows(self, word: str) -> bool:
        """Tell whether it is one of the question's own words, or of the same root."""
        return any(
            word == own
            or (len(word) >= ROOT and _grows(word, own))
            or (len(own) >= GROWN and _grows(own, word))
            for own in self.words
        )

    def denies(self, word: str) -> bool:
        """Tell whether the question has this word behind a "belum" or a "tidak" only."""
        return any(word in own for own in self.denied) if len(word) > 1 else False


def _grows(root: str, word: str) -> bool:
    """Tell whether a word is made of a root, as Indonesian makes words: "kematian" of "mati"."""
    before, _, behind = word.partition(root)
    return root in word and before in BEFORE and behind in BEHIND


ANY = Asked(is_any=True)
"""No question: any unit is taken as it is."""


@lru_cache(maxsize=1024)  # every figure that an office types is read by the same few questions
def asked(indicator: Indicator, code: str | None, year: int, place: str) -> Asked:
    """Return what is asked for the input `code`; for the ready figure where there is no such input."""
    base = BASE.match(indicator.unit)
    per = Decimal(base[1].replace(".", "")) if base else None
    if indicator.unit.startswith("%"):
        per = Decimal(100)
    field = next((question for question in indicator.inputs if question.code == code), None)
    if field is None:
        texts = (indicator.unit, indicator.name)
        return replace(_of(indicator.unit, texts, year, place), base=per, is_rate=True)
    counted = [question for question in indicator.inputs if is_figure(question.kind)]
    made = replace(_of_field(field, year, place), base=per)
    if len(counted) != 2 or len(indicator.inputs) != 2 or isinstance(indicator.rule, Sum):
        return made
    first, second = (_of_field(question, year, place) for question in counted)
    return replace(made, parts=(first, second))


def _of_field(field: Input, year: int, place: str) -> Asked:
    question = field.question.replace("{daerah}", "").replace("{tahun}", "")
    return _of(field.unit, (field.unit, field.name, question), year, place)


def _of(label: str, texts: Iterable[str], year: int, place: str) -> Asked:
    made = _of_texts(label, tuple(texts), year)
    return replace(made, words=made.words | _place_words(place))


@lru_cache(maxsize=1024)
def _place_words(place: str) -> frozenset[str]:
    return frozenset(set(re.findall(r"[a-z]+", seen(place))) - {"per"})


@lru_cache(maxsize=4096)  # an instrument's questions are the same for every office and message
def _of_texts(label: str, texts: tuple[str, ...], year: int) -> Asked:
    own = [seen(text.replace("*", "")) for text in texts]
    lines = [re.findall(r"[a-z]+", text) for text in own]
    words = {word for line in lines for word in line if len(word) > 1}
    near = {pair for line in lines for pair in pairwise(line)}
    free: set[str] = set()
    denied: set[str] = set()
    for line in lines:
        start = next((i for i, word in enumerate(line) if word in NEGATIONS), len(line))
        free |= set(line[:start])
        denied |= set(line[start + 1 :])
    phrases = {match[0] for text in own for match in AGES.finditer(text)}
    phrases |= {text for text in own[1:2] if any(map(str.isdigit, text))}
    unit = measures.of_text(label)
    if unit is None and re.fullmatch(r"[a-z]+", label.casefold()):
        unit = MeasureUnit((label.casefold(), Fraction(1)))
    return Asked(
        label=label,
        unit=unit,
        words=frozenset(words),
        near=frozenset(near),
        denied=frozenset(denied - free),
        phrases=tuple(sorted(phrases, key=len, reverse=True)),
        year=year,
    )

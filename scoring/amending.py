"""A further agreement behind those that an instrument has: the texts of the next version, read at once.

Nothing is changed by it: whoever asks gets new texts and what the strict loader says of them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from msgspec import Struct

from scoring.agreements import FILE
from scoring.errors import InstrumentProblem
from scoring.load import Loaded, read_texts
from scoring.model import Instrument
from scoring.source import written

Change = Mapping[str, Any]
"""One change as `agreements.yaml` has it: its subject, and what is given for it."""
HEAD = "agreements:\n"


class AgreementOccasion(Struct, frozen=True):
    """When and where it was agreed, and how a source names it."""

    date: str
    place: str
    source: str


class Amended(Struct, frozen=True):
    """The texts of the next version, with the instrument that they make: None where a fault is in the way."""

    files: Mapping[str, str]
    instrument: Instrument | None
    problems: tuple[InstrumentProblem, ...]


@lru_cache(maxsize=4)
def read_version(texts: tuple[tuple[str, str], ...]) -> Loaded:
    """Read the texts of a version once: what was just shown is agreed upon a moment later."""
    return read_texts(dict(texts))


def amended(
    files: Mapping[str, str], occasion: AgreementOccasion, changes: Sequence[Change]
) -> Amended:
    """Return the version behind this one, all of its problems beside it."""
    meeting = {
        "date": occasion.date,
        "place": occasion.place,
        "source": occasion.source,
        "changes": [dict(change) for change in changes],
    }
    item = written([meeting])
    before = files.get(FILE, HEAD).rstrip("\n") + "\n"
    texts = {**files, FILE: f"{before}{item}"}
    loaded = read_version(tuple(texts.items()))
    return Amended(texts, loaded.instrument, tuple(p for p in loaded.problems if not p.is_warning))

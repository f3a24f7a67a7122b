"""Finding regions, offices and rights by the names that people type."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterable
from typing import TypeVar

from flows.facts import Board, Office, Region

FILLERS = frozenset({"kota", "kabupaten", "kab", "adm", "administrasi", "di", "wilayah"})
CLOSE = 0.8
T = TypeVar("T")


def words(text: str) -> str:
    """The name as it is compared: small letters, no punctuation, no fillers, single spaces."""
    plain = re.sub(r"[^a-z0-9 ]+", " ", text.casefold())
    return " ".join(word for word in plain.split() if word not in FILLERS)


def regions(board: Board, text: str, near: bool = True) -> list[Region]:
    """The regions that `text` may mean."""
    named = [(one, (one.name, one.code, *one.aliases)) for one in board.regions]
    return _matching(words(text), named, near)


def offices(board: Board, text: str) -> list[Office]:
    """The offices that `text` may mean; a region's name behind the office narrows them."""
    query = words(text)
    named = [(o, (o.unit.name, o.unit.short, o.unit.code, *o.unit.aliases)) for o in board.offices]
    for near in (False, True):
        found = _matching(query, named, near) or _in_region(board, query, named, near)
        if found:
            return found
    return []


def _in_region(
    board: Board, query: str, named: list[tuple[Office, tuple[str, ...]]], near: bool
) -> list[Office]:
    """ "sudinkes jakpus": the last words name the region."""
    parts = query.split()
    for cut in range(len(parts) - 1, 0, -1):
        wanted = {region.id for region in regions(board, " ".join(parts[cut:]), near)}
        inside = [(one, names) for one, names in named if one.unit.region_id in wanted]
        found = _matching(" ".join(parts[:cut]), inside, near)
        if found:
            return found
    return []


def _matching(query: str, named: Iterable[tuple[T, tuple[str, ...]]], near: bool) -> list[T]:
    """Whole name, else beginning of a name, else all words inside a name, else (`near`) a near spelling."""
    if not query:
        return []
    table = [(one, [words(name) for name in names]) for one, names in named]
    asked = set(query.split())
    tests: list[Callable[[str], bool]] = [
        lambda name: name == query,
        lambda name: name.startswith(query),
        lambda name: asked <= set(name.split()),
    ]
    if near:
        tests.append(lambda name: difflib.SequenceMatcher(None, query, name).ratio() >= CLOSE)
    for test in tests:
        found = [one for one, names in table if any(test(name) for name in names)]
        if found:
            return found
    return []

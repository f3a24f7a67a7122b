"""The words of exports: titles of sheets and columns, and a sentence for each kind of entry on record."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from typing import Any

from messages.environment import FOLDER, lenient


@cache
def words() -> dict[str, Any]:
    """Everything in `export.toml`."""
    return tomllib.loads((FOLDER / "export.toml").read_text(encoding="utf-8"))


def sentence(kind: str, part: str, view: Mapping[str, Any]) -> str:
    """The `title` or `text` of one kind of entry. A kind of a newer program is named as it is."""
    known = words()["kinds"].get(kind)
    return kind if known is None else " ".join(lenient(known[part]).render(view).split())

"""Evidence for the demo's states: small real PDFs and pictures that say themselves that they are invented."""

from __future__ import annotations

from functools import cache
from importlib import resources
from typing import Literal

import typst

TEMPLATE = resources.files("bot") / "demo" / "paper.typ"
PPI = 72


def paper(title: str, office: str, year: int) -> bytes:
    """Return a one-page report as PDF."""
    return _made(title, office, year, "pdf")


def photo(title: str, office: str, year: int) -> bytes:
    """Return the same page as a picture."""
    return _made(title, office, year, "png")


@cache
def _made(title: str, office: str, year: int, kind: Literal["pdf", "png"]) -> bytes:
    document = typst.compile(
        TEMPLATE.read_bytes(),
        format=kind,
        ppi=PPI,
        ignore_system_fonts=True,
        sys_inputs={"title": title, "office": office, "year": str(year)},
    )
    assert isinstance(document, bytes)  # one page
    return document

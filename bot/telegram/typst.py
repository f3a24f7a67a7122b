"""Drawings of ours as PNG, by Typst: no network, no fonts of the machine, so that each run draws the same."""

from __future__ import annotations

from typing import Any

import orjson
import typst

from messages import INDONESIAN, drawing

PPI = 144


def png(name: str, figures: dict[str, Any], language: str = INDONESIAN) -> bytes:
    """Draw. Raises ValueError where the drawing does not fit its figures."""
    try:
        made = typst.compile(
            drawing.source(name, language),
            format="png",
            ppi=PPI,
            ignore_system_fonts=True,
            sys_inputs={"view": orjson.dumps(figures).decode()},
        )
    except typst.TypstError as error:
        raise ValueError(f"{name}: {error}") from None
    assert isinstance(made, bytes)  # one page
    return made

"""Drawings of ours as PNG, by Typst: no network, no fonts of the machine, so that each run draws the same."""

from __future__ import annotations

from typing import Any

import orjson

from messages import INDONESIAN, drawing

PPI = 144


OVER = """#set page(
  foreground: place(top, rect(width: 100%, height: 11pt, inset: 0pt, fill: rgb("#c53030"), align(
    center + horizon,
    text(size: 8pt, weight: "bold", fill: white, sys.inputs.over),
  ))),
)
"""
"""Stands before the source of a drawing; what the drawing sets of its page leaves it."""


def png(
    name: str, figures: dict[str, Any], language: str = INDONESIAN, over: str | None = None
) -> bytes:
    """Draw, with the text `over` on the upper edge. Raises ValueError where figures do not fit.

    The library is loaded with the first drawing: a bot that draws nothing need not hold it.
    """
    import typst

    try:
        made = typst.compile(
            (OVER.encode() if over else b"") + drawing.source(name, language),
            format="png",
            ppi=PPI,
            ignore_system_fonts=True,
            sys_inputs={"view": orjson.dumps(figures).decode(), "over": over or ""},
        )
    except typst.TypstError as error:
        raise ValueError(f"{name}: {error}") from None
    assert isinstance(made, bytes)  # one page
    return made

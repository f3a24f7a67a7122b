"""Writes long workbooks that go out in a process beside, so that nobody who taps meanwhile waits for them.

Called by path (`bot.media.apart`) it is the other side: what to write comes in, the workbook goes out.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import orjson

from bot.forms import form_workbook
from bot.media import apart
from bot.reviewing import review_workbook
from bot.roster import workbook_of

log = logging.getLogger(__name__)
BOOKS: dict[str, Callable[[Mapping[str, Any]], bytes]] = {
    "roster": workbook_of,
    "review_sheet": review_workbook,
    "form": form_workbook,
}
LONG = 100
"""From so many rows on the other process, which takes a third of a second to begin, is worth it."""
SECONDS = 120.0


def is_long(made: str | None, figures: Mapping[str, Any]) -> bool:
    """Tell whether a file is a workbook that is written in a process beside, since it takes its time."""
    return made in BOOKS and _rows(figures) >= LONG


def written(made: str, figures: Mapping[str, Any]) -> bytes:
    """Return a workbook; a long one comes from a process beside, where there is one to be had."""
    if is_long(made, figures):
        asked = orjson.dumps({"made": made, "figures": figures})
        try:
            return apart.run(Path(__file__), asked, seconds=SECONDS)
        except (apart.Failed, apart.Outgrown) as error:
            log.warning("the workbook %s is written here: %s", made, error)
    return BOOKS[made](figures)


def _rows(figures: Mapping[str, Any]) -> int:
    return max((len(figure) for figure in figures.values() if isinstance(figure, list)), default=0)


def main() -> None:
    """Write what standard input asks for."""
    asked = orjson.loads(sys.stdin.buffer.read())
    sys.stdout.buffer.write(BOOKS[asked["made"]](asked["figures"]))


if __name__ == "__main__":
    main()

"""Whether a file that an administrator sent holds answers: what is no roster, though it came like one."""

from __future__ import annotations

import re
from pathlib import Path

from bot.imports.files import SCORE
from bot.media import one_sheet
from bot.roster.columns import layout
from bot.roster.headings import plain
from scoring.errors import nearest

KEYS = re.compile(rb"^(answers|form)\s*:", re.MULTILINE)
"""What a file of `score`, and a map, begin with at the margin."""


def holds_answers(content: bytes, name: str) -> bool:
    """Tell whether a workbook has no sheet of a roster, or a YAML file the keys of answers or of a map."""
    ending = Path(name.casefold()).suffix
    if ending in SCORE:
        return KEYS.search(content) is not None
    if ending != ".xlsx":
        return False
    try:
        names = one_sheet.names(content)
    except one_sheet.NotReadError:
        return False
    known = [plain(sheet.name) for sheet in layout().sheets]
    return not any(plain(one) in known or nearest(plain(one), known) for one in names)

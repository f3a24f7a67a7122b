"""Dates as people in Indonesia type them: "15 April 2017", "15/4/2017", "15-04-17", "2017-04-15"."""

from __future__ import annotations

import re
from datetime import date

MONTHS = (
    "januari", "februari", "maret", "april", "mei", "juni",
    "juli", "agustus", "september", "oktober", "november", "desember",
)  # fmt: skip
SHORT = {"agu": 8, "ags": 8, "agt": 8, "nop": 11, "pebruari": 2, "peb": 2}
_WORDED = re.compile(r"(\d{1,2}) ?([a-z]+)\.?(?: (\d{4}))?")
_NUMBERED = re.compile(r"(\d{1,2})[/.\-](\d{1,2})[/.\-](\d{4}|\d{2})")


def parse(text: str, today: date) -> date | None:
    """The day that was typed, the next one where the year was left out; None where it is no date."""
    clean = " ".join(text.casefold().replace(",", " ").split())
    try:
        return _worded(clean, today) or _numbered(clean) or date.fromisoformat(clean)
    except ValueError:
        return None


def _worded(clean: str, today: date) -> date | None:
    match = _WORDED.fullmatch(clean)
    month = _month(match[2]) if match else None
    if match is None or month is None:
        return None
    if match[3]:
        return date(int(match[3]), month, int(match[1]))
    this_year = date(today.year, month, int(match[1]))
    return this_year if this_year >= today else this_year.replace(year=today.year + 1)


def _month(word: str) -> int | None:
    if word in SHORT:
        return SHORT[word]
    found = [i for i, name in enumerate(MONTHS, start=1) if len(word) > 2 and name.startswith(word)]
    return found[0] if found else None


def _numbered(clean: str) -> date | None:
    match = _NUMBERED.fullmatch(clean)
    if match is None:
        return None
    year = int(match[3])
    return date(year if year > 99 else 2000 + year, int(match[2]), int(match[1]))

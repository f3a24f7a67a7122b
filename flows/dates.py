"""Dates as people in Indonesia type them: "15 April 2017", "15/4/2017", "15-04-17", "2017-04-15"."""

from __future__ import annotations

import re
from datetime import date, timedelta

MONTHS = (
    "januari", "februari", "maret", "april", "mei", "juni",
    "juli", "agustus", "september", "oktober", "november", "desember",
)  # fmt: skip
SHORT = {"agu": 8, "ags": 8, "agt": 8, "nop": 11, "pebruari": 2, "peb": 2}
_WORDED = re.compile(r"(\d{1,2}) ?([a-z]+)\.?(?: (\d{4}))?")
_NUMBERED = re.compile(r"(\d{1,2})[/.\-](\d{1,2})[/.\-](\d{4}|\d{2})")


_INSIDE = re.compile(
    r"\b(?:(\d{1,2}) ([a-z]{3,9})(?: (\d{4}))?|(\d{1,2}[/.\-]\d{1,2}[/.\-](?:\d{4}|\d{2}))"
    r"|(awal|pertengahan|akhir)(?: bulan)? ([a-z]{3,9})(?: (\d{4}))?)\b"
)
"""A date inside a sentence: "10 Desember", "10/12/2026", "pertengahan Januari"."""
PART = {"awal": 10, "pertengahan": 15, "akhir": 31}
"""The day of the month that a part of it is taken for; the last one where the month is shorter."""
_LATER = {"besok": 1, "lusa": 2, "minggu depan": 7, "pekan depan": 7, "bulan depan": 30}


def mentioned(text: str, today: date) -> date | None:
    """The last day that a sentence names; None where it names none, or one that has passed."""
    clean = " ".join(re.sub(r"[,.;:!?()]+(?=\s|$)", " ", text.casefold()).split())
    found = [day for match in _INSIDE.finditer(clean) if (day := _inside(match, today))]
    found += [today + timedelta(days=days) for words, days in _LATER.items() if words in clean]
    return max((day for day in found if day >= today), default=None)


def _inside(match: re.Match[str], today: date) -> date | None:
    if match[4]:
        return parse(match[4], today)
    if match[1]:
        return parse(" ".join(filter(None, (match[1], match[2], match[3]))), today)
    month = _month(match[6])
    if month is None:
        return None
    year = int(match[7]) if match[7] else today.year + (month < today.month)
    last = date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)
    return last.replace(day=min(PART[match[5]], last.day))


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

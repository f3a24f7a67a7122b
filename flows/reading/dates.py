"""Dates as people in Indonesia type them: "15 April 2017", "15/4/2017", "15-04-17", "2017-04-15"."""

from __future__ import annotations

import re
from calendar import isleap, monthrange
from datetime import date, timedelta

from rapidfuzz import fuzz, process

from flows.reading import spelled
from flows.reading.characters import seen
from flows.reading.digits import plain
from flows.reading.spelled import SpelledPiece

MONTHS = (
    "januari", "februari", "maret", "april", "mei", "juni",
    "juli", "agustus", "september", "oktober", "november", "desember",
)  # fmt: skip
SHORT = {"agu": 8, "ags": 8, "agt": 8, "nop": 11, "nopember": 11, "pebruari": 2, "peb": 2}
ROMAN = ("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii")
ALIKE = 85
"""How alike a misspelled month is to its name, in per cent ("febuari", "aprill")."""
LEAP = 9
"""Years within which there is a 29 February."""
_WORDED = re.compile(r"(\d{1,2})(?:\. |[ /-])?([a-z]+)\.?(?:[ /-]?'?(\d{4}|\d{2}))?")
_MONTH_FIRST = re.compile(r"([a-z]{3,})\.? (\d{1,2}) (\d{4})")
_END = re.compile(r"akhir(?: bulan)?(?: ([a-z]{3,}))?(?: (\d{4}))?")
_BACKWARDS = re.compile(r"(\d{4})[/.](\d{1,2})[/.](\d{1,2})")
_NUMBERED = re.compile(r"(\d{1,2})[/. -](\d{1,2})(?:[/. -](\d{4}|\d{2}))?")
_BEFORE = re.compile(
    r"^(?:(?:hari|senin|selasa|rabu|kamis|jum'?at|sabtu|ahad|minggu(?= \d)|tertanggal|tanggal|tgl\.?"
    r"|(?:di|per|diper)?panjang(?:an|kan)?|(?:di)?m?undur(?:kan)?|(?:di)?tunda|(?:di)?tambah(?:kan)?|agar"
    r"|sampai(?: dengan)?|hingga|s\.d\.?|s/d|sd|paling lambat|maksimal|maks|batas akhir|pada|mohon|minta"
    r"|izin)\b[. ]*)+"
)
_BEHIND = re.compile(
    r"(?: (?:jam|pukul|pkl\.?) ?\d{1,2}(?:[.:]\d{2})?(?: (?:pagi|siang|sore|malam))?(?: wi(?:b|ta|t))?"
    r"| wi(?:b|ta|t)| (?:senin|selasa|rabu|kamis|jum'?at|sabtu|ahad)| \((?:senin|selasa|rabu|kamis|jum'?at"
    r"|sabtu|ahad|minggu)\)"
    r"| ya| pak| bu| saja| aja| nanti| terima ?kasih)+$"
)
_GLUED = re.compile(r"\b(tgl|tanggal)\.?(?=\d)")
_OF_YEAR = re.compile(r" (?:tahun|thn|th)\.? (?=\d{4}$)")
_DAY_NAMES = re.compile(r"\b(senin|selasa|rabu|kamis|jum'?at|sabtu|ahad|minggu)\b")
_WEEK = ("senin", "selasa", "rabu", "kamis", "jumat", "sabtu", "minggu")
_SOON = {"besok": 1, "esok": 1, "lusa": 2}
_DAYS = re.compile(r"\+?(se|\d{1,3}) ?(hari|hr|minggu|mgg|pekan|bulan|bln)(?: lagi)?")
WEEKS, MONTHLY = frozenset({"minggu", "mgg", "pekan"}), frozenset({"bulan", "bln"})


_INSIDE = re.compile(
    r"\b(?:(\d{1,2}) ([a-z]{3,9})(?: (\d{4}))?|(\d{1,2}[/.\-]\d{1,2}[/.\-](?:\d{4}|\d{2}))"
    r"|(awal|pertengahan|akhir)(?: bulan)? ([a-z]{3,9})(?: (\d{4}))?)\b"
)
"""A date inside a sentence: "10 Desember", "10/12/2026", "pertengahan Januari"."""
PART = {"awal": 10, "pertengahan": 15, "akhir": 31}
"""The day of the month that a part of it is taken for; the last one where the month is shorter."""
_LATER = {"besok": 1, "lusa": 2, "minggu depan": 7, "pekan depan": 7, "bulan depan": 30}


def mentioned(text: str, today: date) -> date | None:
    """Return the last day that a sentence names; None where it names none, or one that has passed."""
    clean = " ".join(re.sub(r"[,.;:!?()]+(?=\s|$)", " ", text.casefold()).split())
    days = [day for match in _INSIDE.finditer(clean) if (day := _inside(match, today))]
    days += [today + timedelta(days=days) for words, days in _LATER.items() if words in clean]
    return max((day for day in days if day >= today), default=None)


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


def parse(text: str, today: date, since: date | None = None) -> date | None:
    """Return the day that was typed, the next one where the year was left out; None where it is no date.

    A number of days or weeks counts from `since`, where it is given.
    """
    clean = _bare(text)
    try:
        relative = _relative(clean, today, since)
        day = (
            _worded(clean, today) or _numbered(clean, today) or _month_end(clean, today) or relative
        )
        day = day or date.fromisoformat(clean)
    except (ValueError, OverflowError):
        return None
    return day if day == relative or _is_its_day(day, text) else None


def _is_its_day(day: date, text: str) -> bool:
    """Tell whether a date falls on the weekday that was written beside it, where one was."""
    named = _DAY_NAMES.search(seen(text))
    if named is None:
        return True
    name = named[1].replace("'", "").replace("ahad", "minggu")
    return day.weekday() == _WEEK.index(name)


def _bare(text: str) -> str:
    """Return the day alone: without the name of the day, "tanggal", "sampai", and an hour behind it."""
    clean = " ".join(seen(text).replace("\n", " ").replace(",", " ").split()).rstrip(" .!")
    clean = _GLUED.sub(r"\1 ", clean)
    clean = _OF_YEAR.sub(" ", _BEHIND.sub("", _BEFORE.sub("", clean)))
    clean = re.sub(r"^\((.*)\)$", r"\1", clean)
    clean = re.sub(r" ?([/-]) ?|(?<=\d)(\.) (?=\d)", r"\1\2", clean)
    words = clean.split()
    for count in range(min(3, len(words)), 0, -1):
        tokens = [SpelledPiece("word", word, glued=False) for word in words[:count]]
        figure = spelled.read(tokens, 0)
        if figure and figure[1] == count:
            return " ".join((plain(figure[0].readings[0]), *words[count:]))
    return clean


def _worded(clean: str, today: date) -> date | None:
    if first := _MONTH_FIRST.fullmatch(clean):
        clean = f"{first[2]} {first[1]} {first[3]}"
    match = _WORDED.fullmatch(clean)
    if match is None:
        return None
    month = ROMAN.index(match[2]) + 1 if match[3] and match[2] in ROMAN else _month(match[2])
    if month is None:
        return None
    if match[3]:
        return date(_year(match[3]), month, int(match[1]))
    return _coming(int(match[1]), month, today)


def _year(digits: str) -> int:
    """Return the year; of two digits one of this century. Raises ValueError for "0017"."""
    if digits.startswith("00"):
        raise ValueError(digits)
    return int(digits) if len(digits) > 2 else 2000 + int(digits)


def _coming(day: int, month: int, today: date) -> date:
    """Return the next day of that name; a 29 February waits for its leap year. Raises ValueError."""
    is_leap_day = (month, day) == (2, 29)
    years = (
        one for one in range(today.year, today.year + 2 * LEAP) if not is_leap_day or isleap(one)
    )
    coming = date(next(years), month, day)
    return coming if coming >= today else date(next(years), month, day)


def _month(word: str) -> int | None:
    if word in SHORT:
        return SHORT[word]
    months = [
        i for i, name in enumerate(MONTHS, start=1) if len(word) > 2 and name.startswith(word)
    ]
    return months[0] if months else _misspelled(word)


def _misspelled(word: str) -> int | None:
    """Return the month that a word can only mean; "junli" means none."""
    near = process.extract(word, MONTHS, scorer=fuzz.ratio, score_cutoff=ALIKE)
    return near[0][2] + 1 if len(near) == 1 else None


def _numbered(clean: str, today: date) -> date | None:
    if match := _BACKWARDS.fullmatch(clean):
        return date(int(match[1]), int(match[2]), int(match[3]))
    match = _NUMBERED.fullmatch(clean)
    if match is None:
        return None
    if match[3]:
        return date(_year(match[3]), int(match[2]), int(match[1]))
    return _coming(int(match[1]), int(match[2]), today) if "/" in clean else None


def _month_end(clean: str, today: date) -> date | None:
    """Return the last day of a month: "akhir April", "akhir bulan ini"."""
    match = _END.fullmatch(clean)
    if match is None or (match[1] is None and "bulan" not in clean):
        return None
    month = today.month if match[1] in (None, "ini") else _month(match[1])
    if month is None:
        return None
    year = int(match[2]) if match[2] else today.year + (month < today.month)
    return date(year, month, monthrange(year, month)[1])


def _relative(clean: str, today: date, since: date | None) -> date | None:
    if clean in _SOON:
        return today + timedelta(days=_SOON[clean])
    match = _DAYS.fullmatch(clean)
    if match is None or since is None:
        return None
    count = 1 if match[1] == "se" else int(match[1])
    if match[2] in MONTHLY:
        months = since.month - 1 + count
        year, month = since.year + months // 12, months % 12 + 1
        return date(year, month, min(since.day, monthrange(year, month)[1]))
    return since + timedelta(days=count * (7 if match[2] in WEEKS else 1))
